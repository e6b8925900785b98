import { WorkflowUpdateFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { failure } from '../../src/errors.js';
import { TemporalCalls } from '../../src/runs/temporal-calls.js';

const calls = new TemporalCalls({
  client: { connection: { withDeadline: (_: number, act: () => Promise<unknown>) => act() } } as never,
  taskQueue: 'q',
  address: 'a',
});

const refusedWith = (cause: Error) => calls.soon('pause migrate/shop/web', () => Promise.reject(new WorkflowUpdateFailedError('refused', cause)));

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
