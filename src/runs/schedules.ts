import type { ClockChange } from '../model/schedule/clock-changes.js';
import type { ScheduledRun } from '../model/schedule/scheduled-run.js';
import type { Once } from './runs.js';

/** What a schedule says of itself. */
export interface Schedule {
  /** Temporal's id of it: `drill/NAMESPACE/NAME`, `backup/NAMESPACE/SERVICE/NAME`. */
  readonly id: string;
  readonly kind: string;
  readonly cron: string;
  readonly timeZone: string;
  readonly createdBy: string;
  readonly createdAt: string;
  /** Hash of the normalized spec that was approved with it. */
  readonly spec: string;
  readonly approvedUntil: string;
  /** Those that its spec names. */
  readonly namespaces: readonly string[];
  readonly paused: boolean;
  /** What was last said of it: why it is paused, who went on with it. */
  readonly note: string;
  /** The next times, soonest first. */
  readonly next: readonly string[];
}

/** A time without a run. */
export interface Gap {
  readonly at: string;
  readonly why: string;
}

export interface ShownSchedule extends Schedule {
  /** Four eyes were asked for when it was created: it starts nothing until a second person approved it. */
  readonly needsSecond?: true;
  /** That person. */
  readonly approvedBy?: string;
  /** Who triggered it last, where four eyes are asked for. */
  readonly triggeredBy?: string;
  /** The last ones, newest first. */
  readonly runs: readonly ScheduledRun[];
  readonly gaps: readonly Gap[];
  /** Times that passed while Temporal was away, and longer ago than it makes up for. */
  readonly missed: number;
  /** Times that came while a run of it was open. */
  readonly skipped: number;
  /** The run that was red or inconclusive, and that nobody has acknowledged. */
  readonly unacknowledged?: ScheduledRun;
}

export interface CreatedSchedule extends Schedule {
  /** Times of the next year that a clock change drops or doubles. */
  readonly clockChanges: readonly ClockChange[];
}

export interface ScheduleRequest {
  readonly spec: unknown;
  readonly once?: Once;
  /** A second person must approve it. */
  readonly needsSecond?: true;
}

export interface Acknowledged {
  readonly reason: string;
  /** The last drill, red or inconclusive, was looked at; `reason` says what was found. */
  readonly acknowledge: boolean;
}

/** A second person's approval of a schedule. */
export interface ScheduleApproval {
  /** Hash of the spec that was looked at. */
  readonly spec: string;
  readonly reason: string;
  /** The API's. */
  readonly signature?: string;
}

/** What a trigger began; empty where Temporal has not told within seconds. */
export interface Triggered {
  readonly workflowId?: string;
  readonly run?: string;
}

/** What people do with schedules, whichever way they come. Failures are those of the catalogue. */
export interface Schedules {
  /** Approves the spec's runs for as long as it says. InvalidSpec, ScheduleExists. */
  create(request: ScheduleRequest): Promise<CreatedSchedule>;
  /** Of this task queue, by their ids. Visibility lags by a second or so. */
  list(): Promise<readonly Schedule[]>;
  /** UnknownSchedule. */
  show(id: string): Promise<ShownSchedule>;
  /** Those that its spec names. UnknownSchedule. */
  namespaces(id: string): Promise<readonly string[]>;
  /** Where four eyes are asked for; it goes on from there. WrongMoment where nothing waits for it, or the spec is another. */
  approve(id: string, approval: ScheduleApproval): Promise<void>;
  pause(id: string, why: { readonly reason: string }): Promise<void>;
  /** DrillNotAcknowledged after a drill that was not well, WrongMoment while it waits for its approval. */
  resume(id: string, why: Acknowledged): Promise<void>;
  /** Now, also where it is paused. RunInProgress while a run of it is open, DrillNotAcknowledged, WrongMoment. */
  trigger(id: string, why: Acknowledged): Promise<Triggered>;
  /** Its runs stay. */
  delete(id: string): Promise<void>;
  close(): Promise<void>;
}
