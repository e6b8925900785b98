import type { Act } from '../../model/act.js';
import type { BackupPlaceRef, BackupSummary } from '../../model/backup.js';
import type { DatabaseRestoreInventory, DatabaseRestoreSpec } from '../../model/database-backup.js';
import type { Problem } from '../../model/plan.js';
import type { Policy } from '../../model/policy.js';
import { databaseRestoreSchema } from '../../model/schema/database-restore.js';
import { readSpec } from '../../model/schema/read-spec.js';
import { backupPlaceOf, showPlace } from '../../plans/backup-place.js';
import { replacedName, restoredName } from '../../plans/database-restore.js';
import { databaseServer, showServer } from '../../plans/database-server.js';
import type { Adapters } from '../adapters.js';
import { askServer } from '../copier/ask-server.js';
import { findBackup } from '../copier/find-backup.js';
import { commonPolicy } from './common-policy.js';
import { demandApproval } from './demand-approval.js';
import { findDatabaseServer } from './find-database-server.js';
import { gatePolicy } from './gate-policy.js';

export interface InspectedRestore {
  readonly spec: DatabaseRestoreSpec;
  readonly policy: Policy;
  readonly inventory: DatabaseRestoreInventory;
}

const lookSeconds = 240;

/** Reads the spec, the server and the backup's manifest; changes nothing. InvalidSpec with every problem at once. */
export function inspectDatabaseRestore({ kube, locks, settings }: Pick<Adapters, 'kube' | 'locks' | 'settings'>) {
  const part = { kube, settings };

  /** A pod whose claim is not there would wait for ever. */
  async function lacksClaim(place: BackupPlaceRef): Promise<string | undefined> {
    if (place.kind !== 'volume') return undefined;
    const claim = await kube.get({ apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace: place.namespace, name: place.claim });
    return claim ? undefined : `PersistentVolumeClaim ${place.namespace}/${place.claim} is not there`;
  }

  const askPlace = ({ server, backup }: DatabaseRestoreSpec, place: BackupPlaceRef, act: Act) =>
    askServer(() => findBackup({ server: databaseServer(server), place, backup }, act, part, lookSeconds));

  async function lookFor(spec: DatabaseRestoreSpec, act: Act): Promise<{ readonly found?: BackupSummary; readonly obstacles: readonly Problem[] }> {
    const { artifact, backup } = spec;
    const problem = (message: string) => ({ obstacles: [{ check: 'backup', message }] });
    const place = backupPlaceOf(artifact);
    const lacking = await lacksClaim(place);
    if (lacking !== undefined) return problem(lacking);
    const asked = await askPlace(spec, place, act);
    if (asked.obstacle !== undefined) return problem(`${showPlace(artifact)}: ${asked.obstacle}`);
    const { found, backups } = asked.answer;
    if (found) return { found, obstacles: [] };
    return problem(`there is no backup ${backup} in ${showPlace(artifact)}; there ${backups.length > 0 ? `are ${backups.join(', ')}` : 'is none'}`);
  }

  async function findTaken({ server, databases }: DatabaseRestoreSpec, act: Act): Promise<Pick<DatabaseRestoreInventory, 'server' | 'taken' | 'obstacles'>> {
    const names = databases.map(({ to }) => to);
    const ours = server.engine === 'postgresql' ? names.flatMap((name) => [restoredName(name), replacedName(name)]) : [];
    const asked = { shown: showServer(server), server: databaseServer(server), databases: [...names, ...ours], check: 'server' };
    const { found, problems } = await findDatabaseServer(part, act, asked);
    const there = (found?.databases ?? []).filter(({ exists }) => exists);
    const left = there.filter(({ name }) => ours.includes(name));
    const taken = there.filter(({ name }) => names.includes(name));
    const unnamed = taken.filter(({ name }) => !databases.some(({ to, replace }) => to === name && replace));
    return {
      ...(found && { server: found.server }),
      taken: taken.map(({ name, bytes, holds }) => ({ name, bytes, ...(holds !== undefined && { holds }) })),
      obstacles: [
        ...problems,
        ...left.map(({ name }) => ({ check: 'databases', message: `database ${name} is there, of another restore: finalize that, or roll it back` })),
        ...unnamed.map(({ name, holds = 'nothing' }) => ({
          check: 'databases',
          message: `database ${name} is there and holds ${holds}: ${remedies[server.engine]}`,
        })),
      ],
    };
  }

  return {
    async inspectDatabaseRestore({ spec: given, run }: { readonly spec: unknown; readonly run: string }): Promise<InspectedRestore> {
      const spec = readSpec(databaseRestoreSchema, given);
      demandApproval(spec, settings);
      const act = { run, epoch: await locks.epoch(run), step: 'inspect' };
      const { found: backup, obstacles } = await lookFor(spec, act);
      const { server, taken, obstacles: ofServer } = await findTaken(spec, act);
      const inventory: DatabaseRestoreInventory = {
        ...(server !== undefined && { server }),
        ...(backup && { backup }),
        taken,
        obstacles: [...obstacles, ...ofServer, ...(backup ? mismatches(spec, backup, server) : [])],
      };
      return { spec, policy: { ...commonPolicy(spec, settings), ...gatePolicy(spec.approval) }, inventory };
    },
  };
}

const remedies = { postgresql: 'say replace: true to have it replaced', mongodb: 'restore under a name that is free' } as const;
const makes = { postgresql: 'PostgreSQL', mongodb: 'MongoDB' } as const;

/** What the backup cannot give as the spec wants it. */
function mismatches({ server: { engine }, databases, decrypt }: DatabaseRestoreSpec, backup: BackupSummary, server: string | undefined): readonly Problem[] {
  const { engine: of = 'postgresql' } = backup;
  if (of !== engine) return [{ check: 'server', message: `the backup is of ${makes[of]}, the server is a ${makes[engine]}` }];
  const held = backup.databases.map(({ name }) => name);
  const missing = databases.filter(({ from }) => !held.includes(from));
  const [from, to] = [backup.serverVersion, server?.replace(/^\D*/, '') ?? ''].map((version) => Number.parseInt(version, 10));
  return [
    ...missing.map(({ from: name }) => ({ check: 'databases', message: `the backup holds no database ${name}; it holds ${held.join(', ')}` })),
    ...(backup.encrypted && !decrypt ? [{ check: 'decrypt', message: 'the backup is encrypted: say where its age identity is' }] : []),
    ...(to !== undefined && from !== undefined && to < from
      ? [{ check: 'server', message: `the backup is of ${makes[of]} ${from}, the server is ${to}: definitions do not go back` }]
      : []),
  ];
}
