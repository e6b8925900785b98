import { type ApiKey, apiKey } from './api-key.js';

/** For the API, which reaches the cluster only for Secrets of rehelm-system; loaded when the key is asked for, since the client takes its time. */
export const connectApiKey = (env: NodeJS.ProcessEnv): ApiKey =>
  apiKey(env, async () => {
    const [{ connectCluster }, { clusterSource }] = await Promise.all([import('../kube/connect.js'), import('../request-files/cluster-source.js')]);
    return connectCluster(clusterSource(env));
  });
