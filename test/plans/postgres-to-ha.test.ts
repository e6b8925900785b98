import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { FoundSingleServer } from '../../src/model/postgres-to-ha.js';
import { postgresToHaSchema } from '../../src/model/schema/postgres-to-ha.js';
import { readSpec } from '../../src/model/schema/read-spec.js';
import { planFinalize } from '../../src/plans/finalize.js';
import { planPostgresToHa } from '../../src/plans/postgres-to-ha.js';

const given = parse(readFileSync('examples/keycloak-ha/spec.yaml', 'utf8'));
// A file travels as a Secret.
given.target.values.from = { secretRef: { namespace: 'rehelm-system', name: 'req-example' } };
const inventory: FoundSingleServer = JSON.parse(readFileSync('test/plans/keycloak-ha-inventory.json', 'utf8'));
const read = (more: object = {}) => readSpec(postgresToHaSchema, { ...given, ...more });
const plan = planPostgresToHa(read(), inventory);
const stepsOf = ({ phases }: typeof plan) => phases.flatMap(({ steps }) => steps);
const inputOf = (id: string, of = plan) => stepsOf(of).find((step) => step.id === id)?.input;

const members = [0, 1, 2].map((index) => `sso-postgresql-ha-postgresql-${index}.sso-postgresql-ha-postgresql-headless.iam.svc`).join(',');

test('reads like the guide: dump, upgrade to one member, fill it, clone the others, and only then users', () => {
  expect(plan.phases.map(({ id, gate, commits, doors, steps }) => ({ id, gate, commits, doors, steps: steps.map((step) => step.id) }))).toEqual([
    { id: 'prepare', gate: 'start', commits: undefined, doors: undefined, steps: ['note/prepare', 'values', 'retain/pv-postgresql'] },
    { id: 'hold', gate: undefined, commits: undefined, doors: 'close', steps: ['hold/Ingress/sso-keycloak', 'back'] },
    { id: 'stop', gate: undefined, commits: undefined, doors: undefined, steps: ['stop/StatefulSet/sso-keycloak'] },
    {
      ...{ id: 'backup', gate: undefined, commits: undefined, doors: undefined },
      steps: ['note/backup', ...['volume', 'fence', 'dump', 'dumped'].map((step) => `${step}/keycloak`)],
    },
    { id: 'upgrade', gate: undefined, commits: undefined, doors: undefined, steps: ['note/upgrade', 'install', 'first'] },
    {
      ...{ id: 'fill', gate: undefined, commits: undefined, doors: undefined },
      steps: ['note/restore', ...['restore', 'verify', 'replace'].map((step) => `${step}/keycloak`)],
    },
    { id: 'grow', gate: undefined, commits: undefined, doors: undefined, steps: ['note/grow', 'upgrade', 'ready', 'standbys'] },
    { id: 'verify', gate: undefined, commits: undefined, doors: undefined, steps: ['probes'] },
    { id: 'open', gate: 'commit', commits: true, doors: 'open', steps: ['open', 'note/completed'] },
  ]);
  expect(plan.locks).toEqual(['release/iam/sso', 'database/iam/iam/sso']);
});

test('one member comes up for the filling; all of them, and as many writers as were found, after it', () => {
  const one = { 'postgresql-ha.postgresql.replicaCount': 1, 'keycloak.replicas': 0, 'ingress.enabled': false };
  expect(inputOf('install')).toMatchObject({ set: one });
  expect(inputOf('upgrade')).toMatchObject({ set: { 'keycloak.replicas': 2, 'ingress.enabled': false }, installStep: 'install' });
  expect(inputOf('upgrade')).not.toHaveProperty(['set', 'postgresql-ha.postgresql.replicaCount']);
  expect(inputOf('open')).not.toHaveProperty(['set', 'ingress.enabled']);
});

test('whichever member is the primary is filled, and what follows it is proved', () => {
  expect(inputOf('restore/keycloak')).toMatchObject({ server: { host: members, servedBy: { step: 'install' } } });
  expect(inputOf('standbys')).toMatchObject({
    ...{ primary: { host: members }, standbys: 2 },
    pooler: { server: { host: 'sso-postgresql-ha-pgpool.iam.svc', admin: { user: 'keycloak' } }, database: 'keycloak' },
  });
});

test('where an image is named, the old volume is read under its own name by a server of the run’s own, once helm has taken the single one away', () => {
  const volume = { data: 'pgdata', user: { uid: 999, gid: 999 }, image: 'postgres:15' };
  const copied = planPostgresToHa(read({ databases: [{ engine: 'postgresql', name: 'keycloak', volume }] }), inventory);
  const steps = stepsOf(copied).map(({ id }) => id);
  expect(steps).not.toContain('dump/keycloak');
  expect(steps.slice(steps.indexOf('install'), steps.indexOf('note/grow'))).toEqual([
    ...['install', 'first', 'note/restore', 'serve/data-sso-postgresql-0'],
    ...['copy/keycloak', 'verify/keycloak', 'end-server/data-sso-postgresql-0', 'replace/keycloak'],
  ]);
  expect(inputOf('serve/data-sso-postgresql-0', copied)).toMatchObject({ claim: { namespace: 'iam', name: 'data-sso-postgresql-0' }, major: 15 });
});

test('nothing is held where nothing is named, and nothing noted where no ConfigMap is', () => {
  const bare = planPostgresToHa(read({ traffic: {}, progressConfigMap: undefined }), { ...inventory, held: [] });
  expect(bare.phases.map(({ id }) => id)).not.toContain('hold');
  expect(stepsOf(bare).filter(({ step }) => step === 'noteProgress')).toEqual([]);
});

const { installEmpty: _, traffic: _traffic, ...hookable } = given;
const { values: _values, ...chart } = given.target;
const hooked = { ...hookable, upgrade: 'hooks', target: chart, approval: 'none' };

test('behind hooks the run leaves helm to helm: dumped before it, nobody shut out of the old database, filled after it', () => {
  const brought = inventory.workloads.map(({ ref }) => ({ ref, replicas: 2 }));
  const behind = planPostgresToHa(readSpec(postgresToHaSchema, hooked), { ...inventory, held: [], brought });
  expect(behind.phases.map(({ id, gate, commits, doors, steps }) => ({ id, gate, commits, doors, steps: steps.map((step) => step.id) }))).toEqual([
    { id: 'prepare', gate: 'start', commits: undefined, doors: undefined, steps: ['note/prepare', 'retain/pv-postgresql'] },
    { id: 'stop', gate: undefined, commits: undefined, doors: 'close', steps: ['stop/StatefulSet/sso-keycloak'] },
    {
      ...{ id: 'backup', gate: undefined, commits: undefined, doors: undefined },
      steps: ['note/backup', ...['volume', 'dump', 'dumped'].map((step) => `${step}/keycloak`)],
    },
    { id: 'helm', gate: 'helm', commits: undefined, doors: undefined, steps: ['install', 'note/restore'] },
    {
      ...{ id: 'fill', gate: undefined, commits: undefined, doors: undefined },
      steps: ['again/stop/StatefulSet/sso-keycloak', 'restore/keycloak', 'verify/keycloak', 'still/stop/StatefulSet/sso-keycloak', 'replace/keycloak'],
    },
    { id: 'verify', gate: undefined, commits: undefined, doors: undefined, steps: ['standbys'] },
    { id: 'open', gate: undefined, commits: true, doors: 'open', steps: ['start/StatefulSet/sso-keycloak', 'ready', 'probes', 'note/completed'] },
  ]);
  expect(inputOf('install', behind)).toMatchObject({
    chartVersion: '2.0.0',
    gone: { name: 'sso-postgresql' },
    there: { name: 'sso-postgresql-ha-postgresql' },
  });
});

test.each([
  [{ installEmpty: given.installEmpty }, 'helm is run by somebody else'],
  [{ target: { ...chart, values: { set: { a: 1 } } } }, 'helm is run by somebody else'],
  [{ traffic: given.traffic }, 'helm is run by somebody else'],
  [{ approval: { start: {} } }, 'nobody is there to be asked'],
])('behind hooks %j is refused', (more, message) => expect(() => readSpec(postgresToHaSchema, { ...hooked, ...more })).toThrow(message));

test('a finalize drops what the chart had made wherever the primary is by then, the dump and the old volume', () => {
  const claim = (name: string) => ({ apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace: 'iam', name });
  const { server } = inputOf('replace/keycloak') as { readonly server: never };
  const made = planFinalize(
    { run: 'r1', title: plan.title, locks: plan.locks },
    {
      ...{ kind: 'PostgresToHA', spec: read(), replaced: [{ name: 'keycloak', server }] },
      claims: [claim('data-sso-postgresql-0'), claim('dump')],
      volumes: [{ volume: 'pv-postgresql', retainedBy: 'retain/pv-postgresql' }],
    },
  );
  expect(stepsOf(made).map(({ id }) => id)).toEqual([
    ...['finalize/drop/keycloak', 'finalize/clean/keycloak', 'finalize/policy/pv-postgresql'],
    ...['finalize/delete/PersistentVolumeClaim/data-sso-postgresql-0', 'finalize/delete/PersistentVolumeClaim/dump'],
  ]);
  expect(inputOf('finalize/drop/keycloak', made)).toMatchObject({ server: { host: members } });
});

const database = { engine: 'postgresql', name: 'keycloak' };

test.each([
  [{ databases: [{ ...database, mode: 'copy' }] }, 'a copy reads the old volume'],
  [{ databases: [database, database] }, 'database keycloak is listed twice'],
  [{ databases: [{ ...database, name: 'repmgr' }] }, "the server's own"],
  [{ databases: [{ ...database, mode: 'precopy' }] }, 'helm takes the single server away'],
  [{ databases: [] }, 'databases'],
  [{ target: { ...given.target, primary: 'deployment/x' } }, 'expected statefulset/NAME'],
  [{ target: { ...given.target, primary: 'statefulset/sso-postgresql' } }, 'is the single server'],
  [{ quiesce: [] }, 'quiesce'],
  [{ progressMap: 'x' }, 'progressMap'],
])('%j is refused', (more, message) => expect(() => read(more)).toThrow(message));
