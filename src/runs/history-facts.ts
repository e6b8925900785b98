import type { Client, WorkflowHandle } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';

type Events = NonNullable<Awaited<ReturnType<WorkflowHandle['fetchHistory']>>['events']>;
type HistoryEvent = Events[number];
type Payloads = NonNullable<NonNullable<HistoryEvent['workflowExecutionStartedEventAttributes']>['input']>['payloads'];

export interface ActivityFact {
  readonly name: string;
  readonly args: readonly unknown[];
  /** ISO 8601. An attempt's start is known when the attempt has ended. */
  readonly startedAt?: string;
  readonly endedAt?: string;
  readonly done: boolean;
  readonly result?: unknown;
}

export interface UpdateFact {
  readonly name: string;
  readonly payload: unknown;
  readonly at: string;
}

/** A workflow's history, as far as it tells of a run. */
export interface HistoryFacts {
  readonly type: string;
  readonly input: unknown;
  readonly memo: Readonly<Record<string, unknown>>;
  readonly startedAt: string;
  /** In the order in which they were scheduled. */
  readonly activities: readonly ActivityFact[];
  /** Updates that were taken, and not refused. */
  readonly updates: readonly UpdateFact[];
  /** Of a completed workflow. */
  readonly result?: unknown;
  /** Of a failed one: the first of its failure's details. */
  readonly failureDetail?: unknown;
  /** When a worker wrote the newest of it, or when it was closed: nothing later is known. */
  readonly asOf: string;
}

/** Reads a history. Throws where a payload is none of ours. */
export function historyFacts(events: Events, { options: { loadedDataConverter } }: Pick<Client, 'options'>): HistoryFacts {
  const { payloadConverter, failureConverter } = loadedDataConverter;
  const decoded = (payloads: Payloads | undefined): readonly unknown[] => (payloads ?? []).map((payload) => payloadConverter.fromPayload(payload));
  const [first] = events;
  const started = first?.workflowExecutionStartedEventAttributes;
  if (!first || !started) throw new Error('a history begins with the start of its workflow');
  const last = events.at(-1);
  const failed = last?.workflowExecutionFailedEventAttributes?.failure;
  const failure = failed ? failureConverter.failureToError(failed, payloadConverter) : undefined;
  const result = decoded(last?.workflowExecutionCompletedEventAttributes?.result?.payloads)[0];
  const fields = Object.entries(started.memo?.fields ?? {});
  return {
    type: started.workflowType?.name ?? '',
    input: decoded(started.input?.payloads)[0],
    memo: Object.fromEntries(fields.map(([name, payload]) => [name, payloadConverter.fromPayload(payload)])),
    startedAt: timeOf(first),
    activities: activitiesOf(events, decoded),
    updates: updatesOf(events, decoded),
    ...(result !== undefined && { result }),
    ...(failure instanceof ApplicationFailure && { failureDetail: failure.details?.[0] }),
    asOf: timeOf(events.findLast(isTelling) ?? first),
  };
}

type Decode = (payloads: Payloads | undefined) => readonly unknown[];

/** Seconds are a number of the driver's own, which is text in common. */
const timeOf = ({ eventTime }: HistoryEvent): string =>
  new Date(Number(String(eventTime?.seconds ?? 0)) * 1000 + Math.floor((eventTime?.nanos ?? 0) / 1e6)).toISOString();

function activitiesOf(events: Events, decoded: Decode): readonly ActivityFact[] {
  const starts = new Map<string, HistoryEvent>();
  const ends = new Map<string, HistoryEvent>();
  for (const event of events) {
    const start = event.activityTaskStartedEventAttributes?.scheduledEventId;
    if (start) starts.set(String(start), event);
    const end = endOf(event)?.scheduledEventId;
    if (end) ends.set(String(end), event);
  }
  return events.flatMap((event) => {
    const scheduled = event.activityTaskScheduledEventAttributes;
    if (!scheduled) return [];
    const [start, end] = [starts.get(String(event.eventId)), ends.get(String(event.eventId))];
    const result = decoded(end?.activityTaskCompletedEventAttributes?.result?.payloads)[0];
    return [
      {
        name: scheduled.activityType?.name ?? '',
        args: decoded(scheduled.input?.payloads),
        ...(start && { startedAt: timeOf(start) }),
        ...(end && { endedAt: timeOf(end) }),
        done: Boolean(end?.activityTaskCompletedEventAttributes),
        ...(result !== undefined && { result }),
      },
    ];
  });
}

const endOf = (event: HistoryEvent) =>
  event.activityTaskCompletedEventAttributes ??
  event.activityTaskFailedEventAttributes ??
  event.activityTaskTimedOutEventAttributes ??
  event.activityTaskCanceledEventAttributes;

function updatesOf(events: Events, decoded: Decode): readonly UpdateFact[] {
  const refused = new Set(
    events.flatMap(({ workflowExecutionUpdateCompletedEventAttributes: completed }) =>
      completed?.outcome?.failure ? [String(completed.acceptedEventId)] : [],
    ),
  );
  return events.flatMap((event) => {
    const request = event.workflowExecutionUpdateAcceptedEventAttributes?.acceptedRequest;
    if (!request || refused.has(String(event.eventId))) return [];
    return [{ name: request.input?.name ?? '', payload: decoded(request.input?.args?.payloads)[0], at: timeOf(event) }];
  });
}

/** A worker wrote it, or it closed the workflow. What Temporal writes by itself (a timer, a task that nobody takes) tells nothing of the run. */
const isTelling = (event: HistoryEvent): boolean =>
  [
    event.workflowTaskCompletedEventAttributes,
    event.activityTaskCompletedEventAttributes,
    event.activityTaskFailedEventAttributes,
    event.activityTaskCanceledEventAttributes,
    event.workflowExecutionCompletedEventAttributes,
    event.workflowExecutionFailedEventAttributes,
    event.workflowExecutionTerminatedEventAttributes,
    event.workflowExecutionCanceledEventAttributes,
    event.workflowExecutionTimedOutEventAttributes,
  ].some(Boolean);
