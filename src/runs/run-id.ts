const slash = '~';

/** A workflow id in a URL: `~` for `/`, since proxies break encoded slashes. */
export const pathOf = (workflowId: string): string => workflowId.replaceAll('/', slash);

/** A run in a URL: by its workflow id; one whose workflow id has a `~` of its own goes by the run's id. */
export const idOf = ({ workflowId, run }: { readonly workflowId: string; readonly run: string }): string =>
  workflowId.includes(slash) ? run : pathOf(workflowId);

/** What the id means to the port: a workflow id or a run's id. */
export const nameOf = (id: string): string => id.replaceAll(slash, '/');

export const hrefOf = (id: string): string => `/v1/runs/${encodeURIComponent(id)}`;
