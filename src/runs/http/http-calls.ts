import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import createClient, { type Client } from 'openapi-fetch';
import { failure } from '../../errors.js';
import { isPassing } from '../is-passing.js';
import type { paths } from './api-types.js';
import { failureOfProblem } from './failure-of-problem.js';

export interface HttpOptions {
  /** `https://rehelm.example.com` */
  readonly server: string;
  /** Sent as a bearer token. */
  readonly token?: string;
  readonly fetch?: typeof globalThis.fetch;
}

export interface OnceHeader {
  readonly 'idempotency-key': string;
}

export interface Answered<T> {
  readonly data?: T;
  readonly error?: unknown;
  readonly response: Response;
}

const mostTries = 4;
const pauseMilliseconds = 200;

/** Calls of the HTTP API: what fails is a failure of the catalogue. */
export class HttpCalls {
  readonly client: Client<paths>;
  readonly #server: string;

  constructor({ server, token, fetch }: HttpOptions) {
    this.#server = server;
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
    this.client = createClient<paths>({ baseUrl: server, headers, ...(fetch && { fetch }) });
  }

  /** Under a key of its own, so that a request whose answer was lost can be sent again and is done once. */
  async once<T>(call: (header: OnceHeader) => Promise<Answered<T>>): Promise<T> {
    const header: OnceHeader = { 'idempotency-key': randomUUID() };
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.call(call(header));
      } catch (error) {
        if (tries === mostTries || !isPassing(error)) throw error;
        await sleep(pauseMilliseconds * 2 ** tries);
      }
    }
  }

  async call<T>(call: Promise<Answered<T>>): Promise<T> {
    const { data, error, response } = await this.reach(call);
    if (response.ok) return data as T;
    throw failureOfProblem(error, response.status);
  }

  async reach<T>(call: Promise<T>): Promise<T> {
    try {
      return await call;
    } catch (error) {
      throw failure('Unreachable', `the API does not answer at ${this.#server}`, { cause: error });
    }
  }
}
