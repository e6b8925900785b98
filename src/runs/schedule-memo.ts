import type { Via } from '../model/report.js';
import type { Once } from './runs.js';

/** Under this name in a schedule's memo; a schedule without it is somebody else's. */
export const memoSchedule = 'rehelm';

/** What does not change in a schedule's life: seen in Temporal's UI, too. */
export interface ScheduleMemo {
  readonly kind: string;
  readonly taskQueue: string;
  readonly cron: string;
  readonly timeZone: string;
  readonly jitterSeconds: number;
  readonly createdBy: string;
  readonly via: Via;
  readonly createdAt: string;
  /** Hash of the normalized spec. */
  readonly spec: string;
  readonly approvedUntil: string;
  readonly namespaces: readonly string[];
  /** It starts nothing until a second person approved it. */
  readonly needsSecond?: true;
  readonly once?: Once;
}

/** In the memo that the schedule's runs take along: who triggered it last. */
export const memoTriggeredBy = 'triggeredBy';

/** Undefined for a schedule that this program did not create. */
export function memoOf(memo: Readonly<Record<string, unknown>> | undefined): ScheduleMemo | undefined {
  const held = memo?.[memoSchedule];
  return typeof held === 'object' && held !== null && 'kind' in held && 'approvedUntil' in held ? (held as ScheduleMemo) : undefined;
}
