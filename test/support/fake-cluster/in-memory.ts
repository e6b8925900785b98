import { refused, saysNoLogYet, unanswered } from '../../../src/adapters/kube/errors.js';
import type { RawKube } from '../../../src/adapters/kube/kube.js';
import { failure, isFailure } from '../../../src/errors.js';
import type { KubeObject } from '../../../src/model/kube-object.js';
import { showRef } from '../../../src/model/refs.js';
import { ApiError } from './api-error.js';
import type { ApiServer } from './api-server.js';
import { Broken } from './faults.js';
import { refOf } from './store.js';

/** The port in memory: the same refusals become the same failures as over the network. */
export function inMemory(api: ApiServer, isDown: () => boolean): RawKube {
  async function call<T>(text: string, kind: string, act: () => T | Promise<T>): Promise<T> {
    if (isDown()) throw failure('Unreachable', `${text}: the API server is down`);
    try {
      return await act();
    } catch (error) {
      if (error instanceof ApiError) throw refused({ text, secret: kind === 'Secret' }, error.code, error);
      if (error instanceof Broken) throw unanswered({ text }, error);
      throw error;
    }
  }
  const kindOf = (wanted: { readonly apiVersion: string; readonly kind: string }) =>
    api.kinds().find(({ apiVersion, kind }) => apiVersion === wanted.apiVersion && kind === wanted.kind);

  return {
    version: () => call('version', '', () => 'v1.34.4'),
    get: <T extends KubeObject>(ref: Parameters<RawKube['get']>[0]) =>
      call(`get ${showRef(ref)}`, ref.kind, () => (kindOf(ref) ? (api.get(ref) as T | undefined) : undefined)),
    list: <T extends KubeObject>(query: Parameters<RawKube['list']>[0]) =>
      call(`list ${query.kind}`, query.kind, () => (kindOf(query) ? (api.list(query) as T[]) : [])),
    serves: (kind) => call(`discover ${kind.kind}`, '', () => kindOf(kind) !== undefined),
    isNamespaced: (kind) =>
      call(`discover ${kind.kind}`, '', () => {
        const found = kindOf(kind);
        if (found === undefined) throw failure('NotFound', `the cluster does not serve ${kind.apiVersion} ${kind.kind}`);
        return found.namespaced;
      }),
    mayI: (access) => call('ask for access', '', () => api.mayI(access)),
    logs: (pod) => call(`log of Pod ${pod.namespace}/${pod.name}`, '', () => logOf(api, pod)),
    httpGet: ({ namespace, name, port, path }) =>
      call(`GET ${path} of service ${namespace}/${name}`, '', () => {
        try {
          return api.http({ namespace, name, port: String(port), path });
        } catch (error) {
          if (error instanceof ApiError) return { status: error.code, body: error.message };
          throw error;
        }
      }),
    create: <T extends KubeObject>(object: T, options?: { readonly dryRun?: true }) =>
      call(`create ${showRef(refOf(object))}`, object.kind, async () => (await api.create(object, options)) as T),
    patch: <T extends KubeObject>(...[ref, patch, options]: Parameters<RawKube['patch']>) =>
      call(`patch ${showRef(ref)}`, ref.kind, async () => (await api.patch(ref, patch, options)) as T),
    delete: (ref, options) => call(`delete ${showRef(ref)}`, ref.kind, () => api.delete(ref, options)).catch((error: unknown) => ignoreAbsent(error)),
  };
}

function logOf(api: ApiServer, pod: Parameters<RawKube['logs']>[0]): string {
  try {
    return api.logs(pod);
  } catch (error) {
    if (error instanceof ApiError && saysNoLogYet(error.code, error.message)) return '';
    throw error;
  }
}

function ignoreAbsent(error: unknown): void {
  if (!isFailure(error, 'NotFound')) throw error;
}
