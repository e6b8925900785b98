import { namedOrCounted } from '../model/counted.js';
import type { DatabaseCopyInventory, DatabaseCopySpec } from '../model/database-copy.js';
import type { Phase, Plan } from '../model/plan.js';
import { databaseLock, databaseServer, showServer } from './database-server.js';
import { estimateCopy } from './estimate-copy.js';
import type { TypedStep } from './step.js';
import { stopWriters } from './stop-writers.js';

type Found = DatabaseCopyInventory;
type Spec = DatabaseCopySpec;
type Pair = Spec['databases'][number];

/** A copy runs as long as it makes progress; this ends one that doesn't. */
const copySeconds = 86_400;

const copyId = (to: string) => `copy/${to}`;

/**
 * Databases from one server to another, or under new names on the same: writers out, copied, proved equal, looked at once more, handed over.
 * Pure: the preview, the docs and the run call the same function.
 */
export function planDatabaseCopy(spec: Spec, found: Found): Plan {
  const { source, target } = spec;
  return {
    kind: 'DatabaseCopy',
    title: `Copy ${namesOf(spec, 'from')} from ${found.source ?? source.engine} at ${showServer(source)} to ${found.target ?? target.engine} at ${showServer(target)}`,
    locks: locksOf(spec),
    notes: notesOf(spec, found),
    phases: [stop(spec, found), data(spec, found), again(spec, found), handOver(spec)],
  };
}

/** What no other run may touch meanwhile: the databases on either side, and who writes to them. */
export const locksOf = ({ source, target, writers, databases }: Spec): readonly string[] => [
  ...(writers ? [`source/${writers.namespace}/${writers.selector}`] : []),
  ...new Set(databases.flatMap(({ from, to }) => [databaseLock(source, from), databaseLock(target, to)])),
];

const namesOf = ({ databases }: Spec, side: keyof Pair): string =>
  namedOrCounted(
    databases.map(({ [side]: name }) => name),
    'database',
  );

/** From here on nobody writes to the source: who is named is stopped, whoever is left is shut out. */
function stop(spec: Spec, { owners, workloads }: Found): Phase {
  const fence: TypedStep = {
    id: 'fence',
    step: 'fenceDatabase',
    title: `Shut writers out of ${namesOf(spec, 'from')}`,
    input: { server: databaseServer(spec.source), databases: spec.databases.map(({ from }) => from) },
  };
  return {
    id: 'stop',
    title: 'Shut writers out',
    gate: 'start',
    doors: 'close',
    steps: [...(spec.writers ? stopWriters({ namespace: spec.writers.namespace, owners, workloads }) : []), fence],
  };
}

/** Each database is proved as soon as all of them are copied. */
function data(spec: Spec, found: Found): Phase {
  const steps = (make: (pair: Pair, bytes: number | undefined, spec: Spec) => TypedStep) =>
    spec.databases.map((pair, index) => make(pair, found.databases[index]?.bytes, spec));
  return { id: 'data', title: 'Data', steps: [...steps(copy), ...steps(prove)] };
}

function copy({ from, to }: Pair, bytes: number | undefined, { source, target, copy: { unitSize, connections, bytesPerSecond } }: Spec): TypedStep {
  const limit = bytesPerSecond === undefined ? {} : { bytesPerSecond };
  return {
    id: copyId(to),
    step: 'copyDatabase',
    title: from === to ? `Copy ${from}` : `Copy ${from} → ${to}`,
    input: { server: databaseServer(target), source: databaseServer(source), from, to, connections, unitBytes: unitSize, ...limit, withinSeconds: copySeconds },
    changeable: ['connections', 'bytesPerSecond'],
    ...(bytes !== undefined && { estimate: estimateCopy(bytes, bytesPerSecond).copy }),
    withinSeconds: copySeconds,
  };
}

const prove = ({ from, to }: Pair, bytes: number | undefined, { source, target }: Spec): TypedStep => ({
  id: `verify/${to}`,
  step: 'verifyDatabase',
  proves: true,
  title: `Prove ${to} equal to ${from}`,
  input: { server: databaseServer(target), source: databaseServer(source), from, to, copyStep: copyId(to), withinSeconds: copySeconds },
  ...(bytes !== undefined && { estimate: estimateCopy(bytes).verify }),
  withinSeconds: copySeconds,
});

/** People may have waited long with their approval: nothing is handed over that is not still right. */
function again(spec: Spec, { workloads }: Found): Phase {
  const still: TypedStep = {
    id: 'still',
    step: 'verifySourceStill',
    proves: true,
    title: `The writers sleep, and ${namesOf(spec, 'from')} unchanged since the copy`,
    input: {
      server: databaseServer(spec.source),
      workloads: workloads.map(({ ref }) => ref),
      databases: spec.databases.map(({ from, to }) => ({ name: from, copyStep: copyId(to) })),
      withinSeconds: copySeconds,
    },
    withinSeconds: copySeconds,
  };
  return { id: 'again', title: 'Look once more', gate: 'commit', steps: [still] };
}

/** The commit: from here on the target takes users' writes. */
const handOver = (spec: Spec): Phase => ({
  id: 'hand-over',
  title: 'Hand over',
  commits: true,
  doors: 'open',
  steps: [
    {
      id: 'release',
      step: 'releaseDatabases',
      title: `Hand ${namesOf(spec, 'to')} over to users`,
      input: { server: databaseServer(spec.target), databases: spec.databases.map(({ to }) => to) },
    } satisfies TypedStep,
  ],
});

const notesOf = ({ writers, source, target }: Spec, { databases }: Found): readonly string[] => [
  ...(writers ? [] : ['No writers are named: whoever is connected to the source is sent away, and finds it shut']),
  `The product is pointed at ${showServer(target)} by its operators, after the commit; its writers and the source at ${showServer(source)} stay shut, until a rollback opens them or somebody drops them`,
  ...[source, target].filter(isInsecure).map((server) => `The certificate of ${showServer(server)} is not looked at`),
  ...databases.flatMap(({ name, notes }) => notes.map((note) => `${name}: ${note}`)),
];

const isInsecure = (server: Spec['source']): boolean => server.engine === 'postgresql' && server.at.tls !== undefined && 'insecure' in server.at.tls;
