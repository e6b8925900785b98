import http from 'node:http';
import https from 'node:https';
import type { KubeConfig } from '@kubernetes/client-node';

export interface Request {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly body?: unknown;
  readonly contentType?: string;
}

export interface Response {
  readonly status: number;
  readonly body: string;
}

/** One request to one API server. Rejects with the network's error, or with a TimeoutError. */
export type Transport = (request: Request) => Promise<Response>;

export interface TransportOptions {
  readonly timeoutMilliseconds?: number;
}

const defaultTimeoutMilliseconds = 30_000;
const maxResponseBytes = 128 * 1024 * 1024;

/**
 * Raw JSON over kept connections. client-node gives address and credentials only: its typed models drop fields that they do not know,
 * its errors carry whole bodies, its calls have no time limit, and it opens a TLS connection per call.
 */
export function createTransport(config: KubeConfig, { timeoutMilliseconds = defaultTimeoutMilliseconds }: TransportOptions = {}): Transport {
  const cluster = config.getCurrentCluster();
  if (cluster === null) throw new Error('the kubeconfig names no cluster');
  const server = new URL(cluster.server);
  const plain = server.protocol === 'http:';
  const kept = plain ? new http.Agent({ keepAlive: true }) : new https.Agent({ keepAlive: true });
  const send = plain ? http.request : https.request;

  async function attempt(request: Request): Promise<Response> {
    const options: https.RequestOptions = { headers: {} };
    await config.applyToHTTPSOptions(options);
    const payload = request.body === undefined ? undefined : Buffer.from(JSON.stringify(request.body));
    const signal = AbortSignal.timeout(timeoutMilliseconds);
    const merged: https.RequestOptions = {
      ...options,
      method: request.method,
      headers: { ...options.headers, ...headersOf(request, payload) },
      // The agent that client-node makes knows the kubeconfig's proxy, but keeps no connection.
      agent: cluster?.proxyUrl ? options.agent : kept,
      signal,
    };
    return exchange((answer) => send(urlOf(server, request), merged, answer), payload, signal);
  }

  return async (request) => {
    try {
      return await attempt(request);
    } catch (error) {
      // A kept connection that the server closed at that moment. A write may have arrived, so only reads are repeated here.
      if (request.method === 'GET' && error instanceof StaleConnection) return attempt(request);
      throw error instanceof StaleConnection ? error.cause : error;
    }
  };
}

class StaleConnection extends Error {}

function headersOf({ contentType = 'application/json' }: Request, payload: Buffer | undefined): http.OutgoingHttpHeaders {
  return {
    Accept: 'application/json, */*',
    'User-Agent': 'rehelm',
    ...(payload && { 'Content-Type': contentType, 'Content-Length': payload.byteLength }),
  };
}

function urlOf(server: URL, { path, query = {} }: Request): URL {
  const url = new URL(`${server.origin}${server.pathname.replace(/\/$/, '')}${path}`);
  for (const [key, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(key, String(value));
  return url;
}

function exchange(
  open: (answer: (response: http.IncomingMessage) => void) => http.ClientRequest,
  payload: Buffer | undefined,
  signal: AbortSignal,
): Promise<Response> {
  const { promise, resolve, reject } = Promise.withResolvers<Response>();
  const fail = (error: unknown) => reject(signal.aborted ? signal.reason : error);
  const request = open((response) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    response.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      bytes += chunk.byteLength;
      if (bytes > maxResponseBytes) response.destroy(new Error(`the answer is larger than ${maxResponseBytes} bytes`));
    });
    response.on('end', () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() }));
    // Of an answer that is cut off, too.
    response.on('error', fail);
  });
  request.on('error', (error) =>
    fail(request.reusedSocket && 'code' in error && error.code === 'ECONNRESET' ? new StaleConnection(error.message, { cause: error }) : error),
  );
  request.end(payload);
  return promise;
}
