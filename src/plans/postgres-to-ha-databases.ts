import type { PostgresServerRef } from '../model/database-refs.js';
import type { FoundSingleServer as Found, PostgresToHaSpec as Spec } from '../model/postgres-to-ha.js';
import { installId } from './changed-chart.js';
import { backupOf, type MovedDatabase, modeOf, serverAt } from './moved-database.js';
import { imageOf } from './private-server.js';

const servedBy = { step: installId };

export const singleServer = ({ source }: Pick<Spec, 'source'>): PostgresServerRef =>
  serverAt(`${source.service}.${source.namespace}.svc`, source, source.namespace);

/** Whichever of the members is the primary. */
export const primaryOf = ({ source, target, upgrade }: Spec, members: readonly string[]): PostgresServerRef => ({
  ...serverAt(members.join(','), target, source.namespace),
  servedBy,
  ...(upgrade === 'hooks' && { ofHelm: true }),
});

export const poolerOf = ({ source: { namespace }, target: { pooler } }: Spec): PostgresServerRef | undefined =>
  pooler && { ...serverAt(`${pooler.service}.${namespace}.svc`, pooler, namespace), servedBy };

export function movedDatabases(spec: Spec, found: Found): readonly MovedDatabase[] {
  const [from, to] = [singleServer(spec), primaryOf(spec, found.members)];
  return spec.databases.flatMap((database) => {
    const there = found.databases.find(({ name }) => name === database.name);
    if (!there) return [];
    const { name, major, bytes, unlogged } = there;
    const backup = { namespace: spec.source.namespace, ...backupOf(database, bytes, spec.metadata.name) };
    const kept = modeOf(database) === 'copy' && database.volume ? keptVolume(database.volume, spec, found) : undefined;
    return [{ name, major, bytes, unlogged, from, to, backup, ...(kept && { kept }) }];
  });
}

/** It keeps its name: a plain `helm rollback` finds it. */
function keptVolume(volume: NonNullable<Spec['databases'][number]['volume']>, { source: { namespace } }: Spec, { volumes: [first] }: Found) {
  const { data, user } = volume;
  return { claim: { namespace, name: first?.claim ?? '' }, volume: first?.volume ?? '', data, user, ...imageOf(volume) };
}
