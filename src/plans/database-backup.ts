import { namedOrCounted } from '../model/counted.js';
import type { DatabaseBackupInventory, DatabaseBackupSpec } from '../model/database-backup.js';
import type { Phase, Plan } from '../model/plan.js';
import { backupPlaceOf, showPlace, stagingFor, volumeBytes } from './backup-place.js';
import { databaseLock, databaseServer, isInsecure, showServer } from './database-server.js';
import { estimateDump } from './estimate-dump.js';
import type { TypedStep } from './step.js';

type Found = DatabaseBackupInventory;
type Spec = DatabaseBackupSpec;

/** SQL is longer than the pages that it comes from, at times. */
const room = { plain: 1.5, directory: 1 } as const;

/**
 * Databases of a server as one backup, kept where the spec says: room made, dumped in one snapshot each, read back to the last byte. Users write all the time.
 * Pure: the preview, the docs and the run call the same function.
 */
export function planDatabaseBackup(spec: Spec, found: Found): Plan {
  const { server, artifact } = spec;
  return {
    kind: 'DatabaseBackup',
    title: `Back ${namesOf(found)} of ${found.server ?? server.engine} at ${showServer(server)} up to ${showPlace(artifact)}`,
    locks: found.databases.map(({ name }) => databaseLock(server, name)),
    leavesNothing: true,
    notes: notesOf(spec, found),
    phases: phasesOf(spec, found).map((phase, index) => (index === 0 ? { ...phase, gate: 'start' as const } : phase)),
  };
}

const bytesOf = ({ databases }: Found): number => databases.reduce((sum, { bytes }) => sum + bytes, 0);

const namesOf = ({ databases }: Found): string =>
  namedOrCounted(
    databases.map(({ name }) => name),
    'database',
  );

const phasesOf = (spec: Spec, found: Found): readonly Phase[] => [
  ...(spec.artifact.volume ? [{ id: 'place', title: 'Place', steps: [makeRoom(spec, found)] }] : []),
  { id: 'backup', title: 'Backup', steps: [dump(spec, found), prove(spec, found)] },
];

function makeRoom({ server, artifact }: Spec, found: Found): TypedStep {
  const place = backupPlaceOf(artifact);
  if (place.kind !== 'volume') throw new TypeError('only a volume is made');
  const storageClass = artifact.volume?.storageClass;
  const bytes = volumeBytes(artifact, bytesOf(found));
  return {
    id: 'volume',
    step: 'createBackupVolume',
    title: found.claimExists ? `Use ${showPlace(artifact)}` : `Make ${showPlace(artifact)} of ${Math.ceil(bytes / 2 ** 30)} GiB`,
    input: { place, server: databaseServer(server), bytes, ...(storageClass !== undefined && { storageClass }) },
  };
}

function dump({ server, artifact, format, tools, encrypt, jobs, within }: Spec, found: Found): TypedStep {
  // Neither what is readable nor what goes away is made where the backup lies.
  const isAside = artifact.s3 !== undefined || encrypt !== undefined;
  const bytes = bytesOf(found);
  return {
    id: 'dump',
    step: 'dumpDatabases',
    title: `Dump ${namesOf(found)}`,
    input: {
      server: databaseServer(server),
      place: backupPlaceOf(artifact),
      databases: found.databases.map(({ name }) => name),
      ...{ format, recipients: encrypt?.recipients ?? [], jobs },
      ...(tools && { mongo: { image: tools.image, bytes } }),
      ...(isAside && { staging: stagingFor(artifact, bytes * room[format]) }),
      withinSeconds: within,
    },
    changeable: ['jobs'],
    estimate: estimateDump(bytes).dump,
    withinSeconds: within,
  };
}

const prove = ({ server, artifact, within }: Spec, found: Found): TypedStep => ({
  id: 'verify',
  step: 'verifyBackup',
  proves: true,
  title: 'Read the backup back to its last byte',
  input: { server: databaseServer(server), place: backupPlaceOf(artifact), withinSeconds: within },
  estimate: estimateDump(bytesOf(found)).read,
  withinSeconds: within,
});

const notesOf = (spec: Spec, found: Found): readonly string[] => [
  ...(spec.server.engine === 'mongodb' ? ofMongo : ['Each database is as it stood at one moment, its own; users go on writing']),
  ...(spec.databases === 'all' ? [`All databases of the server but its own: ${found.databases.map(({ name }) => name).join(', ')}`] : []),
  ...ofReaders(spec),
  ...(isInsecure(spec.server) ? [`The certificate of ${showServer(spec.server)} is not looked at`] : []),
  ...(spec.artifact.s3?.endpoint?.startsWith('http:') ? [`The way to ${spec.artifact.s3.endpoint} is not encrypted`] : []),
  ...found.databases.flatMap(({ name, notes }) => notes.map((note) => `${name}: ${note}`)),
];

/** mongodump of one database reads no snapshot. */
const ofMongo = [
  'Collections are read one after another while users go on writing: what spans several of them may be cut through. For one moment of all of them stop the writers first',
  'Users and roles are not in it: they come with a copy of the database (accounts), or are made anew',
];

const ofReaders = ({ server, encrypt }: Spec): readonly string[] => {
  if (encrypt)
    return [
      `Only the holders of ${encrypt.recipients.length === 1 ? 'one age key' : `${encrypt.recipients.length} age keys`} can read it; its table names and counts stand beside it in the clear`,
    ];
  return [`It is not encrypted: who reads it reads the data${server.engine === 'postgresql' ? ", and the verifiers of the roles' passwords" : ''}`];
};
