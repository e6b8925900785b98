import type { Act } from '../../model/act.js';
import type { DatabaseCopyInventory, DatabaseCopySpec } from '../../model/database-copy.js';
import type { Problem } from '../../model/plan.js';
import type { Policy } from '../../model/policy.js';
import { databaseCopySchema } from '../../model/schema/database-copy.js';
import { readSpec } from '../../model/schema/read-spec.js';
import { databaseServer, showServer } from '../../plans/database-server.js';
import type { Adapters } from '../adapters.js';
import type { FoundServer } from '../copier/database-engine.js';
import { commonPolicy } from './common-policy.js';
import { demandApproval } from './demand-approval.js';
import { findClaimedVolume } from './find-claimed-volume.js';
import { findCopyCheck } from './find-copy-check.js';
import { findDatabaseServer } from './find-database-server.js';
import { findFence } from './find-fence.js';
import { type FoundWriters, findWriters } from './find-writers.js';
import { gatePolicy } from './gate-policy.js';

export interface InspectedCopy {
  readonly spec: DatabaseCopySpec;
  readonly policy: Policy;
  readonly inventory: DatabaseCopyInventory;
}

/** Reads the spec, the cluster and both servers; changes nothing. InvalidSpec with every problem at once. */
export function inspectDatabaseCopy({ kube, locks, settings }: Pick<Adapters, 'kube' | 'locks' | 'settings'>) {
  /** Databases that are not there, and data that nobody serves, are not fenced. */
  async function findShut(
    { source, volume, fence }: DatabaseCopySpec,
    found: FoundServer | undefined,
    act: Act,
  ): Promise<{ readonly notes?: readonly string[]; readonly problems: readonly Problem[] }> {
    if (!found || volume || !found.databases.every(({ exists }) => exists)) return { problems: [] };
    return findFence({ kube, settings }, act, { server: databaseServer(source), databases: found.databases.map(({ name }) => name), wish: fence ?? {} });
  }

  async function findServers(spec: DatabaseCopySpec, act: Act): Promise<Omit<DatabaseCopyInventory, 'workloads' | 'owners'>> {
    const { source, target, databases } = spec;
    const ask = (check: 'source' | 'target', server: DatabaseCopySpec['source'], names: readonly string[]) =>
      findDatabaseServer({ kube, settings }, act, { shown: showServer(server), server: databaseServer(server), databases: names, check });
    const from = databases.map(({ from: name }) => name);
    const to = databases.map(({ to: name }) => name);
    const [left, right, volume] = await Promise.all([
      ask('source', source, from),
      ask('target', target, to),
      spec.volume && findClaimedVolume(kube, spec.volume.claim),
    ]);
    const { major, unlogged = [] } = left.found ?? {};
    const shut = await findShut(spec, left.found, act);
    const checked = left.found && right.found ? await findCopyCheck({ kube, settings }, act, spec, left.found) : { databases: [], problems: [] };
    const spaceOf = (to: string | undefined) => checked.databases.find((each) => each.to === to)?.space;
    return {
      ...(volume !== undefined && major !== undefined && { volume: { name: volume, major, ...targetOf(right.found), unlogged: unlogged.length > 0 } }),
      ...(left.found && { source: left.found.server }),
      ...(right.found && { target: right.found.server }),
      databases: (left.found?.databases ?? []).map(({ name, bytes, notes, facts }, index) => {
        const space = spaceOf(databases[index]?.to);
        return { name, bytes, notes, ...(index < mostDescribed && facts.length > 0 && { facts }), ...(space && { space }) };
      }),
      ...(shut.notes && { fence: shut.notes }),
      obstacles: [...left.problems, ...right.problems, ...shut.problems, ...checked.problems],
    };
  }

  return {
    async inspectDatabaseCopy({ spec: given, run }: { readonly spec: unknown; readonly run: string }): Promise<InspectedCopy> {
      const spec = readSpec(databaseCopySchema, given);
      demandApproval(spec, settings);
      const act = { run, epoch: await locks.epoch(run), step: 'inspect' };
      const [writers, servers] = await Promise.all([spec.writers ? findWriters(kube, spec.writers) : nobody, findServers(spec, act)]);
      return { spec, policy: { ...commonPolicy(spec, settings), ...gatePolicy(spec.approval) }, inventory: { ...servers, ...writers } };
    },
  };
}

/** Of more, sizes and notes alone: an inventory stays small. */
const mostDescribed = 20;

const nobody: FoundWriters = { workloads: [], owners: [] };
const targetOf = ({ major }: Partial<FoundServer> = {}) => (major === undefined ? {} : { targetMajor: major });
