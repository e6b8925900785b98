import { KubeConfig } from '@kubernetes/client-node';
import { failure } from '../../errors.js';
import { createKubeClient } from './client-node.js';
import type { RawKube } from './kube.js';
import type { TransportOptions } from './transport.js';

/** Where a cluster is found: a kubeconfig file, with a context of it where not its current one; or the cluster that the worker runs in. */
export type ClusterSource = { readonly kubeconfig: string; readonly context?: string } | { readonly inCluster: true };

/** The cluster's API. Never client-node's `loadFromDefault`, which ends at http://localhost:8080 without a word. */
export function connectCluster(source: ClusterSource, options: TransportOptions = {}): RawKube {
  return createKubeClient(clusterConfig(source), options);
}

export function clusterConfig(source: ClusterSource): KubeConfig {
  const config = new KubeConfig();
  if ('inCluster' in source) loadInCluster(config);
  else loadFile(config, source.kubeconfig, source.context);
  return config;
}

function loadInCluster(config: KubeConfig): void {
  if (!process.env['KUBERNETES_SERVICE_HOST'])
    throw failure('Unreachable', 'this is no pod: KUBERNETES_SERVICE_HOST is not set, so there is no cluster around');
  config.loadFromCluster();
}

function loadFile(config: KubeConfig, path: string, context: string | undefined): void {
  try {
    config.loadFromFile(path);
  } catch (cause) {
    throw failure('Unreachable', `the kubeconfig ${path} cannot be read`, { cause });
  }
  if (context !== undefined) config.setCurrentContext(context);
  const wanted = config.getCurrentContext();
  if (config.getContextObject(wanted) === null)
    throw failure('Unreachable', `the kubeconfig ${path} has no context ${wanted || '(none is current)'}; it has ${namesOf(config)}`);
  if (config.getCurrentCluster() === null) throw failure('Unreachable', `the kubeconfig ${path} has no cluster for its context ${wanted}`);
}

const namesOf = (config: KubeConfig): string => (config.getContexts() ?? []).map(({ name }) => name).join(', ') || 'none';
