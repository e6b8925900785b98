import type { Report } from '../../../src/model/report.js';
import { pathOf } from '../../../src/runs/run-id.js';
import { type Place, rehelm } from '../story/tools.js';

/** The composed API, as a user meets it: through the command line, and with a token. */
export interface Portal {
  /** Previews the spec and starts just that plan; answers the run's workflow. */
  start(spec: string): Promise<string>;
  /** The report as it stands; nothing while the API cannot say. A drill that was not well is an Error with its words. */
  look(workflow: string): Promise<Report | undefined>;
  /** HTTP status of a path. */
  statusOf(path: string, token?: string): Promise<number>;
}

interface Problem {
  readonly failure: string;
  readonly detail: string;
}

export function portal(place: Place, server: string, token: string): Portal {
  const inside: Place = { ...place, env: { ...place.env, REHELM_SERVER: server, REHELM_TOKEN: token } };
  const ask = (path: string, by: string | undefined) => fetch(`${server}${path}`, { headers: by === undefined ? {} : { authorization: `Bearer ${by}` } });
  const look = async (workflow: string) => {
    const answer = await ask(`/v1/runs/${pathOf(workflow)}/now`, token).catch(() => undefined);
    if (answer?.ok) return ((await answer.json()) as { readonly report: Report }).report;
    const problem = (await answer?.json().catch(() => undefined)) as Problem | undefined;
    if (problem?.failure.startsWith('Drill')) throw new Error(`${problem.failure}: ${problem.detail}`);
    return undefined;
  };
  return {
    look,
    statusOf: async (path, by) => (await ask(path, by)).status,
    async start(spec) {
      const { hash } = JSON.parse((await rehelm(inside, ['plan', '-f', spec, '-o', 'json'])).stdout);
      const { stdout } = await rehelm(inside, ['run', '-f', spec, '--approve', 'start', '--plan', hash, '--detach']);
      return stdout.trim();
    },
  };
}
