import type { Act } from '../../model/act.js';
import type { DatabaseBackupInventory, DatabaseBackupSpec } from '../../model/database-backup.js';
import type { Problem } from '../../model/plan.js';
import type { Policy } from '../../model/policy.js';
import type { StandingApproval } from '../../model/schedule/standing-approval.js';
import { databaseBackupSchema } from '../../model/schema/database-backup.js';
import { readSpec } from '../../model/schema/read-spec.js';
import { databaseServer, showServer } from '../../plans/database-server.js';
import type { Adapters } from '../adapters.js';
import { type Answer, askServer } from '../copier/ask-server.js';
import { runCopier } from '../copier/copier-job.js';
import { reachServer } from '../copier/resolve-credentials.js';
import { checkScheduled } from './check-scheduled.js';
import { commonPolicy } from './common-policy.js';
import { demandApproval } from './demand-approval.js';
import { findDatabaseServer } from './find-database-server.js';

export interface InspectedBackup {
  readonly spec: DatabaseBackupSpec;
  readonly policy: Policy;
  readonly inventory: DatabaseBackupInventory;
  /** A second person approved the schedule, as the signature shows. */
  readonly isSigned?: true;
}

interface Asked {
  readonly spec: unknown;
  readonly run: string;
  /** Of a run that a schedule started. */
  readonly standing?: StandingApproval;
}

/** Reads the spec, the server and the claim; changes nothing. InvalidSpec with every problem at once. */
export function inspectDatabaseBackup({ kube, locks, settings, apiKey }: Pick<Adapters, 'kube' | 'locks' | 'settings' | 'apiKey'>) {
  const part = { kube, settings };

  /** Names in the spec's order; of `all` those that the server has. */
  async function namesOf({ server: spec, databases }: DatabaseBackupSpec, act: Act): Promise<Answer<readonly string[]>> {
    if (databases !== 'all') return { answer: databases };
    return askServer(async () => {
      const request = { ...(await reachServer(kube, databaseServer(spec))), verb: 'listDatabases' } as const;
      return (await runCopier(request, act, part, { subject: JSON.stringify(spec) })).result.databases;
    });
  }

  async function findServer(spec: DatabaseBackupSpec, act: Act): Promise<Omit<DatabaseBackupInventory, 'claimExists'>> {
    const names = await namesOf(spec, act);
    if (names.obstacle !== undefined) return { databases: [], obstacles: [{ check: 'server', message: `${showServer(spec.server)}: ${names.obstacle}` }] };
    const asked = { shown: showServer(spec.server), server: databaseServer(spec.server), databases: names.answer, check: 'server' };
    const { found, problems } = await findDatabaseServer(part, act, asked);
    const there = (found?.databases ?? []).filter(({ exists }) => exists);
    const missing = found ? names.answer.filter((name) => !there.some((each) => each.name === name)) : [];
    return {
      ...(found && { server: found.server }),
      databases: there.map(({ name, bytes, notes, problems: hard }) => ({ name, bytes, notes: [...notes, ...hard] })),
      obstacles: [
        ...problems,
        ...missing.map((name): Problem => ({ check: 'databases', message: `database ${name} is not there` })),
        ...(found && names.answer.length === 0 ? [{ check: 'databases', message: `${showServer(spec.server)} has no database but its own` }] : []),
      ],
    };
  }

  async function claimExists({ artifact: { volume } }: DatabaseBackupSpec): Promise<boolean> {
    if (!volume) return false;
    const found = await kube.get({ apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace: volume.namespace, name: volume.claim });
    return found !== undefined;
  }

  return {
    async inspectDatabaseBackup({ spec: given, run, standing }: Asked): Promise<InspectedBackup> {
      const spec = readSpec(databaseBackupSchema, given);
      demandApproval(spec, settings);
      const isSigned = await checkScheduled({ settings, apiKey }, { spec, ...(standing && { standing }) });
      const act = { run, epoch: await locks.epoch(run), step: 'inspect' };
      const inventory = { ...(await findServer(spec, act)), claimExists: await claimExists(spec) };
      const start = spec.approval === 'none' || spec.approval.start === 'none' ? 'none' : 'ask';
      return { spec, policy: { ...commonPolicy(spec, settings), start, commit: 'none', commitThen: 'wait' }, inventory, ...(isSigned && { isSigned }) };
    },
  };
}
