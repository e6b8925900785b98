import type { FoundUpgrade as Found, ChartUpgradeSpec as Spec } from '../model/chart-upgrade.js';
import type { PostgresServerRef } from '../model/database-refs.js';
import type { Phase } from '../model/plan.js';
import { privateServer } from '../model/private-server.js';
import { keptClaim, setAsideId } from './chart-upgrade-volumes.js';
import { replacedName, restoredName } from './database-restore.js';
import { estimateCopy } from './estimate-copy.js';
import { estimateDump } from './estimate-dump.js';
import { imageOf, serveId, servePrivately } from './private-server.js';
import type { TypedStep } from './step.js';

type Database = Spec['databases'][number];
type FoundDatabase = Found['databases'][number];

/** A dump or a copy runs as long as it makes progress; this ends one that doesn't. */
const dataSeconds = 86_400;
const endSeconds = 600;
const gib = 2 ** 30;
/** Guide 002, "Calculate the size of the database". */
const timesDatabase = 3;
const jobs = 2;
const connections = 4;
const unitBytes = 256 * 2 ** 20;

export const modeOf = ({ mode, volume }: Database): 'dump' | 'copy' => (mode === 'auto' ? (volume ? 'copy' : 'dump') : mode);

/** As the release of the given side is reached. */
export function serverOf(database: Database, side: 'from' | 'to', { source: { namespace } }: Spec): PostgresServerRef {
  const { service, port, user, password } = database[side];
  const { name, key: passwordKey } = password.secretRef;
  return {
    engine: 'postgresql',
    host: `${service}.${namespace}.svc`,
    port,
    admin: { user, secretRef: { namespace, name, passwordKey } },
    // Nothing of it is there before.
    ...(side === 'to' && { servedBy: { step: 'install' } }),
  };
}

/** Each database of the release with what was found of it; one that lives elsewhere is left alone. */
const moved = (spec: Spec, found: Found): readonly (readonly [Database, FoundDatabase])[] =>
  spec.databases.flatMap((database) => {
    const there = found.databases.find(({ name }) => name === database.name);
    return there && !there.external ? [[database, there] as const] : [];
  });

const claimOf = ({ name, backup }: Database, { metadata }: Spec): string =>
  backup.claim ?? `${metadata.name}-${name.toLowerCase().replace(/[^a-z0-9]+/g, '-')}-backup`;

const placeOf = (database: Database, spec: Spec) => ({ kind: 'volume', namespace: spec.source.namespace, claim: claimOf(database, spec) }) as const;

/** Guide 002, "Create backup-pod.yaml" and step 2. */
export function backUp(spec: Spec, found: Found): Phase {
  const steps = moved(spec, found).filter(([database]) => modeOf(database) === 'dump');
  return { id: 'backup', title: 'Dump', steps: steps.flatMap(([database, there]) => dumped(database, there, spec)) };
}

function dumped(database: Database, { bytes }: FoundDatabase, spec: Spec): readonly TypedStep[] {
  const { name, backup } = database;
  const server = serverOf(database, 'from', spec);
  const place = placeOf(database, spec);
  const room = backup.size === 'auto' ? Math.max(gib, timesDatabase * bytes) : backup.size;
  const { storageClass } = backup;
  return [
    {
      id: `volume/${name}`,
      step: 'createBackupVolume',
      title: `Make volume ${place.namespace}/${place.claim} of ${Math.ceil(room / gib)} GiB`,
      input: { place, server, bytes: room, ...(storageClass !== undefined && { storageClass }) },
    },
    { id: `fence/${name}`, step: 'fenceDatabase', title: `Shut writers out of database ${name}`, input: { server, databases: [name] } },
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

/** Old and new server share a Service and never run side by side: a copy reads the kept volume. */
export function readOldData(spec: Spec, found: Found): readonly TypedStep[] {
  return moved(spec, found).flatMap(([database, { major, unlogged }]) => {
    const { volume, from } = database;
    if (modeOf(database) !== 'copy' || !volume) return [];
    const { data, user, claim } = volume;
    const behind = found.volumes.find((each) => each.claim === claim)?.volume ?? '';
    const wish = {
      claim: keptClaimOf(volume, spec),
      data,
      user,
      major,
      ...imageOf(volume),
      volume: behind,
      workloads: [],
      superuser: from.user,
      unlogged,
      claimedBy: setAsideId(claim),
    };
    // The volume is retained since the beginning.
    return servePrivately(wish).steps.filter(({ step }) => step !== 'retainVolume');
  });
}

const keptClaimOf = ({ claim }: NonNullable<Database['volume']>, spec: Spec) => ({ namespace: spec.source.namespace, name: keptClaim(claim, spec) });

/** Guide 002, step 6: filled beside what the chart has made, proved, and only then under its name. */
export function fill(spec: Spec, found: Found): Phase {
  const all = moved(spec, found);
  const of = (make: (database: Database, there: FoundDatabase, spec: Spec) => readonly TypedStep[]) =>
    all.flatMap(([database, there]) => make(database, there, spec));
  return { id: 'fill', title: 'Fill the new databases', steps: [...of(filled), ...of(named)] };
}

const filled = (database: Database, there: FoundDatabase, spec: Spec): readonly TypedStep[] =>
  modeOf(database) === 'copy' && database.volume ? copied(database, database.volume, there, spec) : restored(database, there, spec);

function restored(database: Database, { bytes }: FoundDatabase, spec: Spec): readonly TypedStep[] {
  const { name } = database;
  const source = {
    server: serverOf(database, 'to', spec),
    place: placeOf(database, spec),
    from: name,
    to: restoredName(name),
    jobs,
    withinSeconds: dataSeconds,
  };
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

function copied(database: Database, volume: NonNullable<Database['volume']>, size: FoundDatabase, spec: Spec): readonly TypedStep[] {
  const { name } = database;
  const claim = keptClaimOf(volume, spec);
  const ends = { server: serverOf(database, 'to', spec), source: privateServer(claim, serveId({ claim })), from: name, to: restoredName(name) };
  const estimate = estimateCopy(size);
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
    {
      id: `end-server/${name}`,
      step: 'endPrivateServer',
      title: `End the run's own server over claim ${claim.name}`,
      input: { servedBy: serveId({ claim }) },
      withinSeconds: endSeconds,
    },
  ];
}

/** Guide 002, step 6: `DROP DATABASE`, `CREATE DATABASE`; here names are exchanged, and the chart's own goes at the finalize. */
const named = (database: Database, _: FoundDatabase, spec: Spec): readonly TypedStep[] => [
  {
    id: `replace/${database.name}`,
    step: 'replaceDatabase',
    title: `Call it ${database.name}; what the chart has made under that name is kept as ${replacedName(database.name)}`,
    input: { server: serverOf(database, 'to', spec), restored: restoredName(database.name), name: database.name, aside: replacedName(database.name) },
  },
];
