import { kustomizeToHelmSchema } from '../../src/model/schema/kustomize-to-helm.js';
import { readSpec } from '../../src/model/schema/read-spec.js';
import { type Loose, spec } from '../activities/inspect/shop-spec.js';

/** `path: message` of every problem. */
function problems(given: unknown): readonly string[] {
  try {
    readSpec(kustomizeToHelmSchema, given);
    return [];
  } catch (error) {
    const failed = error as { type: string; nonRetryable: boolean; details: [{ problems: { path: (string | number)[]; message: string }[] }] };
    expect(failed).toMatchObject({ type: 'InvalidSpec', nonRetryable: true });
    return failed.details[0].problems.map(({ path, message }) => `${path.join('.')}: ${message}`);
  }
}

const changed = (change: (given: Loose) => void): Loose => {
  const given = spec();
  change(given);
  return given;
};

const database = (rename: readonly object[]) => ({
  engine: 'mongodb',
  at: { service: 'mongodb/db', admin: { secretRef: { namespace: 'mongodb', name: 'root' } } },
  rename,
});

test.each([[undefined], [null], [[]], ['text'], [''], [7], [true], [[{}]], [() => 1]])('%p in place of a spec is InvalidSpec, not a TypeError', (given) => {
  expect(problems(given)).toEqual([expect.stringMatching(/^: Invalid input: expected object/)]);
});

test('an empty spec is told every part that is missing, at once', () => {
  const parts = ['apiVersion', 'kind', 'metadata', 'source', 'target', 'snapshots', 'traffic'];
  expect(problems({}).map((problem) => problem.split(':')[0])).toEqual(parts);
});

test('unknown keys, wrong types and impossible values are told at once, each at its path', () => {
  const given = changed((wrong) => {
    wrong.sorce = wrong.source;
    wrong.target.valeus = {};
    wrong.target.readyWithin = 5;
    wrong.target.namespace = 'Shop_Helm';
    wrong.volumes = [{ claim: 'files' }, { claim: 'a b' }];
    wrong.traffic.hold = ['deployment/web'];
    wrong.databases = [{ ...database([]), at: { service: 'mongodb', port: 70_000, admin: { secretRef: { namespace: 'm', name: 'r' } } } }];
  });
  expect(problems(given).toSorted()).toEqual([
    'databases.0.at.port: Too big: expected number to be <=65535',
    'databases.0.at.service: expected NAMESPACE/SERVICE',
    'databases.0.rename: Too small: expected array to have >=1 items',
    'sorce: unknown key sorce',
    'target.namespace: expected the name of a namespace: lower case letters, digits and -',
    'target.readyWithin: expected a duration such as 30s, 10m, 2h or 7d',
    'target.valeus: unknown key valeus',
    'traffic.hold.0: expected ingress/NAME or service/NAME; * stands for any characters',
    'volumes.1.claim: expected a Kubernetes name: lower case letters, digits, - and .',
  ]);
});

test.each<[string, (given: Loose) => void, string]>([
  ['an approval that is none of its forms', (given) => (given.approval = { commit: { within: '20 minutes' } }), 'approval.commit.within: expected a duration'],
  [
    'an unknown key deep in one of several forms',
    (given) => (given.approval = { start: { ahead: '1d', onDrfit: 'ask' } }),
    'approval.start.onDrfit: unknown key onDrfit',
  ],
  ['a path in place of values', (given) => (given.target.values = 'values.yaml'), 'target.values: expected {secretRef'],
  ['snapshots that nobody answers for', (given) => (given.snapshots.default = { waived: { by: 'ada' } }), 'snapshots.default: expected {attested'],
  ['patterns that are only commas', (given) => (given.secrets.carry = ' , '), 'secrets.carry: expected at least one pattern'],
  ['no time to get ready', (given) => (given.target.readyWithin = '0s'), 'target.readyWithin: expected more than 0s'],
  ['a wait of centuries', (given) => (given.onFailure = { wait: '99999999d', then: 'rollback' }), 'onFailure.wait: longer than a year'],
  ['a release name that Helm refuses', (given) => (given.target.release = 'a'.repeat(54)), 'target.release: Helm takes release names up to 53 characters'],
  ['a workload of another kind', (given) => (given.sourceVersion = { fromImageTagOf: 'pod/web' }), 'sourceVersion.fromImageTagOf: expected deployment/NAME'],
  ['a probe by another protocol', (given) => (given.probes[0].http = 'ftp://shop/x'), 'probes.0.http: expected an http or https address'],
  ['one namespace as source and target', (given) => (given.target.namespace = 'shop'), 'target.namespace: source and target are one namespace'],
  ['a claim twice', (given) => given.volumes.push({ claim: 'files' }), 'volumes.1.claim: claim files is listed twice'],
  ['a Secret changed twice', (given) => given.secrets.change.push({ name: 'token-old', to: 'b' }), 'secrets.change.1.name: Secret token-old is listed twice'],
  [
    'two databases that become one',
    (given) => (given.databases = [database([{ from: 'a', to: 'c' }]), database([{ from: 'b', to: 'c' }])]),
    'databases.1.rename.0.to: database c is listed twice',
  ],
])('refuses %s', (_, change, problem) => {
  expect(problems(changed(change))).toEqual([expect.stringContaining(problem)]);
});

test('what is left out has the defaults that the docs name', () => {
  const read = readSpec(kustomizeToHelmSchema, spec());
  expect(read).toMatchObject({
    target: { readyWithin: 900, compareWithLive: 'refuse', set: {} },
    secrets: { carry: ['app', 'token-*'], as: 'fromChart', escrow: false, hooks: 'putBack' },
    adopt: 'fromChart',
    databases: [],
    externalAddress: { waitForDns: [], within: 3600 },
    approval: { start: { onDrift: 'ask' }, commit: { then: 'wait' } },
    onFailure: { wait: 900, then: 'rollback' },
    finalize: { notBefore: 604_800, approval: 'required' },
  });
});
