import { type Client, WorkflowUpdateFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { failure } from '../../src/errors.js';
import { TemporalCalls } from '../../src/runs/temporal-calls.js';

const connection = { withDeadline: <T>(_: number, act: () => Promise<T>): Promise<T> => act() };
const calls = new TemporalCalls({ client: { connection } as unknown as Client, taskQueue: 'rehelm', address: 'temporal:7233' });

const fails = (message: string) => () => Promise.reject(new Error('Workflow Update failed', { cause: new Error(message) }));
const refusedWith = (cause: Error) => calls.soon('pause migrate/shop/web', () => Promise.reject(new WorkflowUpdateFailedError('refused', cause)));

test.each([
  '13 INTERNAL: Received RST_STREAM with code 0 (Call ended without gRPC status)',
  '13 INTERNAL: Received RST_STREAM with code 2 (Internal server error)',
  '14 UNAVAILABLE: Connection dropped',
  '1 CANCELLED: Call cancelled',
])('a call that was cut off by "%s" may have been done', async (message) => {
  await expect(calls.send('approve migrate/shop/web', fails(message))).rejects.toMatchObject({ type: 'OutcomeUnknown' });
  await expect(calls.soon('look at migrate/shop/web', fails(message))).rejects.toMatchObject({ type: 'NoAnswer' });
});

test('what only reads is asked once more where it was cut off', async () => {
  const answers = [fails('1 CANCELLED: Call cancelled'), () => Promise.resolve('read')];
  await expect(calls.read('look at migrate/shop/web', () => answers.shift()!())).resolves.toBe('read');
  await expect(calls.read('look at migrate/shop/web', fails('1 CANCELLED: Call cancelled'))).rejects.toMatchObject({ type: 'NoAnswer' });
});

test('one that never left was not done', async () => {
  const message = '14 UNAVAILABLE: No connection established. Last error: connect ECONNREFUSED 127.0.0.1:7233';
  await expect(calls.send('approve migrate/shop/web', fails(message))).rejects.toMatchObject({ type: 'TemporalAway' });
});

test('an update that a worker lost is unanswered, and may be sent again', async () => {
  const lost = ApplicationFailure.create({
    type: 'UnprocessedUpdate',
    nonRetryable: true,
    message: "Workflow Update is rejected because it wasn't processed by worker.",
  });
  await expect(refusedWith(lost)).rejects.toMatchObject({ type: 'NoAnswer', message: 'pause migrate/shop/web: the worker lost it, and nothing was done' });
});

test('what a workflow refuses is told as it says', async () => {
  await expect(refusedWith(failure('WrongMoment', 'it is over'))).rejects.toMatchObject({ type: 'WrongMoment', message: 'it is over' });
});
