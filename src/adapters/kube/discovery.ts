import { failure } from '../../errors.js';
import type { ObjectRef } from '../../model/refs.js';
import { showRef } from '../../model/refs.js';
import { type Call, refused, unanswered } from './errors.js';
import { statusBody } from './status-body.js';
import type { Response, Transport } from './transport.js';

interface Resource {
  readonly name: string;
  readonly kind: string;
  readonly namespaced: boolean;
}

type KindRef = { readonly apiVersion: string; readonly kind: string };

/** Where a kind lives under the API server. */
export interface Discovery {
  /** Undefined where the cluster does not serve the kind. */
  find(kind: KindRef): Promise<Resource | undefined>;
  /** Fails as NotFound where it does not. */
  must(kind: KindRef): Promise<Resource>;
  /** The path of one object. */
  pathOf(resource: Resource, ref: ObjectRef): string;
  /** The path of all objects of a kind, in one namespace or everywhere. */
  collectionOf(resource: Resource, kind: KindRef, namespace: string | undefined): string;
}

export function createDiscovery(transport: Transport): Discovery {
  const known = new Map<string, Resource>();
  const keyOf = ({ apiVersion, kind }: KindRef): string => `${apiVersion}|${kind}`;

  /** What is known stays; what is not is asked for each time, since a CRD may come at any moment. */
  async function find(kind: KindRef): Promise<Resource | undefined> {
    if (!known.has(keyOf(kind)))
      for (const resource of await resourcesOf(transport, kind.apiVersion)) known.set(keyOf({ ...kind, kind: resource.kind }), resource);
    return known.get(keyOf(kind));
  }

  const collectionOf = ({ name, namespaced }: Resource, { apiVersion }: KindRef, namespace: string | undefined): string =>
    `${rootOf(apiVersion)}${namespaced && namespace !== undefined ? `/namespaces/${encodeURIComponent(namespace)}` : ''}/${name}`;

  return {
    find,
    must: async (kind) => {
      const found = await find(kind);
      if (found === undefined) throw failure('NotFound', `the cluster does not serve ${kind.apiVersion} ${kind.kind}`);
      return found;
    },
    collectionOf,
    pathOf: (resource, ref) => {
      if (resource.namespaced && !ref.namespace) throw failure('Invalid', `${showRef(ref)} is named without its namespace`);
      return `${collectionOf(resource, ref, ref.namespace)}/${encodeURIComponent(ref.name)}`;
    },
  };
}

const rootOf = (apiVersion: string): string => (apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`);

async function resourcesOf(transport: Transport, apiVersion: string): Promise<readonly Resource[]> {
  const call: Call = { text: `discover ${apiVersion}` };
  const { status, body } = await ask(transport, call, rootOf(apiVersion));
  if (status === 404) return [];
  if (status !== 200) throw refused(call, status, statusBody(body));
  const { resources } = JSON.parse(body) as { readonly resources: readonly Resource[] };
  return resources.filter(({ name }) => !name.includes('/'));
}

async function ask(transport: Transport, call: Call, path: string): Promise<Response> {
  try {
    return await transport({ method: 'GET', path });
  } catch (error) {
    throw unanswered(call, error);
  }
}
