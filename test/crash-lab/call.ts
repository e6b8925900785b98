import type { IncomingMessage } from 'node:http';
import { type Actor, actorHeader } from './actor.js';

/** One request to the API server, as the proxy sees it. */
export interface Call {
  readonly method: string;
  /** With its query, as it came. */
  readonly url: string;
  readonly body: Buffer;
  readonly actor: Actor | undefined;
  readonly byHelm: boolean;
  /** Does it change something? Dry runs and questions about access do not. */
  readonly writes: boolean;
  /** `POST /api/v1/namespaces/shop/secrets/redis`, the same in every run. */
  readonly name: string;
}

const volatile: readonly (readonly [RegExp, string])[] = [
  // Run ids are UUIDs.
  [/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'RUN'],
  [/rehelm-[0-9a-z]{8}-([a-z]+)-[0-9a-f]{10}-\d+/g, 'JOB-$1'],
  [/(artifact-[0-9a-f]{16})-[0-9a-f]{16}/g, '$1-…'],
  [/\/pods\/[^/?]+/g, '/pods/…'],
  [/\/(events|leases)\/[^/?]+/g, '/$1/…'],
];

/** Reads what a request is; the body has been read by then. */
export function callOf({ method = 'GET', url = '/', headers }: IncomingMessage, body: Buffer): Call {
  const { pathname, searchParams } = new URL(url, 'http://api');
  const said = headers[actorHeader];
  const writes =
    !['GET', 'HEAD', 'OPTIONS'].includes(method) && !searchParams.has('dryRun') && !/\/(authorization|authentication)\.k8s\.io\/|\/proxy(\/|$)/.test(pathname);
  return {
    method,
    url,
    body,
    actor: typeof said === 'string' ? (JSON.parse(decodeURIComponent(said)) as Actor) : undefined,
    byHelm: /^helm\//i.test(headers['user-agent'] ?? ''),
    writes,
    name: writes ? nameOf(method, pathname, body) : '',
  };
}

/** A collection is followed by the name of what is made in it. */
function nameOf(method: string, path: string, body: Buffer): string {
  const made = method === 'POST' ? `/${madeName(body)}` : '';
  return volatile.reduce((told, [pattern, put]) => told.replace(pattern, put), `${method} ${path}${made}`);
}

function madeName(body: Buffer): string {
  try {
    const { metadata } = JSON.parse(body.toString()) as { readonly metadata?: { readonly name?: string; readonly generateName?: string } };
    return metadata?.name ?? `${metadata?.generateName ?? ''}…`;
  } catch {
    return '…';
  }
}
