import type { KubeReader } from '../../adapters/kube/kube.js';
import type { Act } from '../../model/act.js';
import type { DatabaseInspection } from '../../model/copier-mongo.js';
import type { DatabaseServerRef, MongoServerRef } from '../../model/database-refs.js';
import { asProblems } from '../objects/as-problems.js';
import { runCopier } from './copier-job.js';
import type { EnginePart } from './database-engine.js';
import { resolveMongo, resolvePostgres } from './resolve-credentials.js';

/** A step of the run starts it: there is nothing to look at yet. */
export const isYetToCome = (server: DatabaseServerRef): boolean => server.engine === 'postgresql' && server.servedBy !== undefined;

/** The administrator's credentials can be had. */
export async function credentialProblems(kube: KubeReader, server: DatabaseServerRef): Promise<readonly string[]> {
  if (isYetToCome(server)) return [];
  return asProblems(async () => {
    await (server.engine === 'postgresql' ? resolvePostgres(kube, server) : resolveMongo(kube, server));
    return [];
  });
}

/** Looks at a MongoDB's databases by way of a Job that goes with the check. */
export async function inspectMongo(part: EnginePart, server: MongoServerRef, databases: readonly string[], act: Act): Promise<readonly DatabaseInspection[]> {
  const at = await resolveMongo(part.kube, server);
  const subject = JSON.stringify([server, databases]);
  return (await runCopier({ engine: 'mongodb', verb: 'inspect', at, databases }, act, part, { subject })).result.databases;
}
