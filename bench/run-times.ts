/** What is read of an event of `temporal workflow show -o json`. */
export interface HistoryEvent {
  readonly eventId: string;
  /** ISO 8601, nanoseconds. */
  readonly eventTime: string;
  readonly eventType: string;
  /** `activityTaskCompletedEventAttributes` and the like. */
  readonly [attributes: string]: unknown;
}

export interface RunHistory {
  readonly events: readonly HistoryEvent[];
}

/** Where a run's time went. wall = executing + waiting + overhead. */
export interface RunTimes {
  readonly wallSeconds: number;
  /** At least one activity executed, as the server saw it. */
  readonly executingSeconds: number;
  /** For people: nothing was in the engine's or an activity's hands, until somebody's update or cancel came. A deadline that nobody met is overhead. */
  readonly waitingSeconds: number;
  readonly overheadSeconds: number;
  /** Activities that ended, each counted once. */
  readonly activities: number;
  /** Attempts beyond the first. A history knows only the last attempt's time, the others' is overhead: measure runs without. */
  readonly retries: number;
}

interface Span {
  readonly from: number;
  readonly to: number;
}

const activityEnds = ['COMPLETED', 'FAILED', 'TIMED_OUT', 'CANCELED'].map((end) => `EVENT_TYPE_ACTIVITY_TASK_${end}`);
const taskEnds = ['COMPLETED', 'FAILED', 'TIMED_OUT'].map((end) => `EVENT_TYPE_WORKFLOW_TASK_${end}`);
const activityScheduled = 'EVENT_TYPE_ACTIVITY_TASK_SCHEDULED';
const taskScheduled = 'EVENT_TYPE_WORKFLOW_TASK_SCHEDULED';
const cancelRequested = 'EVENT_TYPE_WORKFLOW_EXECUTION_CANCEL_REQUESTED';
const updateAccepted = 'EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED';

/** Milliseconds since the epoch with the fraction that Date cuts off. */
const timeOf = ({ eventTime }: HistoryEvent): number =>
  Math.floor(Date.parse(eventTime) / 1000) * 1000 + Number(`0.${/\.(\d+)/.exec(eventTime)?.[1] ?? 0}`) * 1000;

/** To the millisecond. */
const seconds = (milliseconds: number): number => Math.round(milliseconds) / 1000;

/** A field of the event's attributes, whichever type of event it is. */
function fieldOf(event: HistoryEvent, field: string): unknown {
  const attributes = Object.entries(event).find(([name]) => name.endsWith('EventAttributes'))?.[1];
  return typeof attributes === 'object' && attributes !== null && field in attributes ? (attributes as Readonly<Record<string, unknown>>)[field] : undefined;
}

/** Orchestration overhead of a whole run: its wall time without the time in which at least one activity executed and without waits for people. Pure. */
export function runTimes({ events }: RunHistory): RunTimes {
  const [first, last] = [events.at(0), events.at(-1)];
  if (!first || !last) throw new Error('the history is empty');
  const starts = events.filter(({ eventType }) => eventType === 'EVENT_TYPE_ACTIVITY_TASK_STARTED');
  const executions = executionsOf(events, starts);
  const wall = timeOf(last) - timeOf(first);
  const executing = unitedMilliseconds(executions);
  const waiting = unitedMilliseconds(waitsOf(events));
  return {
    wallSeconds: seconds(wall),
    executingSeconds: seconds(executing),
    waitingSeconds: seconds(waiting),
    overheadSeconds: seconds(wall - executing - waiting),
    activities: executions.length,
    retries: starts.reduce((sum, start) => sum + Number(fieldOf(start, 'attempt') ?? 1) - 1, 0),
  };
}

function executionsOf(events: readonly HistoryEvent[], starts: readonly HistoryEvent[]): readonly Span[] {
  const startedAt = new Map(starts.map((start) => [start.eventId, timeOf(start)]));
  return events
    .filter(({ eventType }) => activityEnds.includes(eventType))
    .flatMap((end) => {
      const from = startedAt.get(String(fieldOf(end, 'startedEventId')));
      // Cancelled before a worker had it: it never executed.
      return from === undefined ? [] : [{ from, to: timeOf(end) }];
    });
}

export function unitedMilliseconds(spans: readonly Span[]): number {
  let [sum, reached] = [0, Number.NEGATIVE_INFINITY];
  for (const { from, to } of spans.toSorted((left, right) => left.from - right.from)) {
    sum += Math.max(0, to - Math.max(from, reached));
    reached = Math.max(reached, to);
  }
  return sum;
}

/** The idle times that a person's word ended. */
function waitsOf(events: readonly HistoryEvent[]): readonly Span[] {
  return idleTimes(events)
    .filter(({ end }) => broughtByPerson(events, end))
    .map(({ since, end }) => ({ from: timeOf(events[since]!), to: timeOf(events[end]!) }));
}

const begins = ({ eventType }: HistoryEvent): boolean => eventType === taskScheduled || eventType === activityScheduled;
const ends = ({ eventType }: HistoryEvent): boolean => taskEnds.includes(eventType) || activityEnds.includes(eventType);

/** From the event that left neither a workflow task nor an activity open to the one that opened the next; places in the history. */
function idleTimes(events: readonly HistoryEvent[]): readonly { readonly since: number; readonly end: number }[] {
  const open = new Set<string>();
  const idle: { since: number; end: number }[] = [];
  let since = 0;
  for (const [index, event] of events.entries()) {
    if (begins(event) && open.size === 0) idle.push({ since, end: index });
    if (begins(event)) open.add(event.eventId);
    if (ends(event) && open.delete(String(fieldOf(event, 'scheduledEventId')))) since = index;
  }
  return idle;
}

/** Did this workflow task come because somebody said something? An update is written behind the task that delivered it, a cancel before. */
function broughtByPerson(events: readonly HistoryEvent[], task: number): boolean {
  if (events[task - 1]?.eventType === cancelRequested) return true;
  const after = events.slice(task + 1);
  const next = after.findIndex(({ eventType }) => eventType === taskScheduled);
  return after.slice(0, next === -1 ? undefined : next).some(({ eventType }) => eventType === updateAccepted);
}
