import { defaultDataConverter, defaultPayloadConverter } from '@temporalio/common';
import { underWayOf } from '../../src/runs/under-way.js';

const pending = (beat: unknown, more: object = {}) => ({
  activityType: { name: 'copyDatabase' },
  attempt: 2,
  ...(beat !== undefined && { heartbeatDetails: { payloads: [defaultPayloadConverter.toPayload(beat)] } }),
  ...more,
});

const counts = { unitsDone: 1, unitsTotal: 4, records: 10, bytes: 100, totalBytes: 400, bytesPerSecond: 50 };

test('of pending activities: what is tried again, and how far copiers are by their last heartbeat', async () => {
  const copier = { step: 'copy/shop', verb: 'copy', attempt: 1, seconds: 3, phase: 'copy', unit: 'public.item', ...counts, secondsLeft: 6, waiting: '' };
  expect(
    await underWayOf(
      [
        pending(copier),
        pending({ waitingFor: 'pods', missing: 'one' }),
        pending(undefined, { lastFailure: { message: 'NotReady: no' } }),
        pending({ step: 'a', verb: 'copy', seconds: 1 }),
      ],
      defaultDataConverter,
    ),
  ).toEqual({
    triedAgain: [{ activity: 'copyDatabase', attempt: 2, failure: 'NotReady: no' }],
    progress: [{ step: 'copy/shop', phase: 'copy', unit: 'public.item', ...counts, secondsLeft: 6 }],
  });
});
