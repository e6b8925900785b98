import { type ClientRequest, type RequestListener, type ServerResponse, request as sendRequest } from 'node:http';

export type Upstream = { readonly host: string; readonly path: string };

const pauseBeforeGivingUp = 5000;

/** `/service-x/…` goes to service-x, `/healthz` to service-api's, all else to service-ui. */
export const routeOf = (url: string): Upstream => {
  const { pathname, search } = new URL(url, 'http://proxy');
  const [, service, rest] = /^\/(service-[a-z0-9-]+)(\/.*)?$/.exec(pathname) ?? [];
  if (service) return { host: service, path: `${rest ?? '/'}${search}` };
  return { host: pathname === '/healthz' ? 'service-api' : 'service-ui', path: `${pathname}${search}` };
};

/**
 * The front door, in a real reverse proxy's place. `/ping` is its own health. 503 when nobody is behind a route, 502 when who is there breaks off, 504 when
 * nothing comes back. Each request opens a connection of its own: a kept one would point at a pod that is gone.
 */
export const createProxy =
  ({
    servedBy,
    addressOf,
  }: {
    readonly servedBy: string;
    readonly addressOf: (host: string) => { readonly host: string; readonly port: number };
  }): RequestListener =>
  (incoming, response) => {
    const url = incoming.url ?? '/';
    if (url === '/ping') {
      answer(response, servedBy, 200, 'OK');
      return;
    }
    const { host, path } = routeOf(url);
    const headers = { ...incoming.headers, 'x-forwarded-host': incoming.headers.host ?? '', connection: 'close' };
    const outgoing = sendRequest({ ...addressOf(host), method: incoming.method, path, headers, agent: false, timeout: pauseBeforeGivingUp });
    let connected = false;
    outgoing.on('socket', (socket) => socket.once('connect', () => (connected = true)));
    outgoing.on('timeout', () => outgoing.destroy(new Error('timeout')));
    outgoing.on('error', (error) => answer(response, servedBy, statusOf(error, connected), `${host}: ${error.message}`));
    outgoing.on('response', (upstream) => {
      response.writeHead(upstream.statusCode ?? 502, upstream.headers);
      upstream.on('error', () => response.destroy()).pipe(response);
    });
    incoming.pipe(outgoing);
    abandonWhenClientLeaves(response, outgoing);
  };

const statusOf = (error: Error, connected: boolean): number => {
  if (error.message === 'timeout') return 504;
  return connected ? 502 : 503;
};

const answer = (response: ServerResponse, servedBy: string, status: number, text: string): void => {
  if (response.headersSent) response.destroy();
  else response.writeHead(status, { 'content-type': 'text/plain', 'x-served-by': servedBy }).end(`${text}\n`);
};

const abandonWhenClientLeaves = (response: ServerResponse, outgoing: ClientRequest): void => {
  response.on('close', () => outgoing.destroy());
};
