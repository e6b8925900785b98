import type { PostgresServerRef } from '../model/database-refs.js';
import { type DataVolume, privateServer, type ServerImage } from '../model/private-server.js';
import type { ReleaseRef } from '../model/refs.js';
import { slugOf } from '../model/slug.js';
import { replacedName, restoredName } from './database-restore.js';
import { estimateCopy } from './estimate-copy.js';
import { estimateDump } from './estimate-dump.js';
import { imageOf, serveId, servePrivately, type UpgradeWish, upgradeInPlace } from './private-server.js';
import type { TypedStep } from './step.js';

/** The old server's volume once that server is gone: a server of the run's own reads it. */
interface KeptVolume extends Omit<DataVolume, 'major'>, ServerImage {
  /** Name of the PersistentVolume. */
  readonly volume: string;
  /** The step that gives the claim its volume, where there is no such claim before. */
  readonly claimedBy?: string;
}

/** A database that goes from a server of the old release to one of the new: by a dump, or by a copy from the kept volume where one is given. */
export interface MovedDatabase {
  readonly name: string;
  /** Of the old server, such as 11. */
  readonly major: number;
  readonly bytes: number;
  /** A start in recovery would empty relations. */
  readonly unlogged: boolean;
  readonly from: PostgresServerRef;
  readonly to: PostgresServerRef;
  readonly backup: { readonly namespace: string; readonly claim: string; readonly bytes: number; readonly storageClass?: string };
  readonly kept?: KeptVolume;
  /** The kept volume's clone is upgraded, and the new server gets that. */
  readonly upgraded?: UpgradedClone;
}

interface UpgradedClone {
  readonly claim: KeptVolume['claim'];
  readonly to: UpgradeWish['to'];
  /** The release that shall own the claim. */
  readonly release?: ReleaseRef;
}

/** A dump or a copy runs as long as it makes progress; this ends one that doesn't. */
const dataSeconds = 86_400;
const endSeconds = 600;
const gib = 2 ** 30;
const timesDatabase = 3;
const jobs = 2;
const connections = 4;
const unitBytes = 256 * 2 ** 20;

/** As a spec says it of a release's server: the Secret is beside the release. */
export interface ServerLogin {
  readonly port: number;
  readonly user: string;
  readonly password: { readonly secretRef: { readonly name: string; readonly key: string } };
}

export const serverAt = (host: string, { port, user, password: { secretRef } }: ServerLogin, namespace: string): PostgresServerRef => ({
  engine: 'postgresql',
  host,
  port,
  admin: { user, secretRef: { namespace, name: secretRef.name, passwordKey: secretRef.key } },
});

/** As a spec wishes it. */
interface MoveWish {
  readonly name: string;
  readonly mode: 'auto' | 'dump' | 'copy';
  readonly volume?: object | undefined;
  readonly backup: { readonly claim?: string | undefined; readonly size: number | 'auto'; readonly storageClass?: string | undefined };
}

export const modeOf = ({ mode, volume }: Pick<MoveWish, 'mode' | 'volume'>): 'dump' | 'copy' =>
  mode === 'copy' || (mode === 'auto' && volume) ? 'copy' : 'dump';

/** Guide 002, "Create backup-pod.yaml" and "Calculate the size of the database". `run`: the spec's name. */
export function backupOf({ name, backup: { claim, size, storageClass } }: Pick<MoveWish, 'name' | 'backup'>, bytes: number, run: string) {
  return {
    claim: claim ?? `${run}-${slugOf(name)}-backup`,
    bytes: size === 'auto' ? Math.max(gib, timesDatabase * bytes) : size,
    ...(storageClass !== undefined && { storageClass }),
  };
}

const placeOf = ({ backup: { namespace, claim } }: MovedDatabase) => ({ kind: 'volume', namespace, claim }) as const;

/** While the old server still runs, with its writers shut out; nothing for a copy. */
export function backUp(database: MovedDatabase, { fence = true }: { readonly fence?: boolean } = {}): readonly TypedStep[] {
  const { name, bytes, from: server, backup } = database;
  if (database.kept) return [];
  const place = placeOf(database);
  return [
    {
      id: `volume/${name}`,
      step: 'createBackupVolume',
      title: `Make volume ${place.namespace}/${place.claim} of ${Math.ceil(backup.bytes / gib)} GiB`,
      input: { place, server, bytes: backup.bytes, atLeast: bytes, ...(backup.storageClass !== undefined && { storageClass: backup.storageClass }) },
    },
    ...(fence ? [shutOut(database)] : []),
    {
      id: `dump/${name}`,
      step: 'dumpDatabases',
      title: `Dump database ${name}`,
      input: { server, place, databases: [name], format: 'directory', recipients: [], jobs, withinSeconds: dataSeconds },
      changeable: ['jobs'],
      estimate: estimateDump(bytes).dump,
      withinSeconds: dataSeconds,
    },
    {
      id: `dumped/${name}`,
      step: 'verifyBackup',
      proves: true,
      title: 'Read the dump back to its last byte',
      input: { server, place, withinSeconds: dataSeconds },
      estimate: estimateDump(bytes).read,
      withinSeconds: dataSeconds,
    },
  ];
}

const shutOut = ({ name, from: server }: MovedDatabase): TypedStep => ({
  id: `fence/${name}`,
  step: 'fenceDatabase',
  title: `Shut writers out of database ${name}`,
  input: { server, databases: [name] },
});

/** Once the old servers are gone; nothing for a dump. The volumes are retained since the beginning. */
export const readOldData = (databases: readonly MovedDatabase[]): readonly TypedStep[] =>
  keptVolumes(databases).flatMap(({ kept, upgraded, major, unlogged, from }) => {
    const wish = { ...kept, major, unlogged, workloads: [], superuser: from.admin.user ?? 'postgres' };
    return [...(upgraded ? upgradeClone(kept, upgraded, major) : []), ...withoutRetaining(servePrivately(wish).steps)];
  });

type Kept = MovedDatabase & { readonly kept: KeptVolume };
const isKept = (database: MovedDatabase): database is Kept => database.kept !== undefined;

/** One of the databases for each volume, which may hold several. */
const keptVolumes = (databases: readonly MovedDatabase[]): readonly Kept[] =>
  [...Map.groupBy(databases.filter(isKept), ({ kept }) => kept.claim.name).values()].flatMap((all) =>
    all.slice(0, 1).map((first) => ({ ...first, unlogged: all.some(({ unlogged }) => unlogged) })),
  );

const withoutRetaining = (steps: readonly TypedStep[]): readonly TypedStep[] => steps.filter(({ step }) => step !== 'retainVolume');

/** The old directory stays as it was: it is the way back, and what the new one is compared with. */
function upgradeClone(kept: KeptVolume, { claim, to, release }: UpgradedClone, major: number): readonly TypedStep[] {
  const clone: TypedStep = {
    id: `clone/${claim.name}`,
    step: 'cloneVolume',
    title: `Clone the volume of ${kept.claim.name} as ${claim.name}, byte by byte`,
    input: {
      ...{ claim: kept.claim, to: claim, user: kept.user, ...imageOf(kept), withinSeconds: dataSeconds },
      ...(release && { release }),
      ...(kept.claimedBy !== undefined && { claimedBy: kept.claimedBy }),
    },
    withinSeconds: dataSeconds,
  };
  const offer = upgradeInPlace({ ...kept, claim, major, to, workloads: [], wayBack: { claim: kept.claim }, claimedBy: clone.id });
  return 'not' in offer ? [] : [clone, ...withoutRetaining(offer.steps), offer.look];
}

/** Beside what the chart has made under the databases' names, and proved; then nobody reads the old data any more. */
export const fill = (databases: readonly MovedDatabase[]): readonly TypedStep[] => [
  ...databases.flatMap((database) => {
    if (!isKept(database)) return restored(database);
    return database.upgraded ? [compared(database)] : copied(database);
  }),
  ...keptVolumes(databases).map(endServer),
];

/** What pg_upgrade made of it, row by row. */
function compared(database: Kept): TypedStep {
  const { name, to: server, kept } = database;
  return {
    id: `verify/${name}`,
    step: 'verifyDatabase',
    proves: true,
    title: `Prove ${name} of the new server equal to the old one`,
    input: { server, source: privateServer(kept.claim, serveId(kept)), from: name, to: name, withinSeconds: dataSeconds },
    estimate: estimateCopy(database).verify,
    withinSeconds: dataSeconds,
  };
}

const endServer = ({ kept: { claim } }: Kept): TypedStep => ({
  id: `end-server/${claim.name}`,
  step: 'endPrivateServer',
  title: `End the run's own server over claim ${claim.name}`,
  input: { servedBy: serveId({ claim }) },
  withinSeconds: endSeconds,
});

function restored(database: MovedDatabase): readonly TypedStep[] {
  const { name, bytes, to: server } = database;
  const source = { server, place: placeOf(database), from: name, to: restoredName(name), jobs, withinSeconds: dataSeconds };
  return [
    {
      id: `restore/${name}`,
      step: 'restoreDatabase',
      title: `Restore ${name} as ${restoredName(name)}`,
      input: source,
      changeable: ['jobs'],
      estimate: estimateDump(bytes).restore,
      withinSeconds: dataSeconds,
    },
    {
      id: `verify/${name}`,
      step: 'verifyRestored',
      proves: true,
      title: `Prove ${restoredName(name)} equal to what was dumped`,
      input: source,
      estimate: estimateDump(bytes).verify,
      withinSeconds: dataSeconds,
    },
  ];
}

function copied(database: Kept): readonly TypedStep[] {
  const { name, to: server, kept } = database;
  const ends = { server, source: privateServer(kept.claim, serveId(kept)), from: name, to: restoredName(name) };
  const estimate = estimateCopy(database);
  return [
    {
      id: `copy/${name}`,
      step: 'copyDatabase',
      title: `Copy ${name} → ${restoredName(name)}`,
      input: { ...ends, connections, unitBytes, withinSeconds: dataSeconds },
      changeable: ['connections', 'unitBytes'],
      estimate: estimate.copy,
      withinSeconds: dataSeconds,
    },
    {
      id: `verify/${name}`,
      step: 'verifyDatabase',
      proves: true,
      title: `Prove ${restoredName(name)} equal to ${name}`,
      input: { ...ends, copyStep: `copy/${name}`, withinSeconds: dataSeconds },
      estimate: estimate.verify,
      withinSeconds: dataSeconds,
    },
  ];
}

/** Guides have the chart's own dropped here; names are exchanged instead, and it goes at the finalize. */
export const rename = (databases: readonly MovedDatabase[]): readonly TypedStep[] =>
  databases
    .filter(({ upgraded }) => !upgraded)
    .map(({ name, to: server }) => ({
      id: `replace/${name}`,
      step: 'replaceDatabase',
      title: `Call it ${name}; what the chart has made under that name is kept as ${replacedName(name)}`,
      input: { server, restored: restoredName(name), name, aside: replacedName(name) },
    }));
