import type { Act } from '../../model/act.js';
import type { Workload } from '../../model/kube-object.js';
import type { Problem } from '../../model/plan.js';
import type { FoundSingleServer, PostgresToHaSpec } from '../../model/postgres-to-ha.js';
import { showRef, type WorkloadRef } from '../../model/refs.js';
import { singleServer } from '../../plans/postgres-to-ha-databases.js';
import type { EnginePart } from '../copier/database-engine.js';
import { losesClaims } from '../objects/claim-retention.js';
import { claimsOfWorkloads } from '../objects/claims-of-workloads.js';
import { askServerOfRelease } from './find-released-databases.js';
import type { Problems } from './problems.js';

interface Found extends Pick<FoundSingleServer, 'volumes' | 'databases'> {
  readonly problems: readonly Problem[];
}

/** The single server's volumes and databases. What the spec gets wrong goes to `problems`; why a server cannot be used now is answered. */
export async function findSingleServer(part: EnginePart, spec: PostgresToHaSpec, act: Act, problems: Problems): Promise<Found> {
  const { namespace, service, statefulSet: name } = spec.source;
  const ref: WorkloadRef = { apiVersion: 'apps/v1', kind: 'StatefulSet', namespace, name };
  const set = await part.kube.get<Workload>(ref);
  if (!set) {
    problems.add('source.statefulSet', `${showRef(ref)} is not there`);
    return { volumes: [], databases: [], problems: [] };
  }
  const { replicas = 1 } = set.spec;
  if (replicas !== 1) problems.add('source.statefulSet', `${showRef(ref)} has ${replicas} replicas, a single server has one`);
  for (const text of losesClaims(set, 'whenDeleted')) problems.add('source.statefulSet', text);
  const claims = await claimsOfWorkloads(part.kube, [ref]);
  const volumes = claims.flatMap(({ metadata, spec: { volumeName, resources }, status }) => {
    if (status?.phase === 'Bound' && volumeName) return [{ claim: metadata.name, volume: volumeName, size: resources?.requests?.storage ?? '' }];
    problems.add('source.statefulSet', `claim ${metadata.name} of ${showRef(ref)} is ${status?.phase ?? 'new'}, not Bound`);
    return [];
  });
  if (volumes.length !== 1)
    problems.add('source.statefulSet', `${showRef(ref)} has ${volumes.length} claims: its data must lie on one, which is kept until the finalize`);
  const wishes = spec.databases.map(({ name: database }, index) => ({ name: database, check: `databases.${index}` }));
  return {
    volumes,
    ...(await askServerOfRelease(part, act, {
      shown: `${namespace}/${service}`,
      server: singleServer(spec),
      check: 'source',
      wishes,
      listed: wishes.map((wish) => wish.name),
    })),
  };
}
