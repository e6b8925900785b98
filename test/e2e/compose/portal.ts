import type { Report } from '../../../src/model/report.js';
import { pathOf } from '../../../src/runs/run-id.js';
import { type Done, type Place, rehelm, soon } from '../story/tools.js';

/** The composed API, as a user meets it: through the command line, and with a token. */
export interface Portal {
  /** Previews the spec and starts just that plan; answers the run's workflow. */
  start(spec: string): Promise<string>;
  /** The report as it stands; nothing while the API cannot say. */
  look(workflow: string): Promise<Report | undefined>;
  approve(workflow: string, gate: string, plan: string): Promise<void>;
  /** HTTP status of a path. */
  statusOf(path: string, token?: string): Promise<number>;
}

const attemptsSeconds = 120;

export function portal(place: Place, server: string, token: string): Portal {
  const inside: Place = { ...place, env: { ...place.env, REHELM_SERVER: server, REHELM_TOKEN: token } };
  const ask = (path: string, by: string | undefined) => fetch(`${server}${path}`, { headers: by === undefined ? {} : { authorization: `Bearer ${by}` } });
  const look = async (workflow: string) => {
    const answer = await ask(`/v1/runs/${pathOf(workflow)}/now`, token).catch(() => undefined);
    return answer?.ok ? ((await answer.json()) as { readonly report: Report }).report : undefined;
  };
  return {
    look,
    statusOf: async (path, by) => (await ask(path, by)).status,
    async start(spec) {
      const { hash } = JSON.parse((await rehelm(inside, ['plan', '-f', spec, '-o', 'json'])).stdout);
      const { stdout } = await rehelm(inside, ['run', '-f', spec, '--approve', 'start', '--plan', hash, '--detach']);
      return stdout.trim();
    },
    async approve(workflow, gate, plan) {
      // Whatever was killed in the meantime comes back.
      await soon(`${gate} to be approved`, attemptsSeconds, async () => {
        const args = ['approve', workflow, '--gate', gate, '--plan', plan, '--reason', 'the test looked at it'];
        const done: Done = await rehelm(inside, args, { mayFail: true });
        return done.exitCode === 0 || (await look(workflow))?.phase !== 'AwaitingApproval' ? true : undefined;
      });
    },
  };
}
