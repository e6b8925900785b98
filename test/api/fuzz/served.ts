import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Api } from '../../../src/api/routes/route.js';
import { answerWith, type Plant } from './plants.js';

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly operationId: string }>>>>;
}

export interface Counted {
  readonly id: string;
  status2xx: number;
  status4xx: number;
  others: number;
}

/** The API at an address of its own, with a bug before it where one is planted; counts what each operation answers. */
export class ServedApi {
  readonly #api: Api;
  readonly #own: (request: IncomingMessage, response: ServerResponse) => void;
  readonly #paths: readonly { readonly method: string; readonly path: RegExp; readonly counted: Counted }[];
  plant: Plant | undefined;

  constructor(api: Api) {
    this.#api = api;
    const { server } = api;
    this.#own = (request, response) => void server.emit('as it is', request, response);
    for (const listener of server.listeners('request')) server.on('as it is', listener as (...args: unknown[]) => void);
    server.removeAllListeners('request');
    server.on('request', (request, response) => void this.#serve(request, response));
    this.#paths = Object.entries((api.swagger() as unknown as Document).paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, { operationId }]) => ({
        method: method.toUpperCase(),
        path: new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]*')}$`),
        counted: { id: operationId, status2xx: 0, status4xx: 0, others: 0 },
      })),
    );
  }

  async listen(): Promise<string> {
    return this.#api.listen({ host: '127.0.0.1', port: 0 });
  }

  /** And begins to count anew. */
  take(): readonly Counted[] {
    const counted = this.#paths.map(({ counted: each }) => ({ ...each }));
    for (const { counted: each } of this.#paths) Object.assign(each, { status2xx: 0, status4xx: 0, others: 0 });
    return counted;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.once('finish', () => this.#count(request, response.statusCode));
    if (!this.plant) return this.#own(request, response);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { method = 'GET', url = '/', headers } = request;
    const { status, headers: told, body } = await answerWith(this.#api, this.plant, { method, url, headers, body: Buffer.concat(chunks) });
    for (const [name, value] of Object.entries(told)) if (name !== 'content-length') response.setHeader(name, value as string);
    response.writeHead(status).end(status === 204 ? undefined : body);
  }

  #count({ method, url = '' }: IncomingMessage, status: number): void {
    const path = url.split('?')[0] ?? '';
    const found = this.#paths.find((each) => each.method === method && each.path.test(path))?.counted;
    if (!found) return;
    if (status < 300) found.status2xx += 1;
    else if (status >= 400 && status < 500) found.status4xx += 1;
    else found.others += 1;
  }
}
