import { inspectFinalize } from '../../../src/activities/inspect/inspect-finalize.js';
import type { JournalRecord } from '../../../src/model/journal.js';
import { noRuns } from '../../support/no-runs.js';
import { adaptersOver, asActivity } from '../../support/step-rig.js';
import { inspect, type Shape, source, spec } from './shop-spec.js';

const day = 86_400_000;
const request = { run: 'r1', by: 'ada', reason: 'it runs well' };

/** A run that was committed so long ago, with its product as it was left. */
async function world(more: Partial<JournalRecord> = {}, isOpen = false) {
  const marked = (kind: string, apiVersion: string, name: string, labels: object = { 'part-of': 'shop' }): Shape =>
    ({ apiVersion, kind, metadata: { name, namespace: 'shop', labels }, spec: {} }) as Shape;
  const fake = source(
    marked('Service', 'v1', 'api'),
    marked('Service', 'v1', 'theirs', {}),
    marked('CronJob', 'batch/v1', 'nightly'),
    marked('Ingress', 'networking.k8s.io/v1', 'api'),
  );
  const service = fake.find<Shape>({ apiVersion: 'v1', kind: 'Service', namespace: 'shop', name: 'kubernetes' });
  if (service) fake.seed({ ...service, metadata: { ...service.metadata, labels: { 'part-of': 'shop' } } });
  const adapters = { ...adaptersOver(fake), temporal: { ...noRuns, isOpen: async () => isOpen } };
  await adapters.journal.putRecord('r1', {
    run: 'r1',
    workflowId: 'migrate/shop-helm/shop',
    kind: 'KustomizeToHelm',
    title: 'Move shop',
    startedAt: new Date(Date.now() - 9 * day).toISOString(),
    endedAt: new Date(Date.now() - 8 * day).toISOString(),
    phase: 'Succeeded',
    committed: true,
    locks: ['release/shop-helm/shop'],
    spec: (await inspect(fake, { ...spec(), finalize: { notBefore: '7d' } })).spec,
    plan: {},
    ...more,
  });
  return {
    fake,
    prepare: (...given: readonly unknown[]) =>
      asActivity(() => inspectFinalize(adapters).prepareFinalize({ request: given.length === 0 ? request : given[0] })),
  };
}

test('what the selector matches goes, workloads before what leads to them; the API server’s Service never', async () => {
  const { prepare } = await world();
  const { shown, policy } = await prepare();
  expect(policy).toMatchObject({ start: 'ask', commit: 'none', failureThen: 'wait' });
  expect(shown.plan.phases.flatMap((phase) => phase.steps.map(({ title }) => title))).toEqual([
    'Delete CronJob shop/nightly',
    'Delete Deployment shop/web',
    'Delete StatefulSet shop/store',
    'Delete Ingress shop/api',
    'Delete Service shop/api',
  ]);
});

test('before the spec’s time it takes early and a reason, which the plan shows', async () => {
  const { prepare } = await world({ endedAt: new Date(Date.now() - day).toISOString() });
  await expect(prepare()).rejects.toMatchObject({ type: 'WrongMoment', message: expect.stringContaining('"early": true') });
  expect((await prepare({ ...request, early: true })).shown.plan.notes).toContain("Before the spec's time, because it runs well");
});

test.each<[string, Partial<JournalRecord>, boolean]>([
  ['not committed', { committed: false }, false],
  ['rolled back', { phase: 'RolledBack' }, false],
  ['still open', {}, true],
])('a run that is %s is refused', async (_, more, isOpen) => {
  await expect((await world(more, isOpen)).prepare()).rejects.toMatchObject({ type: 'WrongMoment' });
});

test.each([[undefined], [null], [[]], ['text'], [{}], [{ run: 'r1' }], [{ ...request, by: '' }], [{ ...request, run: 7 }]])(
  'the request %j is InvalidSpec',
  async (given) => {
    await expect((await world()).prepare(given)).rejects.toMatchObject({ type: 'InvalidSpec' });
  },
);

test('a run without a journal is not found', async () => {
  await expect((await world()).prepare({ ...request, run: 'r9' })).rejects.toMatchObject({ type: 'NotFound' });
});
