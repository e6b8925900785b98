import { ActivityCancellationDetails } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { endCopiers, runCopier } from '../../../src/activities/copier/copier-job.js';
import { labelValue } from '../../../src/adapters/kube/label-value.js';
import type { Job, KubeObject, Secret } from '../../../src/model/kube-object.js';
import { createFakeCluster, type FakeCluster } from '../../support/fake-cluster/fake-cluster.js';
import { adaptersOver } from '../../support/step-rig.js';

const act = { run: '0190aaaa-1111-7000-8000-000000000000', epoch: 1, step: 'copy/new' };
const request = { engine: 'mongodb', verb: 'ping', at: { uri: 'mongodb://db/', user: { name: 'root', password: 'canary' } } } as const;
const done = '{"result":{"version":"7.0"}}\n';
const progress = (bytes: number) =>
  `{"progress":{"phase":"copy","unitsDone":0,"unitsTotal":2,"records":1,"bytes":${bytes},"totalBytes":100,"bytesPerSecond":1}}\n`;

const jobs = (fake: FakeCluster) => fake.all<Job>('batch/v1', 'Job', 'rehelm-system');
const secrets = (fake: FakeCluster) => fake.all<Secret>('v1', 'Secret', 'rehelm-system');

function activity(fake: FakeCluster, options?: Parameters<typeof runCopier>[3]) {
  const env = new MockActivityEnvironment({ scheduledTimestampMs: Date.now() }, { logger: new DefaultLogger('ERROR') });
  const heartbeats: unknown[] = [];
  env.on('heartbeat', (details) => heartbeats.push(details));
  const run = () => env.run(() => runCopier(request, act, adaptersOver(fake, { settings: { copierImage: 'copier:7' } }), options));
  return { env, heartbeats, run };
}

const soon = async (look: () => boolean) => {
  while (!look()) await new Promise((next) => setTimeout(next, 10));
};

describe('a copier Job', () => {
  test('carries the request in a Secret that goes with it, and no secret in the Job', async () => {
    const fake = createFakeCluster({ behaviour: { job: () => 'running' } });
    const { run, env } = activity(fake);
    const ended = run().catch(() => 'ended');
    await soon(() => secrets(fake)[0]?.metadata.ownerReferences !== undefined);
    const [[job], [secret]] = [jobs(fake), secrets(fake)];
    expect(job?.metadata.name).toMatch(/^rehelm-0190aaaa-ping-[0-9a-f]{10}-1$/);
    expect(job?.metadata.labels).toMatchObject({ 'rehelm.dev/run': act.run, 'rehelm.dev/step': expect.stringMatching(/^copy-new-/) });
    expect(job).toMatchObject({
      spec: { backoffLimit: 0, template: { spec: { restartPolicy: 'Never', containers: [{ image: 'copier:7', imagePullPolicy: 'IfNotPresent' }] } } },
    });
    expect(JSON.stringify(job)).not.toContain('canary');
    expect(JSON.parse(Buffer.from(secret?.data?.['request.json'] ?? '', 'base64').toString())).toEqual(request);
    expect(secret?.metadata.ownerReferences).toEqual([expect.objectContaining({ kind: 'Job', uid: job?.metadata.uid })]);
    env.cancel();
    await ended;
  });

  test('answers the result, tells its progress flat, and is removed', async () => {
    const fake = createFakeCluster({ behaviour: { job: () => 'running', log: () => progress(42) } });
    const { run, heartbeats } = activity(fake);
    const running = run();
    await soon(() => heartbeats.length > 0);
    fake.endJob({ namespace: 'rehelm-system', name: jobs(fake)[0]!.metadata.name }, { succeeded: true, log: progress(100) + done });
    expect(await running).toEqual({ result: { version: '7.0' }, attempts: 1 });
    expect(heartbeats.at(-1)).toMatchObject({ verb: 'ping', attempt: 1, phase: 'copy', bytes: 42, totalBytes: 100 });
    expect([...jobs(fake), ...secrets(fake)]).toEqual([]);
  });

  test('of a node that is silent is not waited for by an undo, unless no epoch stops what runs there', async () => {
    const fake = createFakeCluster();
    const adapters = adaptersOver(fake);
    const pod = (secondsAgo: number, unfenced = {}) => {
      const marks = { 'rehelm.dev/run': act.run, 'rehelm.dev/step': labelValue(act.step), 'rehelm.dev/copier-job': 'b', ...unfenced };
      const deletionTimestamp = new Date(Date.now() - secondsAgo * 1000).toISOString();
      const metadata = { namespace: 'rehelm-system', name: 'b-1', labels: marks, deletionTimestamp, finalizers: ['test/its-node-is-off'] };
      return { apiVersion: 'v1', kind: 'Pod', metadata, spec: { containers: [{ name: 'copier' }] } } as KubeObject;
    };
    const end = () => new MockActivityEnvironment({ scheduledTimestampMs: Date.now() - 538_000 }).run(() => endCopiers(adapters, act));
    fake.seed(pod(90));
    expect(await end()).toBeUndefined();
    fake.seed(pod(10));
    await expect(end()).rejects.toMatchObject({ type: 'TimedOut', message: expect.stringContaining('b-1') });
    fake.seed(pod(90, { 'rehelm.dev/unfenced': 'true' }));
    await expect(end()).rejects.toMatchObject({ type: 'TimedOut', message: expect.stringContaining('b-1') });
  });

  test('finds its namespace made by another that began at the same time', async () => {
    const fake = createFakeCluster({ behaviour: { job: () => ({ succeeded: true, log: done }) } });
    const adapters = adaptersOver(fake, { settings: { copierImage: 'copier:7' } });
    const get: typeof adapters.kube.get = (ref) => {
      // Between the refusal, which it looks into, and its look.
      if (ref.kind === 'Namespace') fake.seed({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'rehelm-system' } });
      return adapters.kube.get(ref);
    };
    const running = new MockActivityEnvironment({ scheduledTimestampMs: Date.now() }, { logger: new DefaultLogger('ERROR') });
    expect(await running.run(() => runCopier(request, act, { ...adapters, kube: { ...adapters.kube, get } }))).toMatchObject({ attempts: 1 });
  });

  test('that runs already is attached to', async () => {
    const fake = createFakeCluster({ behaviour: { job: () => 'running' } });
    const first = activity(fake);
    const ended = first.run().catch(() => 'ended');
    await soon(() => secrets(fake)[0]?.metadata.ownerReferences !== undefined);
    first.env.cancel('WORKER_SHUTDOWN', new ActivityCancellationDetails({ workerShutdown: true }));
    await ended;
    const [job] = jobs(fake);
    const second = activity(fake).run();
    fake.endJob({ namespace: 'rehelm-system', name: job!.metadata.name }, { succeeded: true, log: done });
    expect(await second).toMatchObject({ attempts: 1 });
    expect(fake.allChanges.filter((change) => change.startsWith('create Job'))).toHaveLength(1);
  });

  test.each([
    ['a cancel removes it', { cancelRequested: true }, 0],
    ['a shutdown leaves it to the next attempt', { workerShutdown: true }, 1],
    ['a superseded attempt leaves it to its successor', { notFound: true }, 1],
    ['a pause leaves it running', { paused: true }, 1],
  ])('when the activity ends: %s', async (_, details, left) => {
    const fake = createFakeCluster({ behaviour: { job: () => 'running' } });
    const { env, run, heartbeats } = activity(fake);
    const ended = run().catch((error: Error) => error.name);
    await soon(() => heartbeats.length > 0);
    env.cancel('CANCELLED', new ActivityCancellationDetails(details));
    expect(await ended).toBe('CancelledFailure');
    expect(jobs(fake)).toHaveLength(left);
  });

  test('of a check goes whatever comes of it', async () => {
    const fake = createFakeCluster({ behaviour: { job: () => ({ failed: 'x', log: '{"failure":{"type":"Forbidden","message":"Authentication failed."}}' }) } });
    await expect(activity(fake, { subject: 'a' }).run()).rejects.toMatchObject({ type: 'Forbidden' });
    expect(jobs(fake)).toEqual([]);
  });
});

describe('a copier that fails', () => {
  const failing = (log: string) => createFakeCluster({ behaviour: { job: () => ({ failed: 'BackoffLimitExceeded', log }) } });

  test.each([
    ['TargetNotEmpty', true],
    ['Unreachable', false],
  ])('as %s fails the step as that', async (type, nonRetryable) => {
    const fake = failing(`warning: something\n{"failure":{"type":"${type}","message":"It is so."}}`);
    await expect(activity(fake).run()).rejects.toMatchObject({
      type,
      nonRetryable,
      message: 'ping on the database: It is so.\nlast lines: warning: something',
    });
  });

  test('in a way that rehelm has no name for fails the step as CopyFailed', async () => {
    await expect(activity(failing('{"failure":{"type":"Strange","message":"?"}}')).run()).rejects.toMatchObject({ type: 'CopyFailed' });
  });

  test('is followed by the next generation when the step is tried again', async () => {
    const fake = failing('{"failure":{"type":"CopyFailed","message":"disk full"}}');
    await expect(activity(fake).run()).rejects.toThrow('disk full');
    expect(jobs(fake)).toHaveLength(1);
    fake.behaviour.job = () => ({ succeeded: true, log: done });
    expect(await activity(fake).run()).toMatchObject({ attempts: 2 });
    expect([...jobs(fake), ...secrets(fake)]).toEqual([]);
  });

  test('without a word is followed by another, three times as long as nothing gets further', async () => {
    const fake = failing('Killed');
    await expect(activity(fake).run()).rejects.toMatchObject({
      type: 'CopyFailed',
      message: 'ping on the database: 3 pods in a row ended without a result: it ended without a word\nlast lines: Killed',
    });
    expect(fake.allChanges.filter((change) => change.startsWith('create Job'))).toHaveLength(3);
  });

  test('without a word goes on as long as each pod gets further', async () => {
    let pods = 0;
    const fake = createFakeCluster({
      behaviour: { job: () => (++pods < 6 ? { failed: 'evicted', log: progress(pods * 10) } : { succeeded: true, log: done }) },
    });
    expect(await activity(fake).run()).toMatchObject({ attempts: 6 });
  });

  test("is not waited for longer than it may take, and the pod's reasons are told", async () => {
    const fake = createFakeCluster({ behaviour: { job: () => 'running', log: () => 'connecting with password=canary\n' } });
    fake.onChange(() => undefined);
    const failed: unknown = await activity(fake, { withinSeconds: 0.1 })
      .run()
      .catch((error: unknown) => error);
    expect(failed).toMatchObject({ type: 'TimedOut', message: expect.stringContaining('took longer than 0.1 s') });
    expect(String(failed)).not.toContain('canary');
  });

  test('in a cluster without rehelm-system gets the namespace made', async () => {
    const fake = createFakeCluster({ behaviour: { job: () => ({ succeeded: true, log: done }) } });
    await activity(fake).run();
    expect(fake.find<KubeObject>({ apiVersion: 'v1', kind: 'Namespace', name: 'rehelm-system' })).toBeDefined();
  });
});
