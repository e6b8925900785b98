import { namedOrCounted } from '../model/counted.js';
import type { DatabaseCopyInventory, DatabaseCopySpec } from '../model/database-copy.js';
import type { DatabaseServerRef } from '../model/database-refs.js';
import type { Phase, Plan } from '../model/plan.js';
import { privateServer } from '../model/private-server.js';
import { databaseLock, databaseServer, isInsecure, showServer } from './database-server.js';
import { describeCopy } from './describe-copy.js';
import { type CopiedSize, estimateCopy, estimatePipe } from './estimate-copy.js';
import { inspectedOf } from './inspected.js';
import { arrow, drainId, precopy, proofId } from './precopy.js';
import { serveId, servePrivately, upgradeInPlace } from './private-server.js';
import type { TypedStep } from './step.js';
import { stopWriters } from './stop-writers.js';

type Found = DatabaseCopyInventory;
type Spec = DatabaseCopySpec;
type Pair = Spec['databases'][number];
type InWindow = Exclude<Spec['copy'], { readonly mode: 'precopy' }>;
type InUnits = Extract<InWindow, { readonly mode: 'copy' }>;
type ByTools = Extract<InWindow, { readonly mode: 'tools' }>;
type Ahead = Extract<Spec['copy'], { readonly mode: 'precopy' }>;

/** A copy runs as long as it makes progress; this ends one that doesn't. */
const copySeconds = 86_400;

/** Its server ends, and every file is put back. */
const endSeconds = 600;

/** What a retry may change. */
const changeable = { postgresql: ['connections', 'bytesPerSecond', 'guard'], mongodb: ['connections', 'bytesPerSecond'] } as const;

const copyId = (to: string) => `copy/${to}`;

/**
 * Databases from one server to another, or under new names on the same: writers out, copied, proved equal, looked at once more, handed over.
 * Pure: the preview, the docs and the run call the same function.
 */
export function planDatabaseCopy(spec: Spec, found: Found): Plan {
  const { source, target, copy: how } = spec;
  return {
    kind: 'DatabaseCopy',
    title: `Copy ${namesOf(spec, 'from')} from ${found.source ?? source.engine} at ${showServer(source)} to ${found.target ?? target.engine} at ${showServer(target)}`,
    locks: locksOf(spec),
    notes: notesOf(spec, found),
    ...inspectedOf(found.databases),
    phases: how.mode === 'precopy' ? precopied(spec, found, how) : [stop(spec, found), data(spec, found, how), again(spec, found, copyId), handOver(spec)],
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

/** Most of it moves while users work; the operator chooses when the window begins, and it lasts as long as what is left takes. */
function precopied(spec: Spec, found: Found, { slotLimit, prove }: Ahead): readonly Phase[] {
  const { ahead, ready, cutover, afterwards } = precopy({
    source: databaseServer(spec.source),
    server: databaseServer(spec.target),
    databases: spec.databases.map((pair, index) => ({ ...pair, size: found.databases[index] })),
    ...{ slotLimitBytes: slotLimit, prove, withinSeconds: copySeconds },
  });
  return [
    { id: 'ahead', title: 'Copy ahead', gate: 'start', steps: ahead },
    { id: 'ready', title: 'Look once more before the window', gate: 'cutover', steps: ready },
    { id: 'cutover', title: 'Cut over', doors: 'close', steps: [...writersOf(spec, found), ...cutover] },
    again(spec, found, drainId),
    handOver(spec),
    ...(afterwards.length > 0 ? [{ id: 'proof', title: 'Prove', steps: afterwards }] : []),
  ];
}

const writersOf = ({ writers }: Spec, found: Found): readonly TypedStep[] => (writers ? stopWriters({ ...writers, ...found }) : []);

/** Where the copy reads: the source as it runs, or a server of our own over the volume that it left. */
function sourceOf({ source, volume }: Spec): DatabaseServerRef {
  return volume ? privateServer(volume.claim, serveId(volume)) : databaseServer(source);
}

/** From here on nobody writes to the source: who is named is stopped, and whoever is left is shut out, or finds nothing but our own server over the data. */
function stop(spec: Spec, found: Found): Phase {
  return {
    id: 'stop',
    title: 'Shut writers out',
    gate: 'start',
    doors: 'close',
    steps: [...writersOf(spec, found), ...(reading(spec, found)?.steps ?? [fence(spec)])],
  };
}

const fence = (spec: Spec): TypedStep => ({
  id: 'fence',
  step: 'fenceDatabase',
  title: `Shut writers out of ${namesOf(spec, 'from')}`,
  input: { server: databaseServer(spec.source), databases: spec.databases.map(({ from }) => from), ...spec.fence },
});

/** Undefined where the source is read as it runs. */
function reading({ source, volume }: Spec, { volume: found, workloads }: Found): ReturnType<typeof servePrivately> | undefined {
  if (!volume || !found || source.engine !== 'postgresql') return undefined;
  return servePrivately({
    ...volume,
    ...{ volume: found.name, major: found.major, unlogged: found.unlogged, workloads: workloads.map(({ ref }) => ref) },
    ...(source.at.admin.user !== undefined && { superuser: source.at.admin.user }),
  });
}

/** The other way, where the volume is this run's anyway and the target is newer. */
function inPlace({ volume }: Spec, { volume: found, workloads }: Found): readonly string[] {
  if (!volume || found?.targetMajor === undefined || found.targetMajor <= found.major) return [];
  const { claim, data, user } = volume;
  const { name, major, targetMajor } = found;
  const to = { major: targetMajor, data };
  const offer = upgradeInPlace({ claim, data, user, major, volume: name, to, workloads: workloads.map(({ ref }) => ref) });
  const lacking = 'not' in offer ? `. It is not offered here: ${offer.not.join('; ')}` : '';
  return [`A DatabaseUpgrade of claim ${claim.name} to PostgreSQL ${targetMajor} would take minutes at any size, in place of this copy${lacking}`];
}

/** Each database is proved as soon as all of them are copied. */
function data(spec: Spec, found: Found, how: InWindow): Phase {
  const steps = (make: (pair: Pair, size: CopiedSize | undefined, spec: Spec, how: InWindow) => TypedStep) =>
    spec.databases.map((pair, index) => make(pair, found.databases[index], spec, how));
  return { id: 'data', title: 'Data', steps: [...steps(copy), ...steps(prove)] };
}

const copy = (pair: Pair, size: CopiedSize | undefined, spec: Spec, how: InWindow): TypedStep =>
  how.mode === 'tools' ? pipe(pair, size, spec, how) : copyInUnits(pair, size, spec, how);

/** The source is read first, since nobody else reads it: what came of it is proved by that. */
const pipe = ({ from, to }: Pair, size: CopiedSize | undefined, spec: Spec, { connections }: ByTools): TypedStep => ({
  id: copyId(to),
  step: 'copyDatabase',
  title: `Copy ${arrow({ from, to })} by mongodump and mongorestore`,
  input: {
    ...{ server: databaseServer(spec.target), source: databaseServer(spec.source), from, to, connections, withinSeconds: copySeconds },
    ...(spec.tools && { tools: spec.tools }),
  },
  changeable: ['connections'],
  ...(size && { estimate: estimatePipe(size) }),
  withinSeconds: copySeconds,
});

function copyInUnits({ from, to }: Pair, size: CopiedSize | undefined, spec: Spec, how: InUnits): TypedStep {
  const { unitSize, connections, bytesPerSecond, accounts, guard } = how;
  const wishes = { ...(bytesPerSecond !== undefined && { bytesPerSecond }), ...(accounts && { accounts }), ...(guard !== undefined && { guard }) };
  return {
    id: copyId(to),
    step: 'copyDatabase',
    title: `Copy ${arrow({ from, to })}`,
    input: { server: databaseServer(spec.target), source: sourceOf(spec), from, to, connections, unitBytes: unitSize, ...wishes, withinSeconds: copySeconds },
    changeable: changeable[spec.source.engine],
    ...(size && { estimate: estimateCopy(size, bytesPerSecond).copy }),
    withinSeconds: copySeconds,
  };
}

const prove = ({ from, to }: Pair, size: CopiedSize | undefined, spec: Spec): TypedStep => ({
  id: proofId(to),
  step: 'verifyDatabase',
  proves: true,
  title: `Prove ${to} equal to ${from}`,
  input: { server: databaseServer(spec.target), source: sourceOf(spec), from, to, copyStep: copyId(to), withinSeconds: copySeconds },
  ...(size && { estimate: estimateCopy(size).verify }),
  withinSeconds: copySeconds,
});

/** People may have waited long with their approval: nothing is handed over that is not still right. */
function again(spec: Spec, { workloads }: Found, readBy: (to: string) => string): Phase {
  const still: TypedStep = {
    id: 'still',
    step: 'verifySourceStill',
    proves: true,
    title: `The writers sleep, and ${namesOf(spec, 'from')} unchanged since the copy`,
    input: {
      server: sourceOf(spec),
      workloads: workloads.map(({ ref }) => ref),
      databases: spec.databases.map(({ from, to }) => ({ name: from, copyStep: readBy(to) })),
      withinSeconds: copySeconds,
    },
    withinSeconds: copySeconds,
  };
  return { id: 'again', title: 'Look once more', gate: 'commit', steps: [still] };
}

/** The commit: from here on the target takes users' writes. */
function handOver(spec: Spec): Phase {
  const release: TypedStep = {
    id: 'release',
    step: 'releaseDatabases',
    title: `Hand ${namesOf(spec, 'to')} over to users`,
    input: { server: databaseServer(spec.target), databases: spec.databases.map(({ to }) => to) },
  };
  return { id: 'hand-over', title: 'Hand over', commits: true, doors: 'open', steps: [release, ...(spec.volume ? [endServer(spec.volume)] : [])] };
}

const endServer = ({ claim }: NonNullable<Spec['volume']>): TypedStep => ({
  id: 'end-server',
  step: 'endPrivateServer',
  title: `End the run's own server, and leave the data of claim ${claim.name} as the old one left them`,
  input: { servedBy: serveId({ claim }) },
  withinSeconds: endSeconds,
});

const notesOf = (spec: Spec, found: Found): readonly string[] => [
  ...(spec.writers ? [] : ['No writers are named: whoever is connected to the source is sent away, and finds it shut']),
  `The product is pointed at ${showServer(spec.target)} by its operators, after the commit; its writers and the source at ${showServer(spec.source)} stay shut, until a rollback opens them or somebody drops them`,
  ...[spec.source, spec.target].filter(isInsecure).map((server) => `The certificate of ${showServer(server)} is not looked at`),
  ...describeCopy(spec),
  ...(reading(spec, found)?.notes ?? found.fence ?? []),
  ...inPlace(spec, found),
  ...found.databases.flatMap(({ name, notes }) => notes.map((note) => `${name}: ${note}`)),
];
