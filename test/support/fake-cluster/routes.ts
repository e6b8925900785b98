import type { Access, MergePatch } from '../../../src/adapters/kube/kube.js';
import type { KubeObject } from '../../../src/model/kube-object.js';
import type { ObjectRef } from '../../../src/model/refs.js';
import { ApiError, notFound } from './api-error.js';
import type { ApiServer } from './api-server.js';
import type { FakeCluster } from './fake-cluster.js';
import type { Kind } from './kinds.js';

export interface Asked {
  readonly method: string;
  readonly url: URL;
  readonly body: unknown;
  readonly contentType: string;
}

export interface Answer {
  readonly status: number;
  /** A text goes out as it is, everything else as JSON. */
  readonly body: unknown;
}

const ok = (body: unknown): Answer => ({ status: 200, body });

/** A path of the Kubernetes API, taken apart. */
interface Place {
  readonly apiVersion: string;
  readonly plural: string | undefined;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  readonly rest: readonly string[];
}

export async function handle({ api }: FakeCluster, asked: Asked): Promise<Answer> {
  const { pathname } = asked.url;
  if (pathname === '/version') return ok({ gitVersion: 'v1.34.4', major: '1', minor: '34' });
  if (pathname === '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews') return ok(review(api, asked.body));
  const place = placeOf(pathname);
  if (place.plural === undefined) return discover(api, place.apiVersion);
  if (place.plural === 'pods' && place.rest[0] === 'log') return ok(logs(api, place, asked.url.searchParams));
  if (place.plural === 'services' && place.rest[0] === 'proxy') return proxy(api, place, asked.url);
  const kind = api.kinds().find((each) => each.apiVersion === place.apiVersion && each.plural === place.plural);
  if (kind === undefined || place.rest.length > 0) throw notFound('the server could not find the requested resource');
  return place.name === undefined ? onCollection(api, kind, place.namespace, asked) : onObject(api, refTo(kind, place), asked);
}

function placeOf(pathname: string): Place {
  const [root, ...parts] = pathname.split('/').filter(Boolean).map(decodeURIComponent);
  const [version = '', ...path] = root === 'api' ? parts : [`${parts[0]}/${parts[1]}`, ...parts.slice(2)];
  if (root !== 'api' && root !== 'apis') throw notFound('the page');
  const inNamespace = path[0] === 'namespaces' && path.length > 2;
  const [plural, name, ...rest] = inNamespace ? path.slice(2) : path;
  return { apiVersion: version, plural, namespace: inNamespace ? path[1] : undefined, name, rest };
}

const refTo = ({ apiVersion, kind }: Kind, { namespace, name = '' }: Place): ObjectRef => ({
  apiVersion,
  kind,
  name,
  ...(namespace !== undefined && { namespace }),
});

function discover(api: ApiServer, apiVersion: string): Answer {
  const kinds = api.kinds().filter((kind) => kind.apiVersion === apiVersion);
  if (kinds.length === 0) throw notFound('the group');
  const resources = kinds.flatMap(({ kind, plural, namespaced }) => [
    { name: plural, kind, namespaced },
    { name: `${plural}/status`, kind, namespaced },
  ]);
  return ok({ kind: 'APIResourceList', groupVersion: apiVersion, resources });
}

async function onCollection(api: ApiServer, kind: Kind, namespace: string | undefined, { method, url, body }: Asked): Promise<Answer> {
  if (method === 'GET') return ok(list(api, kind, namespace, url.searchParams));
  if (method !== 'POST') throw new ApiError(405, 'MethodNotAllowed', 'not served here');
  const object = body as KubeObject;
  const placed = { ...object, metadata: { ...object.metadata, ...(namespace !== undefined && { namespace }) } };
  return { status: 201, body: await api.create(placed, dryRunOf(url)) };
}

const dryRunOf = ({ searchParams }: URL) => (searchParams.has('dryRun') ? ({ dryRun: true } as const) : {});

/** Pages as a server gives them: `limit` items and a token for the next ones. Small ones here, so that every client shows that it reads them all. */
const largestPage = 2;

function list(api: ApiServer, { apiVersion, kind }: Kind, namespace: string | undefined, query: URLSearchParams): unknown {
  const items = api.list({ apiVersion, kind, ...textsOf(query, 'labelSelector', 'fieldSelector'), ...(namespace !== undefined && { namespace }) });
  const from = Number(query.get('continue') ?? 0);
  const limit = Math.min(Number(query.get('limit') ?? items.length), largestPage);
  const bare = items.slice(from, from + limit).map(({ apiVersion: _, kind: _kind, ...item }) => item);
  return { kind: `${kind}List`, apiVersion, metadata: from + limit < items.length ? { continue: String(from + limit) } : {}, items: bare };
}

const textsOf = (query: URLSearchParams, ...names: readonly string[]): Record<string, string> =>
  Object.fromEntries(names.flatMap((name) => (query.get(name) === null ? [] : [[name, query.get(name) ?? '']])));

async function onObject(api: ApiServer, ref: ObjectRef, { method, url, body, contentType }: Asked): Promise<Answer> {
  if (method === 'GET') {
    const found = api.get(ref);
    if (found === undefined) throw notFound(`${ref.kind} "${ref.name}"`);
    return ok(found);
  }
  if (method === 'PATCH') {
    if (contentType !== 'application/merge-patch+json')
      throw new ApiError(415, 'UnsupportedMediaType', `the body of the request was in an unknown format: ${contentType}`);
    return ok(await api.patch(ref, body as MergePatch, dryRunOf(url)));
  }
  if (method !== 'DELETE') throw new ApiError(405, 'MethodNotAllowed', 'not served here');
  const { preconditions = {}, propagationPolicy } = (body ?? {}) as {
    readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
    readonly propagationPolicy?: 'Background' | 'Foreground' | 'Orphan';
  };
  await api.delete(ref, { ...preconditions, ...(propagationPolicy && { propagation: propagationPolicy }) });
  return ok({ kind: 'Status', apiVersion: 'v1', status: 'Success' });
}

function review(api: ApiServer, body: unknown): unknown {
  const { spec } = body as {
    readonly spec: {
      readonly resourceAttributes: {
        readonly verb: string;
        readonly group: string;
        readonly resource: string;
        readonly subresource?: string;
        readonly namespace?: string;
      };
    };
  };
  const { verb, group, resource, subresource, namespace } = spec.resourceAttributes;
  const access: Access = { verb, group, resource: subresource ? `${resource}/${subresource}` : resource, ...(namespace !== undefined && { namespace }) };
  return { ...(body as object), status: { allowed: api.mayI(access) } };
}

function logs(api: ApiServer, { namespace = '', name = '' }: Place, query: URLSearchParams): string {
  const tailLines = query.get('tailLines');
  return api.logs({
    namespace,
    name,
    ...textsOf(query, 'container'),
    ...(tailLines !== null && { tailLines: Number(tailLines) }),
    ...(query.has('previous') && { previous: true as const }),
  });
}

function proxy(api: ApiServer, { namespace = '', name = '', rest }: Place, { search }: URL): Answer {
  const [service = '', port = ''] = name.replace(/^https:/, '').split(':');
  return api.http({ namespace, name: service, port, path: `/${rest.slice(1).join('/')}${search}` });
}
