import type { Act } from '../../model/act.js';
import type { DatabaseCopyInventory, DatabaseCopySpec } from '../../model/database-copy.js';
import type { Policy } from '../../model/policy.js';
import { databaseCopySchema } from '../../model/schema/database-copy.js';
import { invalidSpec, readSpec } from '../../model/schema/read-spec.js';
import { databaseServer } from '../../plans/database-server.js';
import type { Adapters } from '../adapters.js';
import { refOf } from '../objects/ref-of.js';
import { commonPolicy } from './common-policy.js';
import { demandApproval } from './demand-approval.js';
import { findDatabaseServer } from './find-database-server.js';
import { findOwners, findWorkloads } from './find-workloads.js';
import { gatePolicy } from './gate-policy.js';
import { Problems } from './problems.js';

export interface InspectedCopy {
  readonly spec: DatabaseCopySpec;
  readonly policy: Policy;
  readonly inventory: DatabaseCopyInventory;
}

/** Reads the spec, the cluster and both servers; changes nothing. InvalidSpec with every problem at once. */
export function inspectDatabaseCopy({ kube, locks, settings }: Pick<Adapters, 'kube' | 'locks' | 'settings'>) {
  async function findWriters({ writers }: DatabaseCopySpec): Promise<Pick<DatabaseCopyInventory, 'workloads' | 'owners'>> {
    if (!writers) return { workloads: [], owners: [] };
    const problems = new Problems();
    const selection = { ...writers, path: 'writers.selector' };
    const workloads = (await problems.attempt(selection.path, () => findWorkloads(kube, selection, problems))) ?? [];
    if (problems.found.length > 0) throw invalidSpec(problems.found);
    const owners = await findOwners(kube, selection, workloads);
    return { workloads: workloads.map(({ ref, replicas }) => ({ ref, replicas })), owners: owners.map(refOf) };
  }

  async function findServers({ source, target, databases }: DatabaseCopySpec, act: Act): Promise<Omit<DatabaseCopyInventory, 'workloads' | 'owners'>> {
    const ask = (check: 'source' | 'target', spec: DatabaseCopySpec['source'], names: readonly string[]) =>
      findDatabaseServer({ kube, settings }, act, { spec, server: databaseServer(spec), databases: names, check });
    const from = databases.map(({ from: name }) => name);
    const to = databases.map(({ to: name }) => name);
    const [left, right] = await Promise.all([ask('source', source, from), ask('target', target, to)]);
    return {
      ...(left.found && { source: left.found.server }),
      ...(right.found && { target: right.found.server }),
      databases: (left.found?.databases ?? []).map(({ name, bytes, notes }) => ({ name, bytes, notes })),
      obstacles: [...left.problems, ...right.problems],
    };
  }

  return {
    async inspectDatabaseCopy({ spec: given, run }: { readonly spec: unknown; readonly run: string }): Promise<InspectedCopy> {
      const spec = readSpec(databaseCopySchema, given);
      demandApproval(spec, settings);
      const act = { run, epoch: await locks.epoch(run), step: 'inspect' };
      const [writers, servers] = await Promise.all([findWriters(spec), findServers(spec, act)]);
      return { spec, policy: { ...commonPolicy(spec, settings), ...gatePolicy(spec.approval) }, inventory: { ...servers, ...writers } };
    },
  };
}
