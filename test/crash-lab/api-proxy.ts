import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import { actorHeader } from './actor.js';
import { type Call, callOf } from './call.js';

/** Sees every call between worker and API server. Neither promise needs to end: whose call stands still is meant to die. */
export interface Watcher {
  /** Before the call is passed on; a status is answered instead of passing it on. */
  before(call: Call): Promise<number | undefined>;
  /** Once the API server has answered, before the worker learns of it. */
  after(call: Call, status: number): Promise<void>;
}

export interface ApiProxy {
  /** Path of a kubeconfig that leads through the proxy. */
  readonly kubeconfig: string;
  close(): Promise<void>;
}

interface Upstream {
  readonly server: URL;
  readonly agent: https.Agent;
  readonly headers: http.OutgoingHttpHeaders;
}

/** Plain HTTP on loopback in front of the cluster of a kubeconfig, with that one's credentials. */
export async function openApiProxy(kubeconfig: string, watcher: Watcher): Promise<ApiProxy> {
  const upstream = await upstreamOf(kubeconfig);
  const proxy = http.createServer((request, response) => {
    serve(request, response, upstream, watcher).catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined));
  });
  proxy.keepAliveTimeout = 120_000;
  await new Promise<void>((listening) => proxy.listen(0, '127.0.0.1', listening));
  const folder = mkdtempSync(join(tmpdir(), 'rehelm-crash-lab-'));
  const file = join(folder, 'kubeconfig');
  writeFileSync(file, JSON.stringify(kubeconfigOf(`http://127.0.0.1:${(proxy.address() as AddressInfo).port}`)));
  return {
    kubeconfig: file,
    close: async () => {
      proxy.closeAllConnections();
      await new Promise((closed) => proxy.close(closed));
      upstream.agent.destroy();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function upstreamOf(kubeconfig: string): Promise<Upstream> {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  const options: https.RequestOptions = { headers: {} };
  await config.applyToHTTPSOptions(options);
  const { ca, cert, key, headers } = options;
  const agent = new https.Agent({ keepAlive: true, timeout: 60_000, ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) });
  return { server: new URL(config.getCurrentCluster()?.server ?? ''), agent, headers: { ...(headers as http.OutgoingHttpHeaders) } };
}

/** Programs of Kubernetes refuse plain HTTP unless told not to look for a certificate. */
const kubeconfigOf = (server: string) => ({
  apiVersion: 'v1',
  kind: 'Config',
  clusters: [{ name: 'proxy', cluster: { server, 'insecure-skip-tls-verify': true } }],
  users: [{ name: 'nobody', user: {} }],
  contexts: [{ name: 'proxy', context: { cluster: 'proxy', user: 'nobody' } }],
  'current-context': 'proxy',
});

async function serve(request: IncomingMessage, response: ServerResponse, upstream: Upstream, watcher: Watcher): Promise<void> {
  const call = callOf(request, await bodyOf(request));
  const instead = await watcher.before(call);
  // Whose client has gone by now has not asked for anything.
  if (response.destroyed || request.socket.destroyed) return;
  if (instead !== undefined) return refuse(response, instead);
  const answer = await forward(request, call, upstream, response);
  if (!call.writes) return pass(answer, response);
  const body = await bodyOf(answer);
  await watcher.after(call, answer.statusCode ?? 0);
  if (!response.destroyed) response.writeHead(answer.statusCode ?? 502, answer.headers).end(body);
}

async function forward(
  request: IncomingMessage,
  call: Call,
  { server, agent, headers: credentials }: Upstream,
  response: ServerResponse,
): Promise<IncomingMessage> {
  const { [actorHeader]: _, host: __, connection: ___, 'transfer-encoding': ____, ...headers } = request.headers;
  const made = https.request(new URL(call.url, server), {
    agent,
    method: call.method,
    headers: { ...headers, ...credentials, ...(call.body.byteLength > 0 && { 'content-length': call.body.byteLength }) },
  });
  // What has been sent is the API server's; only a reader takes its question back.
  if (!call.writes) response.once('close', () => made.destroy());
  made.end(call.body);
  const [answer] = (await once(made, 'response')) as [IncomingMessage];
  return answer;
}

/** Watches and logs go on for as long as both ends like. */
function pass(answer: IncomingMessage, response: ServerResponse): void {
  response.writeHead(answer.statusCode ?? 502, answer.headers);
  answer.once('error', () => response.destroy());
  answer.pipe(response);
}

function refuse(response: ServerResponse, code: number): void {
  const status = { apiVersion: 'v1', kind: 'Status', status: 'Failure', reason: 'Forbidden', message: 'refused by the test', code };
  response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify(status));
}

async function bodyOf(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk);
  return Buffer.concat(chunks);
}
