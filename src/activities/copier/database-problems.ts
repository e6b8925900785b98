import type { KubeReader } from '../../adapters/kube/kube.js';
import type { Act } from '../../model/act.js';
import type { DatabaseInspection } from '../../model/copier.js';
import type { MongoServerRef } from '../../model/database-refs.js';
import type { Adapters } from '../adapters.js';
import { asProblems } from '../objects/as-problems.js';
import { runCopier } from './copier-job.js';
import { resolveAddress } from './resolve-credentials.js';

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
