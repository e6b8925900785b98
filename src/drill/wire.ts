import { timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { failure } from '../errors.js';
import { wordsOf } from './again.js';

/** Where guard and hand listen. */
export const wirePort = 8123;
const mostBytes = 8 * 1024 * 1024;
const answerWithinMs = 5000;

/** What a guard or a hand does when it is asked: a body in, an answer out, both JSON. */
export type Routes = Readonly<Record<string, (body: unknown) => Promise<unknown>>>;

/** Serves the routes to whoever has the course's token. What a route throws is answered as 500 with its message. */
export async function serve(routes: Routes, token: string, port = wirePort): Promise<Server> {
  const server = createServer((request, response) => {
    const reply = (status: number, body: unknown) => response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body ?? null));
    const route = routes[(request.url ?? '').slice(1)];
    if (!hasToken(request, token)) return reply(401, { message: 'not the token of this course' });
    if (!route) return reply(404, { message: 'no such route' });
    bodyOf(request)
      .then(route)
      .then((answer) => reply(200, answer))
      .catch((error: unknown) => reply(500, { message: wordsOf(error) }));
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, resolve));
  return server;
}

export interface Peer {
  readonly address: string;
  readonly token: string;
  readonly port?: number;
}

/** Asks a guard or a hand. Unreachable where there is no answer in 5 s, NotReady where it says no. */
export async function ask<T>({ address, token, port = wirePort }: Peer, route: string, body: unknown = null): Promise<T> {
  const response = await fetch(`http://${address}:${port}/${route}`, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { authorization: `Bearer ${token}` },
    signal: AbortSignal.timeout(answerWithinMs),
  }).catch((cause: unknown) => {
    throw failure('Unreachable', `${address} does not answer ${route}`, { cause });
  });
  const answer: unknown = await response.json();
  if (response.ok) return answer as T;
  const message = typeof answer === 'object' && answer !== null && 'message' in answer ? String(answer.message) : `${response.status}`;
  throw failure('NotReady', `${address} refuses ${route}: ${message}`);
}

function hasToken({ headers }: IncomingMessage, token: string): boolean {
  const [given, wanted] = [Buffer.from(headers.authorization ?? ''), Buffer.from(`Bearer ${token}`)];
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request) {
    bytes += part.length;
    if (bytes > mostBytes) throw new Error('the request is too large');
    parts.push(part);
  }
  return JSON.parse(Buffer.concat(parts).toString() || 'null');
}
