import type { Adapters } from '../../src/activities/adapters.js';
import { drainPrecopy } from '../../src/activities/drain-precopy.js';
import { verifyPrecopy } from '../../src/activities/verify-precopy.js';
import { systemNamespace } from '../../src/model/act.js';
import type { Job } from '../../src/model/kube-object.js';
import { fakePrecopier, horizon, servers } from '../support/fake-precopier.js';
import { StepRig } from '../support/step-rig.js';

const order = { ...servers, from: 'shop', to: 'store', withinSeconds: 60 };
const input = { ...order, drainStep: 'drain/shop' };
const factory = (adapters: Adapters) => ({ ...drainPrecopy(adapters), ...verifyPrecopy(adapters) });

async function begin() {
  const world = fakePrecopier();
  const rig = new StepRig(world.fake, factory);
  await rig.capture('drainPrecopy', order, 'drain/shop');
  const proofs = () => world.requests.filter(({ verb }) => verb === 'provePrecopy');
  const jobs = () => world.fake.all<Job>('batch/v1', 'Job');
  const endJob = (fate: Parameters<typeof world.fake.endJob>[1]) =>
    world.fake.endJob({ namespace: systemNamespace, name: jobs()[0]?.metadata.name ?? '' }, fate);
  const drain = () => rig.act('drainPrecopy', order, 'drain/shop');
  const verify = async () => {
    await rig.capture('verifyPrecopy', input, 'verify/shop');
    return rig.act('verifyPrecopy', input, 'verify/shop');
  };
  return { ...world, rig, proofs, jobs, endJob, drain, verify };
}

describe('drainPrecopy', () => {
  test('ends once the state is held that users will find; the proof goes on', async () => {
    const { answers, proofs, jobs, drain } = await begin();
    answers.set('provePrecopy', undefined);
    expect(await drain()).toMatchObject({ lagBytes: 5, source: { database: 'shop', horizon } });
    expect(proofs()).toEqual([expect.objectContaining({ at: expect.objectContaining({ host: 'new.db.svc' }), horizon, from: 'shop', to: 'store', run: 'r1' })]);
    expect(jobs()).toHaveLength(1);
    // Again, it finds it at work.
    await drain();
    expect(proofs()).toHaveLength(1);
  });

  test('fails where the state cannot be held, or what was copied ahead is lost', async () => {
    const { answers, drain } = await begin();
    answers.set('provePrecopy', { failure: { type: 'ProofLost', message: 'the target was written to' } });
    await expect(drain()).rejects.toMatchObject({ type: 'ProofLost', nonRetryable: true });
    answers.set('drainPrecopy', { failure: { type: 'PrecopyLost', message: 'the slot is gone' } });
    await expect(drain()).rejects.toMatchObject({ type: 'PrecopyLost', nonRetryable: true });
  });

  test('undone, or never done, leaves no Job at work, and does nothing to databases: precopyDatabase takes them back', async () => {
    const never = await begin();
    await never.rig.undo('drainPrecopy', 'drain/shop');
    expect(never.requests).toEqual([]);
    const { fake, answers, rig, jobs, drain } = await begin();
    answers.set('provePrecopy', undefined);
    await drain();
    const world = fake.world();
    expect(jobs()).toHaveLength(1);
    await rig.undo('drainPrecopy', 'drain/shop');
    expect(jobs()).toEqual([]);
    expect(fake.world()).toEqual(world);
  });
});

describe('verifyPrecopy', () => {
  test('waits for the proof that the drain began', async () => {
    const { answers, proofs, jobs, endJob, drain, verify } = await begin();
    answers.set('provePrecopy', undefined);
    await drain();
    const verifying = verify();
    const result = { equal: true, rows: 30, tables: [{ name: 'public.item', equal: true }], differences: [], seconds: 1 };
    endJob({ succeeded: true, log: `${JSON.stringify({ result })}\n` });
    expect(await verifying).toEqual({ rows: 30, tables: 1, equal: true });
    expect(proofs()).toHaveLength(1);
    expect(jobs()).toEqual([]);
  });

  test('begins it again where it is gone; the copier knows whether that still proves anything', async () => {
    const { answers, proofs, endJob, drain, verify } = await begin();
    answers.set('provePrecopy', undefined);
    await drain();
    answers.set('provePrecopy', { failure: { type: 'ProofLost', message: 'the target was written to' } });
    const verifying = verify();
    endJob({ failed: 'node off' });
    await expect(verifying).rejects.toMatchObject({ type: 'ProofLost', nonRetryable: true });
    expect(proofs()).toHaveLength(2);
    expect(proofs()[1]).toEqual(proofs()[0]);
  });

  test('names what differs', async () => {
    const { answers, drain, verify } = await begin();
    const differences = ['public.item: 30 rows in the source, 29 in the target.'];
    answers.set('provePrecopy', { result: { equal: false, rows: 30, tables: [], differences, seconds: 1 } });
    await drain();
    await expect(verify()).rejects.toMatchObject({ type: 'VerifyMismatch', nonRetryable: true, message: expect.stringContaining('29 in the target') });
  });

  test('is no proof without a drain', async () => {
    const { verify } = await begin();
    await expect(verify()).rejects.toMatchObject({ type: 'NotFound' });
  });

  test('undone, it ends the proof', async () => {
    const { answers, rig, jobs, drain } = await begin();
    answers.set('provePrecopy', undefined);
    await drain();
    await rig.capture('verifyPrecopy', input, 'verify/shop');
    await rig.undo('verifyPrecopy', 'verify/shop');
    expect(jobs()).toEqual([]);
  });
});
