import type { Report } from '../../../src/model/report.js';
import { type Place, rehelm, soon } from './tools.js';
import type { Eyes } from './watch.js';

export function expectEqual(what: string, found: unknown, wanted: unknown): void {
  if (JSON.stringify(found) !== JSON.stringify(wanted)) throw new Error(`${what}: ${JSON.stringify(found)} instead of ${JSON.stringify(wanted)}`);
}

/** Waits until a worker answers. */
export const untilWorker = (place: Place): Promise<true> =>
  soon('a worker', 60, async () => ((await rehelm(place, ['status'], { mayFail: true })).exitCode === 0 ? true : undefined));

/** Plans it, and begins just that. */
export async function begin(place: Place, specFile: string): Promise<void> {
  const { hash } = JSON.parse((await rehelm(place, ['plan', '-f', specFile, '-o', 'json'])).stdout);
  await rehelm(place, ['run', '-f', specFile, '--approve', 'start', '--plan', hash, '--detach']);
}

/** Waits until a run's report is so; throws where it asks or ended. */
export const untilReport = (eyes: Eyes, workflowId: string, what: string, withinSeconds: number, isSo: (report: Report) => boolean): Promise<Report> =>
  soon(`${what} of ${workflowId}`, withinSeconds, async () => {
    const report = await eyes.report(workflowId);
    if (report?.question || report?.endedAt) throw new Error(`${report.phase}: ${report.question?.text ?? report.cause}`);
    return report && isSo(report) ? report : undefined;
  });

/** Waits until a run comes to a gate; throws where it asks or ended. */
export const atGate = (eyes: Eyes, workflowId: string, gate: string): Promise<Report> =>
  untilReport(eyes, workflowId, `gate ${gate}`, 1800, (report) => report.gate === gate);

/** Opens a gate once the run is there. */
export async function approve(place: Place, eyes: Eyes, workflowId: string, gate: string): Promise<void> {
  const { plan = '' } = await atGate(eyes, workflowId, gate);
  await rehelm(place, ['approve', workflowId, '--gate', gate, '--plan', plan, '--reason', 'looked at it']);
}

/** To the end of a run that waits for nothing but its commit. */
export async function commit(place: Place, eyes: Eyes, workflowId: string): Promise<Report> {
  await approve(place, eyes, workflowId, 'commit');
  return eyes.reaches(['Succeeded'], 120, workflowId);
}
