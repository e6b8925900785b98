import type { KubeConfig } from '@kubernetes/client-node';
import type { KubeObject, Pod } from '../../model/kube-object.js';
import { type ObjectRef, showRef } from '../../model/refs.js';
import { createDiscovery, type Discovery } from './discovery.js';
import { type Call, refused, saysNoLogYet, unanswered } from './errors.js';
import { type Access, fieldManager, type ListQuery, type MergePatch, type RawKube } from './kube.js';
import { statusBody } from './status-body.js';
import { createTransport, type Request, type Response, type Transport, type TransportOptions } from './transport.js';

const pageSize = 500;
const maxLogBytes = 4 * 1024 * 1024;

/** A cluster over its API, with one KubeConfig of its own: client-node caches credentials per user *name*. */
export function createKubeClient(config: KubeConfig, options: TransportOptions = {}): RawKube {
  const transport = createTransport(config, options);
  const discovery = createDiscovery(transport);
  const send = (call: Call, request: Request) => exchange(transport, call, request);

  return {
    version: async () =>
      (JSON.parse((await send({ text: 'version' }, { method: 'GET', path: '/version' })).body) as { readonly gitVersion: string }).gitVersion,
    serves: async (kind) => (await discovery.find(kind)) !== undefined,
    isNamespaced: async (kind) => (await discovery.must(kind)).namespaced,
    get: (ref) => get(transport, discovery, ref),
    list: (query) => list(transport, discovery, query),
    mayI: (access) => mayI(send, access),
    logs: (pod) => logs(transport, pod),
    httpGet: (service) => httpGet(transport, service),
    create: async <T extends KubeObject>(object: T, how?: DryRun) => {
      const ref = refOf(object);
      const resource = await discovery.must(object);
      // The path names the object, so that a missing namespace shows here and not as a 405 of the whole collection.
      discovery.pathOf(resource, ref);
      const request: Request = { method: 'POST', path: discovery.collectionOf(resource, object, ref.namespace), query: writing(how), body: object };
      return parse<T>(await send(callOf('create', ref), request));
    },
    patch: async <T extends KubeObject>(ref: ObjectRef, patch: MergePatch, how?: DryRun) => {
      const path = discovery.pathOf(await discovery.must(ref), ref);
      const request: Request = { method: 'PATCH', path, query: writing(how), body: patch, contentType: 'application/merge-patch+json' };
      return parse<T>(await send(callOf('patch', ref), request));
    },
    delete: async (ref, { uid, resourceVersion, propagation = 'Background', graceSeconds } = {}) => {
      const resource = await discovery.find(ref);
      if (resource === undefined) return;
      const preconditions = { ...(uid !== undefined && { uid }), ...(resourceVersion !== undefined && { resourceVersion }) };
      const body = {
        apiVersion: 'v1',
        kind: 'DeleteOptions',
        propagationPolicy: propagation,
        preconditions,
        ...(graceSeconds !== undefined && { gracePeriodSeconds: graceSeconds }),
      };
      await allowing(404, transport, callOf('delete', ref), { method: 'DELETE', path: discovery.pathOf(resource, ref), body });
    },
  };
}

interface DryRun {
  readonly dryRun?: true;
}

const writing = (how: DryRun | undefined) => ({ fieldManager, ...(how?.dryRun && { dryRun: 'All' }) });

const callOf = (verb: string, ref: ObjectRef): Call => ({ text: `${verb} ${showRef(ref)}`, secret: ref.kind === 'Secret' });

const parse = <T>({ body }: Response): T => JSON.parse(body) as T;

function refOf({ apiVersion, kind, metadata: { namespace, name } }: KubeObject): ObjectRef {
  return { apiVersion, kind, name, ...(namespace !== undefined && { namespace }) };
}

async function answerOf(transport: Transport, call: Call, request: Request): Promise<Response> {
  try {
    return await transport(request);
  } catch (error) {
    throw unanswered(call, error);
  }
}

async function exchange(transport: Transport, call: Call, request: Request): Promise<Response> {
  const response = await answerOf(transport, call, request);
  if (response.status < 200 || response.status >= 300) throw refused(call, response.status, statusBody(response.body));
  return response;
}

/** Like `exchange`, and `undefined` for one status that is no failure here. */
async function allowing(status: number, transport: Transport, call: Call, request: Request): Promise<Response | undefined> {
  const response = await answerOf(transport, call, request);
  if (response.status === status) return undefined;
  if (response.status < 200 || response.status >= 300) throw refused(call, response.status, statusBody(response.body));
  return response;
}

async function get<T extends KubeObject>(transport: Transport, discovery: Discovery, ref: ObjectRef): Promise<T | undefined> {
  const resource = await discovery.find(ref);
  if (resource === undefined) return undefined;
  const response = await allowing(404, transport, callOf('get', ref), { method: 'GET', path: discovery.pathOf(resource, ref) });
  return response && parse<T>(response);
}

interface Page {
  readonly metadata?: { readonly continue?: string };
  readonly items: readonly KubeObject[];
}

async function list<T extends KubeObject>(transport: Transport, discovery: Discovery, query: ListQuery): Promise<readonly T[]> {
  const resource = await discovery.find(query);
  if (resource === undefined) return [];
  const { apiVersion, kind, namespace } = query;
  const call: Call = { text: `list ${kind}${namespace === undefined ? '' : ` in ${namespace}`}`, secret: kind === 'Secret' };
  const path = discovery.collectionOf(resource, query, namespace);
  for (;;) {
    const items = await allPages((page) => allowing(410, transport, call, { method: 'GET', path, query: page }), query);
    // Items of a list come without their own apiVersion and kind.
    if (items !== undefined) return items.map((item) => ({ ...item, apiVersion, kind }) as T);
  }
}

/** Undefined where the list took so long that its snapshot is gone (410): then it has to be begun again, without what was read of the old one. */
async function allPages(
  read: (page: NonNullable<Request['query']>) => Promise<Response | undefined>,
  { labelSelector, fieldSelector }: ListQuery,
): Promise<KubeObject[] | undefined> {
  const found: KubeObject[] = [];
  let next: string | undefined;
  do {
    const response = await read({ limit: pageSize, continue: next, labelSelector, fieldSelector });
    if (response === undefined) return undefined;
    const { items, metadata } = parse<Page>(response);
    found.push(...items);
    next = metadata?.continue || undefined;
  } while (next !== undefined);
  return found;
}

async function mayI(send: (call: Call, request: Request) => Promise<Response>, { verb, group, resource, namespace }: Access): Promise<boolean> {
  const [plural = '', subresource] = resource.split('/');
  const resourceAttributes = { verb, group, resource: plural, ...(subresource && { subresource }), ...(namespace !== undefined && { namespace }) };
  const body = { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview', spec: { resourceAttributes } };
  const response = await send({ text: 'ask for access' }, { method: 'POST', path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', body });
  return parse<{ readonly status?: { readonly allowed?: boolean } }>(response).status?.allowed ?? false;
}

async function logs(transport: Transport, pod: Parameters<RawKube['logs']>[0]): Promise<string> {
  const { namespace, name, container, tailLines, previous } = pod;
  const call: Call = { text: `log of Pod ${namespace}/${name}` };
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(name)}`;
  const query = { container, tailLines, limitBytes: maxLogBytes, ...(previous && { previous: 'true' }) };
  const { status, body } = await answerOf(transport, call, { method: 'GET', path: `${path}/log`, query });
  if (status === 200) return body;
  const said = statusBody(body);
  if (saysNoLogYet(status, said.message)) return '';
  if (container === undefined && said.message?.includes('a container name must be specified')) {
    const [first] = parse<Pod>(await exchange(transport, call, { method: 'GET', path })).spec.containers;
    if (first) return logs(transport, { ...pod, container: first.name });
  }
  throw refused(call, status, said);
}

async function httpGet(
  transport: Transport,
  { namespace, name, port, path, https }: Parameters<RawKube['httpGet']>[0],
): Promise<{ readonly status: number; readonly body: string }> {
  const call: Call = { text: `GET ${path} of Service ${namespace}/${name}` };
  const service = `${https ? 'https:' : ''}${name}:${port}`;
  const proxy = `/api/v1/namespaces/${encodeURIComponent(namespace)}/services/${encodeURIComponent(service)}/proxy`;
  const [onlyPath = '', search] = path.split('?', 2);
  const query = Object.fromEntries(new URLSearchParams(search ?? ''));
  const { status, body } = await answerOf(transport, call, { method: 'GET', path: `${proxy}${onlyPath.startsWith('/') ? '' : '/'}${onlyPath}`, query });
  const said = statusBody(body);
  // The API server's own refusal, not the service's.
  if (status === 403 && said.details?.kind === 'services') throw refused(call, status, said);
  return { status, body };
}
