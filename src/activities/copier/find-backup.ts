import type { Act } from '../../model/act.js';
import type { BackupPlaceRef } from '../../model/backup.js';
import type { DatabaseServerRef } from '../../model/database-refs.js';
import type { Adapters } from '../adapters.js';
import { jobOf, resolvePlace } from './backup-place.js';
import { runCopier } from './copier-job.js';
import { reachServer } from './resolve-credentials.js';

export interface BackupWanted {
  /** Whose engine it is of; named for the copier's request, nobody connects. */
  readonly server: DatabaseServerRef;
  readonly place: BackupPlaceRef;
  readonly backup: string;
}

/** Looks in a Job whether a backup lies in a place, and what else does. */
export async function findBackup(
  { server, place, backup }: BackupWanted,
  act: Act,
  { kube, settings }: Pick<Adapters, 'kube' | 'settings'>,
  withinSeconds: number,
) {
  const request = { ...(await reachServer(kube, server)), verb: 'findBackup', place: await resolvePlace(kube, place), backup } as const;
  return (await runCopier(request, act, { kube, settings }, { ...jobOf(place, withinSeconds), subject: JSON.stringify([place, backup]) })).result;
}
