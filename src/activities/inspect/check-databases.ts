import { isFailure } from '../../errors.js';
import { type Act, systemNamespace } from '../../model/act.js';
import type { PingResult } from '../../model/copier-mongo.js';
import type { KustomizeToHelmSpec } from '../../model/kustomize-to-helm.js';
import type { Problem } from '../../model/plan.js';
import { server } from '../../plans/kustomize-to-helm-databases.js';
import type { Adapters } from '../adapters.js';
import { askServer } from '../copier/ask-server.js';
import { runCopier } from '../copier/copier-job.js';
import { resolveMongo } from '../copier/resolve-credentials.js';

type Part = Pick<Adapters, 'kube' | 'settings'>;

/** Long enough for an image to be pulled, well within the time of the activity that checks. */
const probeSeconds = 150;

/**
 * Each database is asked by a Job that goes with the check: its image can be pulled, the server answers, and it has the replicas that the guide wants.
 * It is asked from the target namespace, too, where that exists; without credentials, since those have no business there.
 */
export async function checkDatabases(part: Part, act: Act, { databases, target }: KustomizeToHelmSpec, targetExists: boolean): Promise<readonly Problem[]> {
  const found = await Promise.all(
    databases.map(async (database, index) => {
      const at = server(database);
      const { service, singleReplica } = database.at;
      const check = `databases.${index}.at`;
      const reach = targetExists ? asMessages(() => reachFrom(part, act, at.host, target.namespace)) : [];
      const members = asMessages(async () => {
        const { user, uri } = await resolveMongo(part.kube, at);
        return replicaProblem(await ping(part, act, uri, user, systemNamespace), `${service.namespace}/${service.name}`, singleReplica !== undefined);
      });
      return [...(await reach).map((message) => `not from namespace ${target.namespace}: ${message}`), ...(await members)].map((message) => ({
        check,
        message,
      }));
    }),
  );
  return found.flat();
}

type User = Awaited<ReturnType<typeof resolveMongo>>['user'];

async function ping(part: Part, act: Act, host: string, user: User, namespace: string): Promise<PingResult> {
  const uri = host.startsWith('mongodb') ? host : `mongodb://${host}/`;
  const request = { engine: 'mongodb', verb: 'ping', at: { uri, ...(user && { user }) } } as const;
  const options = { subject: `${namespace} ${uri}`, namespace, withinSeconds: probeSeconds };
  return (await runCopier(request, act, part, options)).result;
}

/** A server that refuses who has no credentials has been reached. */
async function reachFrom(part: Part, act: Act, host: string, namespace: string): Promise<undefined> {
  try {
    await ping(part, act, host, undefined, namespace);
  } catch (error) {
    if (!isFailure(error, 'Forbidden')) throw error;
  }
}

function replicaProblem({ replicas, version }: PingResult, name: string, waived: boolean): string | undefined {
  if (replicas > 1 || waived) return undefined;
  return `${name} (${version}) has ${replicas} replica: the guide wants a multi-replica MongoDB; waive it with singleReplica: {waived: {by, reason}}`;
}

async function asMessages(attempt: () => Promise<string | undefined>): Promise<readonly string[]> {
  const { answer, obstacle = answer } = { answer: undefined, ...(await askServer(attempt)) };
  return obstacle === undefined ? [] : [obstacle];
}
