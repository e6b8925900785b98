import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { FoundUpgrade } from '../../src/model/chart-upgrade.js';
import { chartUpgradeSchema } from '../../src/model/schema/chart-upgrade.js';
import { readSpec } from '../../src/model/schema/read-spec.js';
import { planChartUpgrade } from '../../src/plans/chart-upgrade.js';
import { planFinalize } from '../../src/plans/finalize.js';

const given = parse(readFileSync('examples/live-agent/spec.yaml', 'utf8'));
// A file travels as a Secret.
given.target.values.migrate = { secretRef: { namespace: 'rehelm-system', name: 'req-example' } };
const inventory: FoundUpgrade = JSON.parse(readFileSync('test/plans/live-agent-inventory.json', 'utf8'));
const read = (more: object = {}) => readSpec(chartUpgradeSchema, { ...given, ...more });
const plan = planChartUpgrade(read(), inventory);
const stepsOf = ({ phases }: typeof plan) => phases.flatMap(({ steps }) => steps);
const inputOf = (id: string, of = plan) => stepsOf(of).find((step) => step.id === id)?.input;

const [database] = given.databases;
const volume = { claim: 'data-cognigy-live-agent-postgresql-0', data: 'pgdata', user: { uid: 999, gid: 999 }, image: 'postgres:11' };
const copied = planChartUpgrade(read({ databases: [{ ...database, mode: 'auto', volume }] }), inventory);

test('reads like the guide: dump, uninstall, install empty, fill, the real values, the key, a look, and only then users', () => {
  expect(plan.phases.map(({ id, gate, commits, doors, steps }) => ({ id, gate, commits, doors, steps: steps.map((step) => step.id) }))).toEqual([
    {
      ...{ id: 'prepare', gate: 'start', commits: undefined, doors: undefined },
      steps: ['values', 'retain/pv-efs', 'retain/pv-postgresql', 'retain/pv-redis-master', 'retain/pv-redis-replicas'],
    },
    { id: 'hold', gate: undefined, commits: undefined, doors: 'close', steps: ['hold/Ingress/cognigy-live-agent', 'back'] },
    {
      ...{ id: 'stop', gate: undefined, commits: undefined, doors: undefined },
      steps: [
        'suspend/HorizontalPodAutoscaler/cognigy-live-agent',
        ...['stop/Deployment/cognigy-live-agent', 'stop/Deployment/cognigy-live-agent-worker', 'stop/Deployment/cognigy-live-agent-odata'],
      ],
    },
    {
      ...{ id: 'backup', gate: undefined, commits: undefined, doors: undefined },
      steps: ['volume', 'fence', 'dump', 'dumped'].map((step) => `${step}/live_agent_production`),
    },
    {
      ...{ id: 'uninstall', gate: undefined, commits: undefined, doors: undefined },
      steps: [
        'uninstall',
        ...['data-cognigy-live-agent-postgresql-0', 'redis-data-cognigy-live-agent-redis-master-0', 'redis-data-cognigy-live-agent-redis-replicas-0'].map(
          (claim) => `aside/${claim}`,
        ),
        ...['forget/cognigy-live-agent-postgresql', 'forget/cognigy-live-agent-redis'],
      ],
    },
    { id: 'install', gate: undefined, commits: undefined, doors: undefined, steps: ['install', 'first'] },
    {
      ...{ id: 'fill', gate: undefined, commits: undefined, doors: undefined },
      steps: ['restore', 'verify', 'replace'].map((step) => `${step}/live_agent_production`),
    },
    { id: 'start', gate: undefined, commits: undefined, doors: undefined, steps: ['upgrade', 'ready', 'redis/0'] },
    { id: 'verify', gate: undefined, commits: undefined, doors: undefined, steps: ['probes'] },
    { id: 'open', gate: 'commit', commits: true, doors: 'open', steps: ['open'] },
  ]);
  expect(plan.locks).toEqual(['release/live-agent/cognigy-live-agent', 'database/live-agent/live-agent/cognigy-live-agent']);
});

test('it comes up empty and closed, then closed with as many replicas as were found, and open at the commit', () => {
  expect(inputOf('install')).toMatchObject({
    set: { 'app.replica': 0, 'worker.replica': 0, 'odata.enabled': false, 'migration.enabled': false, 'ingress.enabled': false },
  });
  expect(inputOf('upgrade')).toMatchObject({ set: { 'app.replica': 2, 'worker.replica': 3, 'ingress.enabled': false } });
  expect(inputOf('upgrade')).not.toHaveProperty(['set', 'migration.enabled']);
  expect(inputOf('open')).toMatchObject({ set: { 'app.replica': 2, 'worker.replica': 3 } });
  expect(inputOf('open')).not.toHaveProperty(['set', 'ingress.enabled']);
});

test('a dump has three times the room of its database, and lies beside the release', () => {
  expect(inputOf('volume/live_agent_production')).toMatchObject({
    bytes: 3 * 6_442_450_944,
    place: { kind: 'volume', namespace: 'live-agent', claim: 'live-agent-4-44-live-agent-production-backup' },
  });
});

test('where the old volume and an image are named, a server of the run’s own reads it for a copy, and nothing is dumped', () => {
  const steps = stepsOf(copied).map(({ id }) => id);
  expect(steps).not.toContain('dump/live_agent_production');
  expect(steps.slice(steps.indexOf('forget/cognigy-live-agent-redis') + 1, steps.indexOf('upgrade'))).toEqual([
    'serve/data-cognigy-live-agent-postgresql-0-before-4-44-0',
    ...[
      'install',
      'first',
      'copy/live_agent_production',
      'verify/live_agent_production',
      'end-server/data-cognigy-live-agent-postgresql-0-before-4-44-0',
      'replace/live_agent_production',
    ],
  ]);
  expect(inputOf('copy/live_agent_production', copied)).toMatchObject({
    source: { host: expect.stringMatching(/^rehelm-private-data-cognigy-live-agent-po/) },
    to: 'rehelm_restored_live_agent_production',
  });
});

test('a Secret with other keys lies beside the old one before anything stops, and is there, proved, for the new chart to find', () => {
  const rekey = [
    { name: 'cognigy-live-agent-postgresql', keys: [{ from: 'postgresql-password', to: 'postgres-password' }] },
    { name: 'cognigy-live-agent-extra', to: 'extra' },
  ];
  const rekeyed = planChartUpgrade(read({ secrets: { regenerate: ['cognigy-live-agent-redis'], rekey } }), inventory);
  const idsOf = (phase: string) => rekeyed.phases.find(({ id }) => id === phase)?.steps.map(({ id }) => id) ?? [];
  expect(idsOf('prepare').slice(-2)).toEqual(['rekey/cognigy-live-agent-postgresql', 'rekey/cognigy-live-agent-extra']);
  expect(idsOf('uninstall').slice(-5)).toEqual([
    ...['forget/cognigy-live-agent-redis', 'forget/cognigy-live-agent-postgresql', 'forget/extra'],
    ...['secret/cognigy-live-agent-postgresql', 'secret/extra'],
  ]);
  expect(idsOf('install')).toEqual(['install', 'kept/cognigy-live-agent-postgresql', 'kept/extra', 'first']);
  const aside = { namespace: 'live-agent', name: 'cognigy-live-agent-postgresql-before-4-44-0' };
  expect(inputOf('rekey/cognigy-live-agent-postgresql', rekeyed)).toMatchObject({
    to: aside,
    keys: [{ from: 'postgresql-password', to: 'postgres-password' }],
  });
  expect(inputOf('secret/cognigy-live-agent-postgresql', rekeyed)).toMatchObject({ from: aside, release: { name: 'cognigy-live-agent' } });
  // None that the chart makes: it is nobody's.
  expect(inputOf('secret/extra', rekeyed)).not.toHaveProperty('release');
});

test('where the new server gets the old volume, nothing is dumped, and what it serves is proved to be the old data', () => {
  const rebind = { claim: 'data-cognigy-live-agent-postgresql-0', to: 'data-live-agent-db-0' };
  const volumes = inventory.volumes.map((each) => (each.claim === rebind.claim ? { ...each, fate: 'rebind' as const, to: rebind.to } : each));
  const databases = inventory.databases.map((each) => ({ ...each, systemIdentifier: '7' }));
  const { replaceVolumes: _, secrets: __, ...spec } = given;
  const made = planChartUpgrade(
    readSpec(chartUpgradeSchema, { ...spec, databases: [{ ...database, mode: 'rebind', rebind }], replaceVolumes: 'redis-data-*' }),
    { ...inventory, volumes, databases },
  );
  const steps = stepsOf(made).map(({ id }) => id);
  expect(steps.filter((id) => /^(volume|fence|dump|restore|replace)\//.test(id))).toEqual([]);
  expect(inputOf(`rebind/${rebind.claim}`, made)).toMatchObject({ claim: { name: rebind.claim }, to: { namespace: 'live-agent', name: rebind.to } });
  expect(inputOf(`rebind/${rebind.claim}`, made)).not.toHaveProperty('release');
  expect(steps.slice(steps.indexOf('first'), steps.indexOf('upgrade'))).toEqual(['first', 'same/live_agent_production']);
  expect(inputOf('same/live_agent_production', made)).toMatchObject({ database: 'live_agent_production', systemIdentifier: '7' });
  expect(made.notes.join('\n')).toMatch(/goes along on its volume[\s\S]*The volume is the only copy[\s\S]*becomes data-live-agent-db-0/);
});

test('an upgrade in place works on a clone of the old volume, which two databases share, and is compared with the old one', () => {
  const upgrade = { major: 15, claim: 'data-live-agent-db-0', binaries: '/opt/15/bin' };
  const two = ['live_agent_production', 'reports'].map((name) => ({ ...database, name, mode: 'upgradeInPlace', volume, upgrade }));
  const databases = ['live_agent_production', 'reports'].map((name) => ({ ...inventory.databases[0]!, name, unlogged: name === 'reports' }));
  const secrets = { rekey: [{ name: 'cognigy-live-agent-postgresql', keys: [{ from: 'postgresql-password', to: 'postgres-password' }] }] };
  const made = planChartUpgrade(read({ databases: two, secrets }), { ...inventory, databases, ownClaims: [upgrade.claim] });
  const steps = stepsOf(made).map(({ id }) => id);
  const kept = `${volume.claim}-before-4-44-0`;
  expect(steps.slice(steps.indexOf('secret/cognigy-live-agent-postgresql') + 1, steps.indexOf('upgrade'))).toEqual([
    ...[`clone/${upgrade.claim}`, `upgrade/${upgrade.claim}`, `upgraded/${upgrade.claim}`, `serve/${kept}`],
    ...['install', 'kept/cognigy-live-agent-postgresql', 'first', 'verify/live_agent_production', 'verify/reports', `end-server/${kept}`],
  ]);
  expect(new Set(steps).size).toBe(steps.length);
  expect(inputOf(`clone/${upgrade.claim}`, made)).toMatchObject({
    ...{ claim: { name: kept }, to: { name: upgrade.claim }, release: { name: 'cognigy-live-agent' }, claimedBy: `aside/${volume.claim}` },
  });
  expect(inputOf(`upgrade/${upgrade.claim}`, made)).toMatchObject({
    ...{ claim: { name: upgrade.claim }, major: 11, to: { major: 15, data: 'pgdata', binaries: '/opt/15/bin' }, wayBack: { claim: { name: kept } } },
    claimedBy: `clone/${upgrade.claim}`,
  });
  // What a start in recovery would empty, of whichever database.
  expect(inputOf(`serve/${kept}`, made)).toMatchObject({ mode: 'closed' });
  expect(inputOf('verify/reports', made)).toMatchObject({ from: 'reports', to: 'reports', source: { host: expect.stringMatching(/^rehelm-private-/) } });
});

test('a database on a server of somebody else is left alone', () => {
  const elsewhere = { ...inventory, databases: [{ ...inventory.databases[0]!, external: true as const }] };
  const left = planChartUpgrade(read(), elsewhere);
  expect(stepsOf(left).filter(({ id }) => id.endsWith('/live_agent_production'))).toEqual([]);
  expect(left.notes.join('\n')).toMatch(/live_agent_production is on a server that is none of the release's: it is left alone/);
});

test('a finalize drops what the chart had made, what was kept of keys, the old volumes and the dump, in this order', () => {
  const claim = (name: string) => ({ apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace: 'live-agent', name });
  const made = planFinalize(
    { run: 'r1', title: plan.title, locks: plan.locks },
    {
      ...{ kind: 'ChartUpgrade', spec: read(), replaced: [{ name: 'live_agent_production' }] },
      claims: [claim('old'), claim('dump')],
      upgraded: [],
      volumes: [{ volume: 'pv-postgresql', retainedBy: 'retain/pv-postgresql' }],
    },
  );
  expect(stepsOf(made).map(({ id }) => id)).toEqual([
    ...['finalize/drop/live_agent_production', 'finalize/clean/live_agent_production', 'finalize/redis/0'],
    ...['finalize/policy/pv-postgresql', 'finalize/delete/PersistentVolumeClaim/old', 'finalize/delete/PersistentVolumeClaim/dump'],
  ]);
});

test.each([
  [{ databases: [{ ...database, mode: 'copy' }] }, 'a copy reads the old volume'],
  [{ databases: [{ ...database, volume }] }, 'nobody would read it'],
  [{ databases: [database, database] }, 'database live_agent_production is listed twice'],
  [{ databases: ['a_b', 'A-B'].map((name) => ({ ...database, name })) }, 'databases.1.backup.claim: another dump lies there'],
  [{ databases: [{ ...database, name: 'x'.repeat(47) }] }, 'databases.0.name: expected at most 46 bytes'],
  [
    { databases: [database, { ...database, name: 'other', mode: 'rebind', rebind: { claim: 'data-x' } }] },
    'databases.1.mode: live_agent_production is on the same server',
  ],
  [{ databases: [{ ...database, name: 'postgres' }] }, 'the server’s own'.replace('’', "'")],
  [{ databases: [{ ...database, mode: 'precopy' }] }, 'nothing can be copied ahead'],
  [{ secrets: { regenerate: ['db'], rekey: [{ name: 'db' }] } }, 'cannot be made anew and keep its values'],
  [{ secrets: { rekey: [{ name: 'a', to: 'db' }, { name: 'db' }] } }, 'Secret db is made twice'],
  [{ secrets: { rekey: [{ name: 'a', keys: [{ from: 'b', to: 'c d' }] }] } }, 'expected a key of a Secret'],
  [{ databases: [{ ...database, mode: 'rebind' }] }, 'which claim of the old server is the new one to get?'],
  [{ databases: [{ ...database, mode: 'auto', volume, rebind: { claim: 'a' } }], secrets: {} }, 'either read or handed over'],
  [{ databases: [{ ...database, mode: 'dump', rebind: { claim: 'a' } }], secrets: {} }, 'nobody would get it'],
  [{ databases: [{ ...database, mode: 'rebind', rebind: { claim: 'a' } }] }, 'the data keep their passwords, and this Secret is made anew'],
  [{ databases: [{ ...database, mode: 'upgradeInPlace', volume }], secrets: {} }, 'to which major version?'],
  [{ databases: [{ ...database, mode: 'auto', upgrade: { major: 15 } }], secrets: {} }, 'an upgrade reads the old volume'],
  [{ databases: [{ ...database, mode: 'copy', volume, upgrade: { major: 15 } }], secrets: {} }, 'nobody would do it'],
  [{ quiesce: [] }, 'quiesce'],
  [{ quiesce: ['pod/app'] }, 'expected deployment/NAME or statefulset/NAME'],
  [{ redis: [{ service: 'redis', delete: ['*'] }] }, 'matches every key'],
  [{ replaceVolume: 'data-*' }, 'replaceVolume'],
])('%j is refused', (more, message) => expect(() => read(more)).toThrow(message));
