import type { KubeReader } from '../../adapters/kube/kube.js';
import { isFailure } from '../../errors.js';
import type { Act } from '../../model/act.js';
import type { DatabaseInspection } from '../../model/copier.js';
import type { MongoServerRef } from '../../model/database-refs.js';
import type { Adapters } from '../adapters.js';
import { runCopier } from './copier-job.js';
import { resolveAddress } from './resolve-credentials.js';

/** What an operator has to put right, as data; what may pass by itself is thrown for a retry. */
export async function asProblems<T>(attempt: () => Promise<T>): Promise<T | readonly string[]> {
  try {
    return await attempt();
  } catch (error) {
    if (!isFailure(error, 'NotFound', 'Invalid', 'Forbidden', 'PreflightFailed', 'TimedOut', 'CopyFailed')) throw error;
    return [error.message];
  }
}

/** The administrator's credentials can be had. */
export async function credentialProblems(kube: KubeReader, server: MongoServerRef): Promise<readonly string[]> {
  return asProblems(async () => {
    await resolveAddress(kube, server);
    return [];
  });
}

/** Looks at databases by way of a Job that goes with the check. */
export async function inspectDatabases(
  part: Pick<Adapters, 'kube' | 'settings'>,
  server: MongoServerRef,
  databases: readonly string[],
  act: Act,
): Promise<readonly DatabaseInspection[]> {
  const at = await resolveAddress(part.kube, server);
  const subject = JSON.stringify([server, databases]);
  return (await runCopier({ verb: 'inspect', at, databases }, act, part, { subject })).result.databases;
}
