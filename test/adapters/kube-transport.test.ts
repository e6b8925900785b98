import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectCluster } from '../../src/adapters/kube/connect.js';
import type { RawKube } from '../../src/adapters/kube/kube.js';

const failing = (type: string, message = /./) => expect.objectContaining({ type, message: expect.stringMatching(message) });
const ref = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'shop', name: 'x' };
const resources = {
  resources: [
    { name: 'configmaps', kind: 'ConfigMap', namespaced: true },
    { name: 'pods', kind: 'Pod', namespaced: true },
  ],
};

/** Answers of a server that does not behave like the fake: `asked` counts what came in for anything but discovery. */
type Behave = (request: http.IncomingMessage, response: http.ServerResponse, asked: number) => void;

let folder = '';
let server: http.Server;
let raw: RawKube;
let asked: http.IncomingMessage[];

async function against(behave: Behave, prefix = ''): Promise<void> {
  asked = [];
  server = http.createServer((request, response) => {
    if (request.url === `${prefix}/api/v1`) return void response.end(JSON.stringify(resources));
    asked.push(request);
    behave(request, response, asked.length);
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${prefix}`;
  await writeFile(join(folder, 'config'), JSON.stringify(config(url)));
  raw = connectCluster({ kubeconfig: join(folder, 'config') }, { timeoutMilliseconds: 500 });
}

const config = (url: string) => ({
  'current-context': 'a',
  clusters: [
    { name: 'c', cluster: { server: url, 'insecure-skip-tls-verify': true } },
    { name: 'd', cluster: { server: 'http://127.0.0.1:1', 'insecure-skip-tls-verify': true } },
  ],
  users: [{ name: 'u', user: { token: 'canary-token' } }],
  contexts: [
    { name: 'a', context: { cluster: 'c', user: 'u' } },
    { name: 'b', context: { cluster: 'd', user: 'u' } },
    { name: 'broken', context: { cluster: 'none', user: 'u' } },
  ],
});

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'transport-'));
});
afterEach(async () => {
  server?.closeAllConnections();
  await new Promise((closed) => (server ? server.close(closed) : closed(undefined)));
  await rm(folder, { recursive: true });
});

test('sends the token, and keeps the path under which the server stands', async () => {
  await against((_, response) => response.end('{"kind":"ConfigMap"}'), '/k8s/clusters/c-1');
  await raw.get(ref);
  expect(asked[0]?.headers.authorization).toBe('Bearer canary-token');
  expect(asked[0]?.url).toBe('/k8s/clusters/c-1/api/v1/namespaces/shop/configmaps/x');
});

test('uses one connection for calls that follow each other', async () => {
  const ports = new Set<number | undefined>();
  await against((request, response) => {
    ports.add(request.socket.remotePort);
    response.end('{}');
  });
  for (let calls = 0; calls < 5; calls += 1) await raw.get(ref);
  expect(ports.size).toBe(1);
});

test('reads again where the server has closed a kept connection, and does not write again', async () => {
  // The second call on a connection is met by a reset, as by a server that was just about to close it.
  const seen = new WeakSet<object>();
  await against((request, response) => {
    if (seen.has(request.socket)) return void request.socket.resetAndDestroy();
    seen.add(request.socket);
    response.end('{}');
  });
  await raw.get(ref);
  expect(await raw.get(ref)).toEqual({});
  await expect(raw.patch(ref, {})).rejects.toEqual(failing('Unreachable', /ECONNRESET/));
});

test('an answer that is cut off is no answer', async () => {
  await against((_, response) => {
    response.writeHead(200, { 'Content-Length': 1000 });
    response.write('{"kind":"ConfigMap"');
    setTimeout(() => response.destroy(), 20);
  });
  await expect(raw.get(ref)).rejects.toEqual(failing('Unreachable'));
});

test('an answer that stops in the middle ends by the time limit', async () => {
  await against((_, response) => {
    response.writeHead(200, { 'Content-Length': 1000 });
    response.write('{"kind":"ConfigMap"');
  });
  await expect(raw.get(ref)).rejects.toEqual(failing('Unreachable', /no answer in time/));
});

test('a load balancer’s page is Unreachable and not quoted', async () => {
  await against((_, response) => response.writeHead(502, { 'Content-Type': 'text/html' }).end('<html>canary</html>'));
  await expect(raw.get(ref)).rejects.toEqual(failing('Unreachable', /^get ConfigMap shop\/x: 502$/));
});

test('nothing that fails shows the token', async () => {
  await against((request, response) =>
    response.writeHead(403).end(JSON.stringify({ kind: 'Status', reason: 'Forbidden', message: `no: Authorization: ${request.headers.authorization}` })),
  );
  const refusal = await raw.get(ref).catch((error: unknown) => error);
  expect(refusal).toEqual(failing('Forbidden'));
  expect(JSON.stringify(refusal) + String(refusal)).not.toContain('canary');
});

test('a list whose snapshot has gone is begun again, without what was read of the old one', async () => {
  const page = (name: string, next?: string) => JSON.stringify({ metadata: next ? { continue: next } : {}, items: [{ metadata: { name } }] });
  await against((_, response, call) => {
    if (call === 1) return void response.end(page('old', 'token'));
    if (call === 2) return void response.writeHead(410).end(JSON.stringify({ kind: 'Status', reason: 'Expired' }));
    response.end(call === 3 ? page('a', 'more') : page('b'));
  });
  const found = await raw.list({ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'shop' });
  expect(found.map(({ metadata }) => metadata.name)).toEqual(['a', 'b']);
});

test('the log of a pod with several containers is that of the first, unless one is named', async () => {
  await against((request, response) => {
    if (request.url?.includes('container=main')) response.end('from main\n');
    else if (request.url?.includes('/log'))
      response.writeHead(400).end(JSON.stringify({ kind: 'Status', message: 'a container name must be specified for pod x, choose one of: [main side]' }));
    else response.end(JSON.stringify({ spec: { containers: [{ name: 'main' }, { name: 'side' }] } }));
  });
  expect(await raw.logs({ namespace: 'shop', name: 'x' })).toBe('from main\n');
});

test.each(['container "main" in pod "x" is waiting to start: ContainerCreating', 'previous terminated container "main" in pod "x" not found'])(
  'a container without a log has an empty one: %s',
  async (message) => {
    await against((_, response) => response.writeHead(400).end(JSON.stringify({ kind: 'Status', message })));
    expect(await raw.logs({ namespace: 'shop', name: 'x' })).toBe('');
  },
);

test('a way through a Service that the worker may not go is Forbidden; a refusal by the service itself is its answer', async () => {
  await against((request, response) =>
    response
      .writeHead(403)
      .end(request.url?.includes('mine') ? 'go away' : JSON.stringify({ kind: 'Status', reason: 'Forbidden', details: { kind: 'services' } })),
  );
  await expect(raw.httpGet({ namespace: 'shop', name: 'web', port: 80, path: '/' })).rejects.toEqual(failing('Forbidden'));
  expect(await raw.httpGet({ namespace: 'shop', name: 'mine', port: 80, path: '/', https: true })).toEqual({ status: 403, body: 'go away' });
  expect(asked[1]?.url).toBe('/api/v1/namespaces/shop/services/https%3Amine%3A80/proxy/');
});

describe('a kubeconfig', () => {
  const path = () => join(folder, 'config');
  beforeEach(() => writeFile(path(), JSON.stringify(config('http://127.0.0.1:1'))));

  test('that is not there, or lacks the context or its cluster, is refused by name', async () => {
    expect(() => connectCluster({ kubeconfig: '/no/config' })).toThrow(/\/no\/config cannot be read/);
    expect(() => connectCluster({ kubeconfig: path(), context: 'z' })).toThrow(/no context z; it has a, b, broken/);
    expect(() => connectCluster({ kubeconfig: path(), context: 'broken' })).toThrow(/no cluster for its context broken/);
  });

  test('is used with the context that is asked for', async () => {
    await against((_, response) => response.end('{"gitVersion":"v1.2.3"}'));
    expect(await raw.version()).toBe('v1.2.3');
    await expect(connectCluster({ kubeconfig: path(), context: 'b' }).version()).rejects.toEqual(failing('Unreachable'));
  });

  test('is not looked for: outside of a pod there is no cluster around', () => {
    expect(() => connectCluster({ inCluster: true })).toThrow(/no pod/);
  });
});
