import { pathOf } from '../../../src/runs/run-id.js';
import type { Composed } from './composed.js';
import type { Played } from './play.js';
import type { Portal } from './portal.js';

const noSuchToken = 'rh_0000000000000000000000000000000';

/** Whether run, report and tokens are there after `down` and `up` with the volumes kept, and no second token was shown. */
export async function survives(stack: Composed, api: Portal, { workflow, report, token }: Played & { readonly token: string }, tell: (line: string) => void) {
  const started = Date.now();
  await stack.compose(['down']);
  const downSeconds = (Date.now() - started) / 1000;
  await stack.up();
  tell(`down in ${downSeconds.toFixed(1)} s, up again in ${((Date.now() - started) / 1000 - downSeconds).toFixed(1)} s`);
  const run = `/v1/runs/${pathOf(workflow)}`;
  const again = await api.look(workflow);
  const seen = {
    run: (await api.statusOf(run, token)) === 200,
    report: again?.phase === report.phase && again.endedAt === report.endedAt && again.steps.length === report.steps.length,
    tokens: (await api.statusOf(run)) === 401 && (await api.statusOf(run, noSuchToken)) === 401,
    shownOnce: !(await stack.compose(['logs', '--no-color', 'access'])).includes('rh_'),
  };
  tell(`after down and up: ${JSON.stringify(seen)}`);
  return Object.values(seen).every(Boolean);
}
