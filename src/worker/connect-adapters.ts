import { Client, Connection } from '@temporalio/client';
import type { Adapters } from '../activities/adapters.js';
import { apiKey } from '../adapters/cluster-key/api-key.js';
import { createHelmCli } from '../adapters/helm/helm-cli.js';
import { createClusterJournal } from '../adapters/journal/cluster-journal.js';
import { createClusterLocks } from '../adapters/journal/cluster-locks.js';
import { connectCluster } from '../adapters/kube/connect.js';
import { createKube } from '../adapters/kube/guarded.js';
import { createRequestFiles } from '../adapters/request-files/cluster-request-files.js';
import { clusterSource } from '../adapters/request-files/cluster-source.js';
import { createTemporal } from '../adapters/temporal/temporal-client.js';
import { temporalConfig } from '../adapters/temporal/temporal-config.js';
import { sendStandardWebhook } from '../adapters/webhook/standard-webhook.js';
import { lookingOnly } from '../model/looking-only.js';
import { attributes } from '../model/search-attributes.js';
import type { Settings } from '../model/settings.js';

/** Everything outside, from the environment: the cluster of `KUBECONFIG`, helm from the PATH or `REHELM_HELM`, Temporal as `TEMPORAL_*` says. Throws what tells where nothing answers. */
export async function connectAdapters(env: NodeJS.ProcessEnv, settings: Settings): Promise<Adapters> {
  const source = clusterSource(env);
  const raw = connectCluster(source);
  const locks = createClusterLocks(raw);
  return {
    kube: createKube(raw, locks),
    helm: createHelmCli(raw, { ...(env['REHELM_HELM'] && { binary: env['REHELM_HELM'] }), ...('kubeconfig' in source && source) }),
    journal: createClusterJournal(raw, locks),
    locks,
    temporal: await connectRuns(env, settings),
    requestFiles: createRequestFiles(raw),
    webhook: sendStandardWebhook,
    apiKey: apiKey(env, async () => raw),
    settings,
  };
}

/** A client of its own: the SDK calls a client over a worker's native connection experimental. */
async function connectRuns(env: NodeJS.ProcessEnv, { taskQueue }: Settings) {
  const { connectionOptions, namespace } = temporalConfig(env);
  const client = new Client({ connection: await Connection.connect(connectionOptions), namespace });
  return createTemporal({
    client,
    taskQueue,
    readOnly: lookingOnly,
    attributes: { phase: attributes.phase.name, waitingFor: attributes.waitingFor.name, namespaces: attributes.namespaces.name },
  });
}
