import type { Kube } from '../../adapters/kube/kube.js';
import type { ObjectRef, WorkloadRef } from '../../model/refs.js';
import { invalidSpec } from '../../model/schema/read-spec.js';
import { refOf } from '../objects/ref-of.js';
import { findOwners, findWorkloads } from './find-workloads.js';
import { Problems } from './problems.js';

export interface FoundWriters {
  readonly workloads: readonly { readonly ref: WorkloadRef; readonly replicas: number }[];
  /** Who would scale them up again, or write beside them. */
  readonly owners: readonly ObjectRef[];
}

/** Whom a spec's `writers` select, and who steers them. InvalidSpec where one of them cannot be stopped, or there is none. */
export async function findWriters(kube: Kube, writers: { readonly namespace: string; readonly selector: string }): Promise<FoundWriters> {
  const problems = new Problems();
  const selection = { ...writers, path: 'writers.selector' };
  const workloads = (await problems.attempt(selection.path, () => findWorkloads(kube, selection, problems))) ?? [];
  if (problems.found.length > 0) throw invalidSpec(problems.found);
  const owners = await findOwners(kube, selection, workloads);
  return { workloads: workloads.map(({ ref, replicas }) => ({ ref, replicas })), owners: owners.map(refOf) };
}
