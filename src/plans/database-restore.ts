import { namedOrCounted } from '../model/counted.js';
import type { DatabaseRestoreInventory, DatabaseRestoreSpec } from '../model/database-backup.js';
import type { Phase, Plan } from '../model/plan.js';
import type { SecretKeyRef } from '../model/refs.js';
import type { PostgresServerSpec } from '../model/schema/database-server.js';
import { backupPlaceOf, showPlace, stagingFor } from './backup-place.js';
import { databaseLock, databaseServer, isInsecure, showServer } from './database-server.js';
import { estimateDump } from './estimate-dump.js';
import type { TypedStep } from './step.js';

type Found = DatabaseRestoreInventory;
type Spec = DatabaseRestoreSpec;
type Pair = Spec['databases'][number];

/** What a database is called until it has its name, and what the one is called that had it. */
export const restoredName = (name: string): string => `rehelm_restored_${name}`;
export const replacedName = (name: string): string => `rehelm_replaced_${name}`;

/** MongoDB gives no database another name: it has its own from the beginning, and users come at the commit. */
const nameUntilCommit = ({ server }: Spec, { to }: Pair): string => (server.engine === 'mongodb' ? to : restoredName(to));

/**
 * Databases of a backup beside those that are there, proved equal to what was dumped, and only then, at the commit, under their names. What had a name before is
 * kept until the finalize. MongoDB: under names that are free. Pure: the preview, the docs and the run call the same function.
 */
export function planDatabaseRestore(spec: Spec, found: Found): Plan {
  const { server, artifact, backup, databases } = spec;
  return {
    kind: 'DatabaseRestore',
    title: `Restore ${namesOf(spec)} of backup ${backup} in ${showPlace(artifact)} to ${found.server ?? server.engine} at ${showServer(server)}`,
    locks: [...new Set(databases.map(({ to }) => databaseLock(server, to)))],
    notes: notesOf(spec, found),
    phases: [restore(spec, found), server.engine === 'mongodb' ? handOver(spec) : exchange(server, spec, found)],
  };
}

const namesOf = ({ databases }: Spec): string =>
  namedOrCounted(
    databases.map(({ from, to }) => (from === to ? to : `${from} → ${to}`)),
    'database',
  );

const bytesIn = ({ backup }: Found, name: string): number => backup?.databases.find((each) => each.name === name)?.bytes ?? 0;
const isTaken = ({ taken }: Found, name: string): boolean => taken.some((each) => each.name === name);
const keyOf = ({ decrypt }: Spec): { readonly key?: SecretKeyRef } => (decrypt ? { key: decrypt.secretRef } : {});

/** Nobody sees any of it: under names of our own. */
function restore(spec: Spec, found: Found): Phase {
  const { server, artifact, backup, within, databases } = spec;
  const whole: TypedStep = {
    id: 'backup',
    step: 'verifyBackup',
    proves: true,
    title: `Read backup ${backup} to its last byte`,
    input: { server: databaseServer(server), place: backupPlaceOf(artifact), backup, ...keyOf(spec), withinSeconds: within },
    withinSeconds: within,
  };
  return {
    id: 'restore',
    title: 'Restore beside',
    gate: 'start',
    steps: [whole, ...databases.map((pair) => restoreOne(spec, found, pair)), ...databases.map((pair) => prove(spec, found, pair))],
  };
}

const source = (spec: Spec, pair: Pair) => ({
  server: databaseServer(spec.server),
  place: backupPlaceOf(spec.artifact),
  ...{ backup: spec.backup, from: pair.from, to: nameUntilCommit(spec, pair), jobs: spec.jobs },
  ...keyOf(spec),
  withinSeconds: spec.within,
});

function restoreOne(spec: Spec, found: Found, pair: Pair): TypedStep {
  const { artifact, tools, within } = spec;
  const isAside = artifact.s3 !== undefined || found.backup?.encrypted === true;
  return {
    id: `restore/${pair.to}`,
    step: 'restoreDatabase',
    title: `Restore ${pair.from} as ${nameUntilCommit(spec, pair)}`,
    input: { ...source(spec, pair), ...(tools && { mongo: tools }), ...(isAside && { staging: stagingFor(artifact, found.backup?.bytes ?? 0) }) },
    changeable: ['jobs'],
    estimate: estimateDump(bytesIn(found, pair.from)).restore,
    withinSeconds: within,
  };
}

const prove = (spec: Spec, found: Found, pair: Pair): TypedStep => ({
  id: `verify/${pair.to}`,
  step: 'verifyRestored',
  proves: true,
  title: `Prove ${nameUntilCommit(spec, pair)} equal to what was backed up`,
  input: source(spec, pair),
  estimate: estimateDump(bytesIn(found, pair.from)).verify,
  withinSeconds: spec.within,
});

/** The commit: from here on users write to what was restored. */
const exchange = (server: PostgresServerSpec, { databases }: Spec, found: Found): Phase => ({
  id: 'exchange',
  title: 'Exchange names',
  gate: 'commit',
  commits: true,
  steps: databases.map(
    ({ to }): TypedStep => ({
      id: `replace/${to}`,
      step: 'replaceDatabase',
      title: isTaken(found, to) ? `Put ${to} aside as ${replacedName(to)}, and give its name to what was restored` : `Call what was restored ${to}`,
      input: { server: databaseServer(server), restored: restoredName(to), name: to, ...(isTaken(found, to) && { aside: replacedName(to) }) },
    }),
  ),
});

/** The commit where no name changes: what users write from here on a rollback would lose. */
const handOver = ({ server, databases }: Spec): Phase => ({
  id: 'hand-over',
  title: 'Hand over',
  gate: 'commit',
  commits: true,
  steps: [
    {
      id: 'release',
      step: 'releaseDatabases',
      title: `Hand ${namedOrCounted(
        databases.map(({ to }) => to),
        'database',
      )} over to users`,
      input: { server: databaseServer(server), databases: databases.map(({ to }) => to) },
    },
  ],
});

const notesOf = ({ server, databases }: Spec, found: Found): readonly string[] => [
  ...found.taken.map(
    ({ name, holds }) =>
      `${name}, which holds ${holds ?? 'nothing'}, is replaced at the commit: kept as ${replacedName(name)} without connections, and dropped by the finalize. What users write to it until then is not in what replaces it`,
  ),
  server.engine === 'mongodb'
    ? 'Users and roles are not in the backup: they are made by their operators'
    : 'Roles that are there keep what they have; those that are not are made as the backup has them',
  ...(found.backup ? [madeBy(found.backup)] : []),
  ...(found.taken.length > 0 && databases.length > 0 ? ['Connections to what is replaced end for the moment in which names are exchanged'] : []),
  ...(isInsecure(server) ? [`The certificate of ${showServer(server)} is not looked at`] : []),
];

const madeBy = ({ engine = 'postgresql', toolVersion, serverVersion, endedAt }: NonNullable<Found['backup']>): string => {
  const [tool, server] = engine === 'mongodb' ? ['mongodump', 'MongoDB'] : ['pg_dump', 'PostgreSQL'];
  return `The backup was made by ${tool} ${toolVersion} from ${server} ${serverVersion} until ${endedAt}`;
};
