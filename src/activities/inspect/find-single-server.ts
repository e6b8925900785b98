import type { Act } from '../../model/act.js';
import type { FoundDatabaseOfRelease } from '../../model/chart-upgrade.js';
import type { Workload } from '../../model/kube-object.js';
import type { Problem } from '../../model/plan.js';
import type { FoundSingleServer, PostgresToHaSpec } from '../../model/postgres-to-ha.js';
import { showRef, type WorkloadRef } from '../../model/refs.js';
import { singleServer } from '../../plans/postgres-to-ha-databases.js';
import type { EnginePart } from '../copier/database-engine.js';
import { claimsOfWorkloads } from '../objects/claims-of-workloads.js';
import { findDatabaseServer } from './find-database-server.js';
import type { Problems } from './problems.js';

interface Found extends Pick<FoundSingleServer, 'volumes' | 'databases'> {
  readonly problems: readonly Problem[];
}

/** The single server's volumes and databases. What the spec gets wrong goes to `problems`; why a server cannot be used now is answered. */
export async function findSingleServer(part: EnginePart, spec: PostgresToHaSpec, act: Act, problems: Problems): Promise<Found> {
  const { namespace, statefulSet: name } = spec.source;
  const ref: WorkloadRef = { apiVersion: 'apps/v1', kind: 'StatefulSet', namespace, name };
  const set = await part.kube.get<Workload>(ref);
  if (!set) {
    problems.add('source.statefulSet', `${showRef(ref)} is not there`);
    return { volumes: [], databases: [], problems: [] };
  }
  const { replicas = 1 } = set.spec;
  if (replicas !== 1) problems.add('source.statefulSet', `${showRef(ref)} has ${replicas} replicas, a single server has one`);
  const claims = await claimsOfWorkloads(part.kube, [ref]);
  const volumes = claims.flatMap(({ metadata, spec: { volumeName, resources }, status }) => {
    if (status?.phase === 'Bound' && volumeName) return [{ claim: metadata.name, volume: volumeName, size: resources?.requests?.storage ?? '' }];
    problems.add('source.statefulSet', `claim ${metadata.name} of ${showRef(ref)} is ${status?.phase ?? 'new'}, not Bound`);
    return [];
  });
  if (volumes.length !== 1)
    problems.add('source.statefulSet', `${showRef(ref)} has ${volumes.length} claims: its data must lie on one, which is kept until the finalize`);
  return { volumes, ...(await databasesOf(part, spec, act)) };
}

async function databasesOf(part: EnginePart, spec: PostgresToHaSpec, act: Act): Promise<Pick<Found, 'databases' | 'problems'>> {
  const { namespace, service, port } = spec.source;
  const server = singleServer(spec);
  const { secretRef, user } = server.admin;
  const at = {
    service: { namespace, name: service },
    port,
    admin: { secretRef: { userKey: 'username', passwordKey: 'password', ...secretRef }, ...(user && { user }) },
  };
  const databases = spec.databases.map(({ name }) => name);
  const { found, problems } = await findDatabaseServer(part, act, { spec: { engine: 'postgresql', at }, server, databases, check: 'source' });
  if (!found) return { databases: [], problems };
  const { major = 0, unlogged = [] } = found;
  return {
    databases: found.databases
      .filter(({ exists }) => exists)
      .map(
        ({ name, bytes, notes, facts }): FoundDatabaseOfRelease => ({
          ...{ name, bytes, major, unlogged: unlogged.includes(name), notes, ...(facts.length > 0 && { facts }) },
        }),
      ),
    problems: found.databases.flatMap(({ name, exists, problems: each }, index) =>
      (exists ? each : [`database ${name} is not there`]).map((message) => ({ check: `databases.${index}`, message })),
    ),
  };
}
