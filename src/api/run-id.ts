const slash = '~';

/** A run in a URL: its workflow id with `~` for `/`, since proxies break encoded slashes. A workflow id with a `~` of its own goes by the run's id. */
export const idOfWorkflow = (workflowId: string): string => workflowId.replaceAll('/', slash);

export const idOf = ({ workflowId, run }: { readonly workflowId: string; readonly run: string }): string =>
  workflowId.includes(slash) ? run : workflowId.replaceAll('/', slash);

/** What the id means to the port: a workflow id or a run's id. */
export const nameOf = (id: string): string => id.replaceAll(slash, '/');

export const hrefOf = (id: string): string => `/v1/runs/${encodeURIComponent(id)}`;
