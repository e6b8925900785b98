import { type Clock, dueTimes } from './due-times.js';

/** A time of a schedule that a clock change drops or doubles; it fires once. */
export interface ClockChange {
  readonly local: string;
  readonly change: 'dropped' | 'doubled';
  readonly firesAt: string;
}

/** All within the time; empty for most schedules. */
export const clockChanges = (clock: Clock, from: number, until: number): readonly ClockChange[] =>
  dueTimes(clock, from, until).flatMap(({ local, at, change }) => (change ? [{ local, change, firesAt: new Date(at).toISOString() }] : []));
