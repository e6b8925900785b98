import { productAnswersBetween } from '../examples/cognigy/prober/downtime.js';
import type { Sample } from '../examples/cognigy/prober/sample.js';
import type { Report } from '../src/model/report.js';

/** What a client may see of a migration, beside the same by hand: downtime ≤ 1.3 × bare + 15 s. */
export const allowedDowntimeSeconds = (bareSeconds: number): number => 1.3 * bareSeconds + 15;

/** Milliseconds since the epoch between which users are held out: the last hold step's end, and the approval of the commit. */
export function heldOut({ steps, decisions }: Pick<Report, 'steps' | 'decisions'>): { readonly from: number; readonly to: number } {
  const holds = steps.filter(({ step }) => step === 'holdTraffic').map(({ endedAt }) => Date.parse(endedAt ?? ''));
  const approval = decisions.find(({ question, choice }) => question === 'commit' && choice === 'approve');
  if (holds.length === 0 || holds.some(Number.isNaN)) throw new Error('the report tells of no hold step that ended');
  if (!approval) throw new Error('the report tells of no approval of the commit');
  return { from: Math.max(...holds), to: Date.parse(approval.at) };
}

/** Each answer of the product between hold and commit, in a sentence. */
export function answersWhileHeld(samples: readonly Sample[], report: Pick<Report, 'steps' | 'decisions'>): readonly string[] {
  const { from, to } = heldOut(report);
  return productAnswersBetween(samples, from, to).map(
    ({ t, url, status, servedBy }) => `${servedBy} answered ${status} at ${url}, ${((t - from) / 1000).toFixed(2)} s after the hold`,
  );
}

export interface Window {
  readonly downtimeSeconds: number;
  readonly bareSeconds: number;
  readonly answers: readonly string[];
}

/** What of the promised window was not kept. */
export function missedPromises({ downtimeSeconds, bareSeconds, answers }: Window): readonly string[] {
  const allowed = allowedDowntimeSeconds(bareSeconds);
  const tooLong = `users were out for ${downtimeSeconds.toFixed(1)} s; by hand it takes ${bareSeconds.toFixed(1)} s, so ${allowed.toFixed(1)} s were allowed`;
  return [...(downtimeSeconds <= allowed ? [] : [tooLong]), ...(answers.length === 0 ? [] : [`${answers.length} answers while held out: ${answers[0]}`])];
}
