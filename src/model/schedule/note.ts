import type { ScheduledRun } from './scheduled-run.js';

/** Temporal's own words when it pauses a schedule after a failed run. */
const pausedByTemporal = 'paused due to workflow failure';

const acknowledges = /^acknowledged (\S+) /;

/**
 * A schedule's note is its only place for words that change, and people may write it in Temporal's UI, too. Ours: what was last done; below it the
 * acknowledgement, as long as another note does not overwrite it.
 */
export function noteOf(said: string, before: string, acknowledged?: string): string {
  const kept = acknowledged ?? before.split('\n').find((line) => acknowledges.test(line));
  return [said.replaceAll('\n', ' '), ...(kept === undefined ? [] : [kept])].map(cut).join('\n');
}

/** Temporal takes 1000 bytes of both lines together. */
const mostBytes = 490;

/** Between two letters, however many bytes they have. */
function cut(line: string): string {
  if (Buffer.byteLength(line) <= mostBytes) return line;
  const kept = Buffer.from(line)
    .subarray(0, mostBytes - 4)
    .toString();
  return `${kept.replace(/\uFFFD+$/, '')}…`;
}

export const acknowledgement = ({ run, verdict }: ScheduledRun, by: string, reason: string): string =>
  `acknowledged ${run} (${verdict ?? 'failed'}) by ${by}: ${reason.replaceAll('\n', ' ')}`;

/** The last drill that was not well and has no word of a person in the note. A later one that was not run makes nothing well. */
export function unacknowledged(runs: readonly ScheduledRun[], note: string): ScheduledRun | undefined {
  const last = runs.find(({ verdict }) => verdict !== 'notRun' && verdict !== 'running');
  if (!last) return undefined;
  const isBad = last.verdict === 'red' || last.verdict === 'inconclusive' || (last.verdict === undefined && note.startsWith(pausedByTemporal));
  const isSaid = note.split('\n').some((line) => acknowledges.exec(line)?.[1] === last.run);
  return isBad && !isSaid ? last : undefined;
}
