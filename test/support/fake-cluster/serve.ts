import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiError } from './api-error.js';
import type { FakeCluster } from './fake-cluster.js';
import { Broken } from './faults.js';
import { type Answer, handle } from './routes.js';

export interface Served {
  readonly url: string;
  /** Path of a kubeconfig for it, for worker processes: plain HTTP, so `insecure-skip-tls-verify` (client-node wants it). */
  readonly kubeconfig: string;
  close(): Promise<void>;
}

/** The fake as a small Kubernetes API server on loopback, for processes that are killed while it lives on. */
export async function serve(fake: FakeCluster): Promise<Served> {
  const server = http.createServer((request, response) => void respond(fake, request, response));
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const folder = await mkdtemp(join(tmpdir(), 'fake-cluster-'));
  const kubeconfig = join(folder, 'kubeconfig');
  await writeFile(kubeconfig, JSON.stringify(kubeconfigFor(url)), { mode: 0o600 });
  return {
    url,
    kubeconfig,
    close: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const kubeconfigFor = (server: string) => ({
  apiVersion: 'v1',
  kind: 'Config',
  clusters: [{ name: 'fake', cluster: { server, 'insecure-skip-tls-verify': true } }],
  users: [{ name: 'fake', user: { token: `fake-token-${randomUUID()}` } }],
  contexts: [{ name: 'fake', context: { cluster: 'fake', user: 'fake' } }],
  'current-context': 'fake',
});

async function respond(fake: FakeCluster, request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
  try {
    if (fake.down) throw new Broken('the server is down');
    const body = await bodyOf(request);
    const { method = 'GET', url = '/', headers } = request;
    send(response, await handle(fake, { method, url: new URL(url, 'http://fake'), body, contentType: headers['content-type'] ?? '' }));
  } catch (error) {
    if (error instanceof Broken) request.socket.destroy();
    else send(response, refusal(error instanceof ApiError ? error : new ApiError(500, 'InternalError', String(error))));
  }
}

function send(response: http.ServerResponse, { status, body }: Answer): void {
  const text = typeof body === 'string';
  response.writeHead(status, { 'Content-Type': text ? 'text/plain' : 'application/json' });
  response.end(text ? body : JSON.stringify(body));
}

const refusal = ({ code, reason, message, details }: ApiError): Answer => ({
  status: code,
  body: { kind: 'Status', apiVersion: 'v1', status: 'Failure', code, reason, message, details },
});

async function bodyOf(request: http.IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  return text === '' ? undefined : JSON.parse(text);
}
