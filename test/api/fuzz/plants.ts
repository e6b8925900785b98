import type { IncomingMessage } from 'node:http';
import type { Api } from '../../../src/api/routes/route.js';
import { asFuzzer } from './people.js';

/** A request as it came, and an answer as it goes. */
export interface Asked {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}
export interface Told {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

export interface Plant {
  readonly name: string;
  /** Where it is, and what may find it there. */
  readonly operation: string;
  readonly check: string;
  readonly ask?: (asked: Asked) => Asked;
  readonly tell?: (told: Told, asked: Asked) => Told;
}

const to = (pattern: RegExp, { url }: Asked): boolean => pattern.test(url.split('?')[0] ?? '');
const run = /^\/v1\/runs\/[^/]+$/;
const isOk = ({ status }: Told): boolean => status < 300;
const without = (name: string, headers: Told['headers']) => Object.fromEntries(Object.entries(headers).filter(([each]) => each !== name));

/** Bugs as an API might have them, each before the real one: nothing of the product knows of them. */
export const plants: readonly Plant[] = [
  {
    name: 'a token is not looked at',
    operation: 'getRun',
    check: 'ignored_auth',
    ask: (asked) => (to(run, asked) ? { ...asked, headers: { ...asked.headers, ...asFuzzer } } : asked),
  },
  {
    name: 'a stranger reads the journal of a run of others',
    operation: 'getJournal',
    check: 'others_are_hidden',
    ask: (asked) =>
      to(/\/journal$/, asked) && asked.headers.authorization?.endsWith('stranger') ? { ...asked, headers: { ...asked.headers, ...asFuzzer } } : asked,
  },
  {
    name: 'a run without its phase',
    operation: 'getRun',
    check: 'response_schema_conformance',
    tell: (told, asked) => (to(run, asked) && isOk(told) ? { ...told, body: JSON.stringify({ ...JSON.parse(told.body), phase: undefined }) } : told),
  },
  {
    name: 'a reason that is not ASCII is a bug',
    operation: 'pauseRun',
    check: 'not_a_server_error',
    tell: (told, asked) =>
      to(/\/pause$/, asked) && /[^\0-\x7f]|\\u/.test(asked.body.toString())
        ? { ...told, status: 500, body: told.body.replace(/"status":\d+/, '"status":500') }
        : told,
  },
  {
    name: 'a status that nobody wrote down',
    operation: 'getPlan',
    check: 'status_code_conformance',
    tell: (told, asked) => (to(/\/plan$/, asked) && isOk(told) ? { ...told, status: 203 } : told),
  },
  {
    name: 'JSON that calls itself HTML',
    operation: 'getJournal',
    check: 'content_type_conformance',
    tell: (told, asked) => (to(/\/journal$/, asked) && isOk(told) ? { ...told, headers: { ...told.headers, 'content-type': 'text/html' } } : told),
  },
  {
    name: 'no Location',
    operation: 'rollbackRun',
    check: 'response_headers_conformance',
    tell: (told) => ({ ...told, headers: without('location', told.headers) }),
  },
  {
    name: 'a page that may be as long as it likes',
    operation: 'listRuns',
    check: 'negative_data_rejection',
    ask: (asked) => ({ ...asked, url: asked.url.startsWith('/v1/runs?') ? '/v1/runs' : asked.url }),
  },
];

/** The API's own answer to the request as the bug has it, as the bug has it. */
export async function answerWith(api: Api, plant: Plant, given: Asked): Promise<Told> {
  const asked = plant.ask?.(given) ?? given;
  const { method, url, headers, body } = asked;
  const told = await api.inject({ method: method as 'GET', url, headers, ...(body.byteLength > 0 && { payload: body }) });
  const answer: Told = { status: told.statusCode, headers: told.headers, body: told.body };
  return plant.tell?.(answer, asked) ?? answer;
}
