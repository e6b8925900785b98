import { type HistoryEvent, runTimes, unitedMilliseconds } from '../../bench/run-times.js';

const startedAt = Date.parse('2026-11-21T20:00:00Z');

/** A history as the temporal CLI prints it, written with seconds; answers each event's id. */
function writeHistory() {
  const events: HistoryEvent[] = [];
  const write = (seconds: number, type: string, attributes: object = {}): string => {
    const eventId = String(events.length + 1);
    events.push({ eventId, eventTime: new Date(startedAt + seconds * 1000).toISOString(), eventType: `EVENT_TYPE_${type}`, someEventAttributes: attributes });
    return eventId;
  };
  const schedule = (seconds: number) => write(seconds, 'ACTIVITY_TASK_SCHEDULED');
  return {
    events,
    write,
    schedule,
    /** A workflow task as long as given, and what it wrote. */
    task(from: number, to: number): void {
      const scheduledEventId = write(from, 'WORKFLOW_TASK_SCHEDULED');
      const startedEventId = write(from, 'WORKFLOW_TASK_STARTED', { scheduledEventId });
      write(to, 'WORKFLOW_TASK_COMPLETED', { scheduledEventId, startedEventId });
    },
    /** The end of what was scheduled; the start stands right before it, as the server writes it. */
    execute(scheduledEventId: string, from: number, to: number, { end = 'COMPLETED', attempt = 1 } = {}): void {
      const startedEventId = write(from, 'ACTIVITY_TASK_STARTED', { scheduledEventId, attempt });
      write(to, `ACTIVITY_TASK_${end}`, { scheduledEventId, startedEventId });
    },
  };
}

it('What activities execute side by side counts once', () => {
  expect(
    unitedMilliseconds([
      { from: 10, to: 20 },
      { from: 0, to: 5 },
      { from: 12, to: 15 },
      { from: 18, to: 30 },
    ]),
  ).toBe(25);
});

it('Overhead is what neither an activity nor a person took', () => {
  const history = writeHistory();
  history.write(0, 'WORKFLOW_EXECUTION_STARTED');
  history.task(0, 1);
  const [one, two] = [history.schedule(1), history.schedule(1)];
  history.execute(one, 2, 5);
  history.execute(two, 3, 7);
  history.task(7, 8);
  // The gate waits from 8 to 60; taking the approval up is the engine's again.
  history.task(60, 61);
  history.write(61, 'WORKFLOW_EXECUTION_UPDATE_ACCEPTED');
  history.execute(history.schedule(61), 61, 64);
  history.task(64, 65);
  history.write(65, 'WORKFLOW_EXECUTION_COMPLETED');
  expect(runTimes(history)).toEqual({ wallSeconds: 65, executingSeconds: 8, waitingSeconds: 52, overheadSeconds: 5, activities: 3, retries: 0 });
});

it('An update that comes while an activity executes ends no wait', () => {
  const history = writeHistory();
  history.write(0, 'WORKFLOW_EXECUTION_STARTED');
  history.task(0, 0);
  const step = history.schedule(0);
  history.task(4, 4);
  history.write(4, 'WORKFLOW_EXECUTION_UPDATE_ACCEPTED');
  history.execute(step, 0, 10);
  history.task(10, 10);
  expect(runTimes(history)).toMatchObject({ waitingSeconds: 0, executingSeconds: 10, overheadSeconds: 0 });
});

it('A cancel ends a wait as an update does', () => {
  const history = writeHistory();
  history.write(0, 'WORKFLOW_EXECUTION_STARTED');
  history.task(0, 1);
  history.write(31, 'WORKFLOW_EXECUTION_CANCEL_REQUESTED');
  history.task(31, 32);
  expect(runTimes(history)).toMatchObject({ waitingSeconds: 30, overheadSeconds: 2 });
});

it('A timer that nobody forestalled counts as overhead: the engine shall not sleep', () => {
  const history = writeHistory();
  history.write(0, 'WORKFLOW_EXECUTION_STARTED');
  history.task(0, 1);
  history.write(21, 'TIMER_FIRED');
  history.task(21, 22);
  expect(runTimes(history)).toMatchObject({ waitingSeconds: 0, overheadSeconds: 22 });
});

it('Repeated attempts are counted, and those that no worker had are not', () => {
  const history = writeHistory();
  history.write(0, 'WORKFLOW_EXECUTION_STARTED');
  history.task(0, 0);
  const [killed, cancelled] = [history.schedule(0), history.schedule(0)];
  history.execute(killed, 15, 16, { attempt: 3, end: 'FAILED' });
  history.write(16, 'ACTIVITY_TASK_CANCELED', { scheduledEventId: cancelled, startedEventId: '0' });
  history.task(16, 16);
  expect(runTimes(history)).toMatchObject({ executingSeconds: 1, overheadSeconds: 15, activities: 1, retries: 2 });
});

it('Fractions finer than a millisecond are not lost', () => {
  const events: readonly HistoryEvent[] = [
    { eventId: '1', eventTime: '2026-11-21T20:00:00.000900000Z', eventType: 'EVENT_TYPE_WORKFLOW_EXECUTION_STARTED' },
    { eventId: '2', eventTime: '2026-11-21T20:00:01.000100Z', eventType: 'EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED' },
  ];
  expect(runTimes({ events }).wallSeconds).toBe(0.999);
});
