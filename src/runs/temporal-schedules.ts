import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Client, encodeScheduleOverlapPolicy, ScheduleAlreadyRunning, type ScheduleDescription, type ScheduleSummary } from '@temporalio/client';
import { scheduledRuns } from '../adapters/temporal/scheduled-runs.js';
import { failure } from '../errors.js';
import type { Via } from '../model/report.js';
import { clockChanges } from '../model/schedule/clock-changes.js';
import { parseCron } from '../model/schedule/cron.js';
import { acknowledgement, noteOf, unacknowledged } from '../model/schedule/note.js';
import type { ScheduledRun } from '../model/schedule/scheduled-run.js';
import { memoStanding, type StandingApproval } from '../model/schedule/standing-approval.js';
import type { SpecKinds } from '../model/schema/kinds.js';
import { readScheduled, type Scheduled } from '../model/schema/read-scheduled.js';
import { invalidSpec } from '../model/schema/read-spec.js';
import { namespacesOf } from '../model/scope.js';
import { demandSame } from './first-answers.js';
import { isUnknown } from './is-unknown.js';
import type { Once } from './runs.js';
import { gapsOf } from './schedule-gaps.js';
import { memoOf, memoTriggeredBy, type ScheduleMemo } from './schedule-memo.js';
import { scheduleOptions, waitsForSecond } from './schedule-options.js';
import type { Acknowledged, CreatedSchedule, Schedule, ScheduleApproval, ScheduleRequest, Schedules, ShownSchedule, Triggered } from './schedules.js';
import { type Temporal, TemporalCalls } from './temporal-calls.js';

export interface TemporalSchedulesParts extends Temporal {
  /** Who speaks, and by which way: kept with the schedule. */
  readonly by: string;
  readonly via: Via;
  readonly kinds: SpecKinds;
}

interface Looked {
  readonly memo: ScheduleMemo;
  readonly described: ScheduleDescription;
}

interface Known extends Looked {
  readonly runs: readonly ScheduledRun[];
  readonly bad: ScheduledRun | undefined;
}

const year = 366 * 86_400_000;
/** How long a trigger's run is waited for: as a rule it is there within a fifth of a second. */
const triggerLooks = 25;
const lookMilliseconds = 200;

/** The port over Temporal's own schedules: whatever is done to them in its UI is seen here, and the other way round. */
export class TemporalSchedules implements Schedules {
  readonly #client: Client;
  readonly #calls: TemporalCalls;
  readonly #parts: TemporalSchedulesParts;

  constructor(parts: TemporalSchedulesParts) {
    this.#parts = parts;
    this.#client = parts.client;
    this.#calls = new TemporalCalls(parts);
  }

  async create({ spec, once, needsSecond }: ScheduleRequest): Promise<CreatedSchedule> {
    const scheduled = readScheduled(this.#parts.kinds, spec);
    const memo = { ...this.#memoOf(scheduled, spec, once), ...(needsSecond && { needsSecond }) };
    try {
      await this.#calls.send(`create ${scheduled.id}`, () => this.#client.schedule.create(scheduleOptions(scheduled, spec, memo)));
    } catch (error) {
      // In these words the server says what it objects to in the times; it has time zones of its own.
      if (error instanceof TypeError) throw invalidSpec([{ path: ['schedule'], message: error.message }]);
      if (!(error instanceof ScheduleAlreadyRunning)) throw error;
      return this.#createdBefore(scheduled.id, once);
    }
    return this.#created(scheduled.id);
  }

  async list(): Promise<readonly Schedule[]> {
    const { taskQueue } = this.#parts;
    return this.#calls.soon('list schedules', async () => {
      const found: Schedule[] = [];
      for await (const summary of this.#client.schedule.list({ pageSize: 100 })) {
        const memo = memoOf(summary.memo);
        if (memo?.taskQueue === taskQueue) found.push(scheduleOf(summary, memo));
      }
      return found.sort((left, right) => (left.id < right.id ? -1 : 1));
    });
  }

  async show(id: string): Promise<ShownSchedule> {
    const { memo, described, runs, bad } = await this.#know(id);
    const { numActionsMissedCatchupWindow: missed, numActionsSkippedOverlap: skipped } = described.info;
    return {
      ...scheduleOf(described, memo),
      ...secondOf(described, memo),
      runs,
      gaps: gapsOf(memo, runs, Date.now()),
      missed,
      skipped,
      ...(bad && { unacknowledged: bad }),
    };
  }

  async namespaces(id: string): Promise<readonly string[]> {
    return (await this.#look(id)).memo.namespaces;
  }

  async approve(id: string, { spec, reason, signature }: ScheduleApproval): Promise<void> {
    const { memo, described } = await this.#look(id);
    const { approvedBy } = secondOf(described, memo);
    if (!memo.needsSecond || signature === undefined) throw failure('WrongMoment', `${id} needs no second person: who created it has approved it`);
    if (approvedBy !== undefined) throw failure('WrongMoment', `${approvedBy} has approved ${id} already`);
    if (spec !== memo.spec) throw failure('WrongMoment', `the spec of ${id} is ${memo.spec}, not ${spec}: look at it again`);
    const { by, via } = this.#parts;
    const note = noteOf(`approved by ${this.#speaker}: ${reason}`, '');
    await this.#change('approve', id, ({ action, state }) => ({
      memo: { [memoStanding]: { ...(action.memo?.[memoStanding] as StandingApproval), second: { by, via, signature } } },
      ...(state.note?.startsWith(waitsForSecond) && { state: { ...state, paused: false, note } }),
    }));
  }

  async pause(id: string, { reason }: { readonly reason: string }): Promise<void> {
    const { described } = await this.#look(id);
    const note = noteOf(`paused by ${this.#speaker}: ${reason}`, described.state.note ?? '');
    await this.#send('pause', id, () => this.#client.schedule.getHandle(id).pause(note));
  }

  async resume(id: string, why: Acknowledged): Promise<void> {
    const note = this.#noteAfter(await this.#know(id), `resumed by ${this.#speaker}: ${why.reason}`, why);
    await this.#send('resume', id, () => this.#client.schedule.getHandle(id).unpause(note));
  }

  async trigger(id: string, why: Acknowledged): Promise<Triggered> {
    const known = await this.#know(id);
    const open = known.runs.find(({ verdict }) => verdict === 'running');
    if (open) throw failure('RunInProgress', `${open.workflowId} already runs: one at a time`, { details: { holder: { workflowId: open.workflowId } } });
    const note = this.#noteAfter(known, `triggered by ${this.#speaker}: ${why.reason}`, why);
    if (known.memo.needsSecond) await this.#change('note', id, () => ({ memo: { [memoTriggeredBy]: this.#parts.by } }));
    await this.#send('trigger', id, () => this.#patch(id, note, known.described));
    return this.#triggered(id, known.described.info.numActionsTaken);
  }

  async delete(id: string): Promise<void> {
    await this.#look(id);
    await this.#send('delete', id, () => this.#client.schedule.getHandle(id).delete());
  }

  close(): Promise<void> {
    return this.#client.connection.close();
  }

  get #speaker(): string {
    return `${this.#parts.by} via ${this.#parts.via}`;
  }

  #memoOf({ name, hash, schedule }: Scheduled, spec: unknown, once: Once | undefined): ScheduleMemo {
    const { taskQueue, by, via } = this.#parts;
    const now = Date.now();
    return {
      kind: name,
      taskQueue,
      cron: schedule.cron,
      timeZone: schedule.timeZone,
      jitterSeconds: schedule.jitter ?? 0,
      createdBy: by,
      via,
      createdAt: new Date(now).toISOString(),
      spec: hash,
      approvedUntil: new Date(now + schedule.approvedFor * 1000).toISOString(),
      namespaces: namespacesOf(spec),
      ...(once && { once }),
    };
  }

  /** The answer of the first that came under this key. */
  async #createdBefore(id: string, once: Once | undefined): Promise<CreatedSchedule> {
    const { memo } = await this.#look(id);
    if (!once || memo.once?.key !== once.key) throw failure('ScheduleExists', `there is a schedule ${id} already, created by ${memo.createdBy}`);
    demandSame({ once: memo.once.body }, once);
    return this.#created(id);
  }

  async #created(id: string): Promise<CreatedSchedule> {
    const { memo, described } = await this.#look(id);
    const cron = parseCron(memo.cron);
    const from = Date.parse(memo.createdAt);
    const changes = typeof cron === 'string' ? [] : clockChanges({ cron, timeZone: memo.timeZone }, from, from + year);
    return { ...scheduleOf(described, memo), clockChanges: changes };
  }

  async #look(id: string): Promise<Looked> {
    const described = await this.#calls.soon(`describe ${id}`, () => this.#client.schedule.getHandle(id).describe()).catch(orUnknown(id));
    const memo = memoOf(described.memo);
    if (!memo || memo.taskQueue !== this.#parts.taskQueue) throw unknown(id);
    return { memo, described };
  }

  async #know(id: string): Promise<Known> {
    const looked = await this.#look(id);
    const runs = await scheduledRuns(this.#client, looked.described.info.recentActions, (workflowId, look) => this.#calls.soon(`look at ${workflowId}`, look));
    const waits = this.#parts.kinds[looked.memo.kind]?.pausesOnFailure === true;
    return { ...looked, runs, bad: waits ? unacknowledged(runs, looked.described.state.note ?? '') : undefined };
  }

  /** DrillNotAcknowledged where the last drill was not well and nobody has said what was found. */
  #noteAfter({ bad, described, memo }: Known, said: string, { acknowledge, reason }: Acknowledged): string {
    if (memo.needsSecond && secondOf(described, memo).approvedBy === undefined)
      throw failure('WrongMoment', `${described.scheduleId} ${waitsForSecond}: ${memo.createdBy} created it`);
    if (bad && !acknowledge)
      throw failure('DrillNotAcknowledged', `${bad.workflowId} was ${bad.verdict ?? 'not well'}${bad.why === undefined ? '' : `, ${bad.why}`}`, {
        details: { run: bad },
      });
    return noteOf(said, described.state.note ?? '', bad && acknowledgement(bad, this.#speaker, reason));
  }

  /** Note and trigger in one request, which the SDK does not offer: of two that come close together Temporal may take the later one alone. */
  async #patch(scheduleId: string, note: string, { state }: ScheduleDescription): Promise<void> {
    const { namespace, identity } = this.#client.options;
    // Pausing what is paused, and the other way round, changes the note alone.
    const triggerImmediately = { overlapPolicy: encodeScheduleOverlapPolicy('SKIP') ?? null };
    const patch = { triggerImmediately, ...(state.paused ? { pause: note } : { unpause: note }) };
    await this.#client.workflowService.patchSchedule({ namespace, scheduleId, identity, requestId: randomUUID(), patch });
  }

  async #triggered(id: string, before: number): Promise<Triggered> {
    for (let looks = 0; looks < triggerLooks; looks += 1) {
      const { described } = await this.#look(id);
      const newest = described.info.recentActions.toSorted((left, right) => right.takenAt.getTime() - left.takenAt.getTime())[0];
      if (described.info.numActionsTaken > before && newest)
        return { workflowId: newest.action.workflow.workflowId, run: newest.action.workflow.firstExecutionRunId };
      await sleep(lookMilliseconds);
    }
    return {};
  }

  /** What the memo of its runs says, and its state; its times stay. */
  #change(verb: string, id: string, change: (before: ScheduleDescription) => Change): Promise<void> {
    return this.#send(verb, id, () =>
      this.#client.schedule.getHandle(id).update((before) => {
        const { memo, state = before.state } = change(before);
        return { ...before, state, action: { ...before.action, memo: { ...before.action.memo, ...memo } } };
      }),
    );
  }

  #send<T>(verb: string, id: string, act: () => Promise<T>): Promise<T> {
    return this.#calls.send(`${verb} ${id}`, act).catch(orUnknown(id));
  }
}

interface Change {
  readonly memo: Readonly<Record<string, unknown>>;
  readonly state?: ScheduleDescription['state'];
}

/** Who else had a hand in it, where four eyes are asked for. */
function secondOf({ action }: ScheduleDescription, { needsSecond }: ScheduleMemo): Pick<ShownSchedule, 'needsSecond' | 'approvedBy' | 'triggeredBy'> {
  if (!needsSecond) return {};
  const standing = action.memo?.[memoStanding] as StandingApproval | undefined;
  const triggeredBy = action.memo?.[memoTriggeredBy];
  return { needsSecond, ...(standing?.second && { approvedBy: standing.second.by }), ...(typeof triggeredBy === 'string' && { triggeredBy }) };
}

const unknown = (id: string) => failure('UnknownSchedule', `there is no schedule ${id}`);

const orUnknown =
  (id: string) =>
  (error: unknown): never => {
    throw isUnknown(error) ? unknown(id) : error;
  };

function scheduleOf({ scheduleId, state, info }: ScheduleDescription | ScheduleSummary, memo: ScheduleMemo): Schedule {
  const { kind, cron, timeZone, createdBy, createdAt, spec, approvedUntil, namespaces } = memo;
  const next = info.nextActionTimes.map((at) => at.toISOString());
  return { id: scheduleId, kind, cron, timeZone, createdBy, createdAt, spec, approvedUntil, namespaces, paused: state.paused, note: state.note ?? '', next };
}
