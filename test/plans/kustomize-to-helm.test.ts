import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { parse } from 'yaml';
import type { KustomizeToHelmInventory } from '../../src/model/kustomize-to-helm.js';
import { kustomizeToHelmSchema } from '../../src/model/schema/kustomize-to-helm.js';
import { readSpec } from '../../src/model/schema/read-spec.js';
import { planFinalize } from '../../src/plans/finalize.js';
import { planKustomizeToHelm } from '../../src/plans/kustomize-to-helm.js';
import type { Loose } from '../activities/inspect/shop-spec.js';

const root = join(import.meta.dirname, '../..');
const inventory = JSON.parse(readFileSync(join(root, 'test/plans/cognigy-inventory.json'), 'utf8')) as KustomizeToHelmInventory;

function cognigy(change: (given: Loose) => void = () => undefined) {
  const given = parse(readFileSync(join(root, 'examples/cognigy/spec.yaml'), 'utf8'));
  given.target.values = { secretRef: { namespace: 'rehelm-system', name: 'req-example' } };
  change(given);
  return readSpec(kustomizeToHelmSchema, given);
}

const plan = planKustomizeToHelm(cognigy(), inventory);
const steps = plan.phases.flatMap((phase) => phase.steps);
const first = (kind: string, among = steps) => among.findIndex(({ step }) => step === kind);
const last = (kind: string) => steps.findLastIndex(({ step }) => step === kind);
const titles = (change: (given: Loose) => void, found = inventory) => planKustomizeToHelm(cognigy(change), found).notes;

test('the same spec and inventory make the same plan, and every step has an id of its own', () => {
  expect(planKustomizeToHelm(cognigy(), structuredClone(inventory))).toEqual(plan);
  const ids = steps.map(({ id }) => id);
  expect(ids.filter((id, index) => ids.indexOf(id) < index)).toEqual([]);
});

test('a plan of the example’s size fits into a Temporal payload many times over', () => {
  expect(JSON.stringify({ plan, inventory }).length).toBeLessThan(64 * 1024);
});

test('users are held out before anything stops, and nothing is copied or handed over before everything has stopped', () => {
  expect(last('retainVolume')).toBeLessThan(first('holdTraffic'));
  expect(last('holdTraffic')).toBeLessThan(first('suspendOwner'));
  expect(last('suspendOwner')).toBeLessThan(first('scaleDown'));
  expect(last('scaleDown')).toBeLessThan(first('fenceDatabase'));
  expect(last('fenceDatabase')).toBeLessThan(first('copyDatabase'));
  expect(last('copyDatabase')).toBeLessThan(first('verifyDatabase'));
  expect(last('scaleDown')).toBeLessThan(first('handOverVolume'));
  expect(last('verifyDatabase')).toBeLessThan(first('helmInstall'));
  expect(last('handOverVolume')).toBeLessThan(first('helmInstall'));
  expect(first('helmInstall')).toBeLessThan(first('awaitReady'));
  expect(first('awaitReady')).toBeLessThan(first('runProbes'));
});

test('the start is gated, the commit is gated, and what lets users in comes after it', () => {
  expect(plan.phases.flatMap(({ gate }) => gate ?? [])).toEqual(['start', 'commit']);
  const afterCommit = plan.phases.slice(plan.phases.findIndex(({ commits }) => commits)).flatMap((phase) => phase.steps);
  expect(afterCommit.map(({ step }) => step)).toEqual(['openTraffic', 'awaitAddress']);
});

test('the target is installed with the closing values and opened with what was found alone', () => {
  const input = (kind: string) => steps[first(kind)]?.input as { readonly set: object; readonly closed?: object };
  expect(input('helmInstall').set).toMatchObject({ 'traefik.service.type': 'ClusterIP', 'efs.functions.id': expect.any(String) });
  expect(Object.keys(input('openTraffic').set)).toEqual(['efs.flowModules.id', 'efs.functions.id']);
});

test('values, passwords and secrets travel as references', () => {
  const text = JSON.stringify(plan);
  expect(text).toContain('"secretRef":{"namespace":"rehelm-system","name":"req-example"}');
  for (const secret of ['mongodb://', 'password":"']) expect(text).not.toContain(secret);
});

test('a Secret that a hook makes anew is put back, unless the hooks can be left out', () => {
  expect(first('putBackSecret')).toBe(-1);
  const run = { ...inventory, chart: { ...inventory.chart, hooksAreCarried: false } };
  const withHooks = planKustomizeToHelm(cognigy(), run);
  const among = withHooks.phases.flatMap((phase) => phase.steps);
  expect(first('putBackSecret', among)).toBe(first('helmInstall', among) + 1);
  expect(withHooks.notes).toContain(
    'A hook of the chart makes Secret cognigy-encryption-key anew: the carried value is put back after the install and, where the hook runs at upgrades, too, after the opening; restarted for it: 1 reader',
  );
  const opened = among.findIndex(({ step }) => step === 'openTraffic');
  expect(among.slice(opened + 1).find(({ step }) => step === 'putBackSecret')).toMatchObject({ id: 'put-back-open/cognigy-encryption-key' });
});

test('owners of the same name in several namespaces have steps of their own', () => {
  const flux = (namespace: string) => ({ apiVersion: 'kustomize.toolkit.fluxcd.io/v1', kind: 'Kustomization', namespace, name: 'shop' });
  const found = { ...inventory, owners: [flux('default'), flux('flux-system')] };
  const made = planKustomizeToHelm(cognigy(), found);
  const ids = made.phases.flatMap((phase) => phase.steps).flatMap(({ id, step }) => (step === 'suspendOwner' ? [id] : []));
  expect(ids).toEqual(['suspend/Kustomization/shop', 'suspend/Kustomization/flux-system/shop']);
  expect(made.notes).toContain(
    'Kustomization flux-system/shop keeps the source as Git has it: it stays suspended after a success, until Git no longer holds the source',
  );
});

describe('notes', () => {
  test('say who answers for the snapshots, and for a MongoDB of one replica', () => {
    const attested = titles((given) => Object.assign(given['snapshots'], { default: { attested: { by: 'ada', reference: 'snap-1' } } }));
    expect(attested).toContain('Snapshots of the volumes are attested by ada (snap-1)');
    expect(plan.notes).toContain('No snapshots: waived by lab, because the data is made by seed and can be made again');
    expect(plan.notes).toContain('A single-replica MongoDB is accepted: waived by lab, because FerretDB on SQLite is one server');
  });

  test('say what room a copy takes, and when nobody but the reader can look for it', () => {
    expect(plan.notes.join('\n')).toMatch(/as its source takes: the check refuses it .* one that tells nothing of its volume is for you to look at/);
  });

  test('carry what inspection remarked, and differences that are reported, not refused', () => {
    const found = {
      ...inventory,
      remarks: ['look at this'],
      differences: [{ object: 'Deployment web', field: 'replicas', kind: 'differs' as const, live: '2', chart: '1' }],
    };
    expect(titles(() => undefined, found)).toContain('look at this');
    const reported = titles((given) => Object.assign(given['target'], { compareWithLive: 'report' }), found);
    expect(reported).toContain('Differs from live: Deployment web: replicas differs (live 2, chart 1)');
  });
});

test('whatever names a product has, no two steps share an id', () => {
  const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}[a-z0-9]$/);
  const workloads = fc.uniqueArray(name, { maxLength: 8 });
  fc.assert(
    fc.property(workloads, workloads, (deployments, sets) => {
      const ref = (kind: 'Deployment' | 'StatefulSet') => (each: string) => ({
        ref: { apiVersion: 'apps/v1' as const, kind, namespace: 'default', name: each },
        replicas: 1,
      });
      const found = { ...inventory, workloads: [...deployments.map(ref('Deployment')), ...sets.map(ref('StatefulSet'))] };
      const ids = planKustomizeToHelm(cognigy(), found).phases.flatMap((phase) => phase.steps.map(({ id }) => id));
      expect(new Set(ids).size).toBe(ids.length);
    }),
    { numRuns: 20 },
  );
});

test('a finalize drops objects, then gives policies back, then the old databases; its first phase is gated', () => {
  const made = planFinalize(
    { run: 'r1', title: 'Move x', locks: ['release/a/b'], early: 'the node is sold' },
    {
      kind: 'KustomizeToHelm',
      spec: cognigy(),
      objects: [{ apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'default', name: 'web' }],
      volumes: [{ volume: 'pv-1', retainedBy: 'retain/pv-1' }],
    },
  );
  expect(made.phases.map(({ id, gate }) => [id, gate])).toEqual([
    ['objects', 'start'],
    ['volumes', undefined],
    ['databases', undefined],
  ]);
  expect(made.phases.at(-1)?.steps.map(({ id }) => id)).toEqual([
    'finalize/drop/service-analytics-collector-provider',
    'finalize/drop/service-analytics-conversation-collector-provider',
    'finalize/clean/0',
  ]);
  expect(made.notes).toEqual(['After this the run cannot be rolled back', "Before the spec's time, because the node is sold"]);
});
