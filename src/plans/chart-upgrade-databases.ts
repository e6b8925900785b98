import type { FoundUpgrade as Found, ChartUpgradeSpec as Spec } from '../model/chart-upgrade.js';
import type { PostgresServerRef } from '../model/database-refs.js';
import { wayOf } from '../model/way-of.js';
import { installId } from './changed-chart.js';
import { keptName, setAsideId } from './chart-upgrade-volumes.js';
import { backupOf, type MovedDatabase, serverAt } from './moved-database.js';
import { imageOf } from './private-server.js';
import type { TypedStep } from './step.js';

type Database = Spec['databases'][number];
type FoundDatabase = Found['databases'][number];

/** As the release of the given side is reached. */
export const serverOf = (database: Database, side: 'from' | 'to', { source: { namespace } }: Spec): PostgresServerRef => ({
  ...serverAt(`${database[side].service}.${namespace}.svc`, database[side], namespace),
  // Nothing of it is there before.
  ...(side === 'to' && { servedBy: { step: installId } }),
});

/** They are in its directory. */
export const takesVolumeAlong = (database: Database): boolean => ['rebind', 'upgradeInPlace'].includes(wayOf(database));

/** Those whose volume the new server has got: what it serves are the data of the old one. */
export const proveRebound = (spec: Spec, found: Found): readonly TypedStep[] =>
  spec.databases.flatMap((database): readonly TypedStep[] => {
    const { name } = database;
    const { systemIdentifier, external } = found.databases.find((each) => each.name === name) ?? {};
    if (wayOf(database) !== 'rebind' || systemIdentifier === undefined || external) return [];
    return [
      {
        id: `same/${name}`,
        step: 'verifySameData',
        proves: true,
        title: `Prove that the new server serves the old one's data, ${name} among them`,
        input: { server: serverOf(database, 'to', spec), database: name, systemIdentifier },
      },
    ];
  });

/** Each database of the release that is moved, with what was found of it; one that lives elsewhere is left alone. */
export const movedDatabases = (spec: Spec, found: Found): readonly MovedDatabase[] =>
  spec.databases.flatMap((database) => {
    const there = found.databases.find(({ name }) => name === database.name);
    return there && !there.external && wayOf(database) !== 'rebind' ? [moved(database, there, spec, found)] : [];
  });

function moved(database: Database, there: FoundDatabase, spec: Spec, found: Found): MovedDatabase {
  const { name, major, bytes, unlogged } = there;
  const way = wayOf(database);
  const kept = way !== 'dump' && database.volume ? keptVolume(database.volume, spec, found) : undefined;
  const upgraded = way === 'upgradeInPlace' && database.volume && database.upgrade ? cloneOf(database.volume, database.upgrade, found) : undefined;
  return {
    ...{ name, major, bytes, unlogged, from: serverOf(database, 'from', spec), to: serverOf(database, 'to', spec) },
    backup: { namespace: spec.source.namespace, ...backupOf(database, bytes, spec.metadata.name) },
    ...(kept && { kept }),
    ...(upgraded && { upgraded }),
  };
}

function keptVolume(volume: NonNullable<Database['volume']>, spec: Spec, { volumes }: Found) {
  const { claim, data, user } = volume;
  return {
    ...{ claim: { namespace: spec.source.namespace, name: keptName(claim, spec) }, data, user, ...imageOf(volume) },
    volume: volumes.find((each) => each.claim === claim)?.volume ?? '',
    claimedBy: setAsideId(claim),
  };
}

/** Under the new chart's name. */
function cloneOf(
  volume: NonNullable<Database['volume']>,
  { claim = volume.claim, data = volume.data, ...to }: NonNullable<Database['upgrade']>,
  { release, ownClaims }: Found,
) {
  return { claim: { namespace: release.namespace, name: claim }, to: { ...to, data }, ...(ownClaims.includes(claim) && { release }) };
}
