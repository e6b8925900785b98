import { createServer, type IncomingMessage } from 'node:http';

/** What is served, by `METHOD /path`; answers are JSON. */
export type Routes = { readonly [route: string]: (body: unknown) => unknown };

const bodyOf = async (request: IncomingMessage): Promise<unknown> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return chunks.length === 0 ? undefined : JSON.parse(Buffer.concat(chunks).toString('utf8'));
};

export function serveControl(at: { readonly host: string; readonly port: number }, routes: Routes): void {
  const server = createServer(async (request, response) => {
    const route = routes[`${request.method} ${request.url}`];
    try {
      if (!route) return void response.writeHead(404).end();
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify((await route(await bodyOf(request))) ?? {}));
    } catch (error) {
      response.writeHead(500).end(String(error));
    }
  });
  server.listen(at.port, at.host);
}

export async function tell(url: string, body: object = {}): Promise<void> {
  const answer = await fetch(url, { method: 'POST', body: JSON.stringify(body), signal: AbortSignal.timeout(5000) });
  if (!answer.ok) throw new Error(`POST ${url}: ${answer.status} ${await answer.text()}`);
}

export async function read<T>(url: string): Promise<T> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(5000) });
  if (!answer.ok) throw new Error(`GET ${url}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as T;
}
