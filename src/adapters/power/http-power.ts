import { failure } from '../../errors.js';
import type { Power } from './power.js';

const withinMs = 60_000;

/**
 * A controller behind HTTP: `GET /nodes/NAME` answers `{"state":"on"|"off"}`; `POST /nodes/NAME/on` and `/off` answer the same once it is so.
 * Unreachable where it gives no answer or an error of its own, Forbidden for a wrong token, NotFound for a node that it does not know.
 */
export function httpPower({ http, token }: { readonly http: string; readonly token: string }): Power {
  async function ask(method: 'GET' | 'POST', path: string): Promise<'on' | 'off'> {
    const response = await fetch(new URL(path, http), {
      method,
      headers: { authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(withinMs),
    }).catch((cause: unknown) => {
      throw failure('Unreachable', `the power controller does not answer ${method} ${path}`, { cause });
    });
    return stateIn(response, `${method} ${path}`);
  }

  const at = (node: string) => `/nodes/${encodeURIComponent(node)}`;
  return {
    state: (node) => ask('GET', at(node)),
    async switch(node, to) {
      const state = await ask('POST', `${at(node)}/${to}`);
      if (state !== to) throw failure('NotReady', `node ${node} is ${state} after it was switched ${to}`);
    },
  };
}

async function stateIn(response: Response, asked: string): Promise<'on' | 'off'> {
  if (response.status === 401 || response.status === 403) throw failure('Forbidden', 'the power controller refuses our token');
  if (response.status === 404) throw failure('NotFound', `the power controller does not know ${asked}`);
  const answer: unknown = await response.json().catch(() => undefined);
  const state = typeof answer === 'object' && answer !== null && 'state' in answer ? answer.state : undefined;
  if (response.ok && (state === 'on' || state === 'off')) return state;
  throw failure('Unreachable', `the power controller answers ${asked} with ${response.status}`);
}
