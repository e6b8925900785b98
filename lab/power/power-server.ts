import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { NodePower } from './node-power.js';

interface Answer {
  readonly status: number;
  readonly body: object;
}

const route = /^\/nodes\/([a-z0-9-]+)(?:\/(on|off))?$/;

/**
 * `GET /nodes/NAME`, `POST /nodes/NAME/off`, `POST /nodes/NAME/on` with `Authorization: Bearer TOKEN`; each answers `{"state":"on"|"off"}`, read after the act.
 * 401 without the token, 404 for an unknown node or path, 405 for another method, 500 with `{"error"}` when the switch failed.
 */
export function createPowerServer(token: string, power: NodePower): Server {
  if (token === '') throw new Error('an empty token would let everybody in');
  return createServer((request, response) => {
    request.resume();
    answer(request, token, power)
      .catch((error: unknown) => ({ status: 500, body: { error: error instanceof Error ? error.message : `${error}` } }))
      .then(({ status, body }) => response.writeHead(status, { 'content-type': 'application/json' }).end(`${JSON.stringify(body)}\n`));
  });
}

async function answer({ method, url = '', headers }: IncomingMessage, token: string, power: NodePower): Promise<Answer> {
  if (!isEqual(headers.authorization ?? '', `Bearer ${token}`)) return { status: 401, body: { error: 'the token is missing or wrong' } };
  const [, nodeName, wanted] = route.exec(url) ?? [];
  if (nodeName === undefined) return { status: 404, body: { error: `there is no ${url}` } };
  if (method !== (wanted === undefined ? 'GET' : 'POST')) return { status: 405, body: { error: `${method} is not for ${url}` } };
  if (power.read(nodeName) === undefined) return { status: 404, body: { error: `there is no node ${nodeName}` } };
  if (wanted === 'off') await power.switchOff(nodeName);
  if (wanted === 'on') await power.switchOn(nodeName);
  return { status: 200, body: { state: power.read(nodeName) } };
}

/** In a time that tells nothing of where they differ; hashes, because the comparison wants equal lengths. */
function isEqual(left: string, right: string): boolean {
  const [one, other] = [left, right].map((text) => createHash('sha256').update(text).digest());
  return timingSafeEqual(one!, other!);
}
