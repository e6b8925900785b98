import { jest } from '@jest/globals';
import type { Phase, Plan } from '../../src/model/plan.js';
import { Progress } from '../../src/workflows/engine/progress.js';

const hold: Phase = {
  id: 'hold',
  title: 'Hold',
  doors: 'close',
  steps: ['ingress', 'service'].map((id) => ({ id, step: 'holdTraffic', title: id, input: {} })),
};
const verify: Phase = {
  id: 'verify',
  title: 'Verify',
  steps: [{ id: 'proof', step: 'verifyDatabase', title: 'Prove it', input: {}, proves: true }],
};
const open: Phase = { id: 'open', title: 'Open', doors: 'open', steps: [{ id: 'in', step: 'openTraffic', title: 'Let users in', input: {} }] };
const plan: Plan = { kind: 'K', title: 'T', phases: [hold, verify, open], locks: [], notes: [] };

beforeEach(() => {
  jest.useFakeTimers({ now: 0 });
});
afterEach(() => {
  jest.useRealTimers();
});

const later = (seconds: number) => jest.setSystemTime(Date.now() + seconds * 1000);

function held(): Progress {
  const progress = new Progress();
  progress.enterPhase(hold);
  for (const { id } of hold.steps) progress.begin(id);
  later(2);
  for (const { id } of hold.steps) progress.end(id, 'done');
  progress.leavePhase(hold);
  return progress;
}

test('users are held out from the beginning of the phase that closes the doors to the end of the one that opens them', () => {
  const progress = held();
  expect(progress.of(plan).heldOut).toEqual({ from: '1970-01-01T00:00:00.000Z' });
  later(50);
  progress.enterPhase(open);
  later(5);
  progress.leavePhase(open);
  expect(progress.of(plan).heldOut).toMatchObject({ to: '1970-01-01T00:00:57.000Z', seconds: 57 });
});

test('a run that turned back has held users out until the last way in was given back', () => {
  const progress = held();
  later(10);
  progress.end('service', 'undone');
  expect(progress.of(plan).heldOut?.to).toBeUndefined();
  later(1);
  progress.end('ingress', 'undone');
  later(30);
  expect(progress.of(plan).heldOut?.seconds).toBe(13);
});

test('a run that never held users out says nothing of it', () => {
  expect(new Progress().of(plan).heldOut).toBeUndefined();
  expect(new Progress().of(undefined)).toEqual({ phases: [], steps: [], checks: [] });
});

test('checks are the preflight and the steps that prove something, with what they found', () => {
  const progress = held();
  expect(progress.of(plan).checks.map(({ id, state }) => [id, state])).toEqual([
    ['preflight', 'done'],
    ['proof', 'planned'],
  ]);
  progress.begin('proof');
  progress.end('proof', 'done', { documents: 3 });
  expect(progress.of(plan).checks[1]).toMatchObject({ state: 'done', result: { documents: 3 } });
});
