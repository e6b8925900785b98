import { once } from 'node:events';
import http2, { type ClientHttp2Session, type ClientHttp2Stream, type IncomingHttpHeaders, type OutgoingHttpHeaders, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';

export interface Call {
  /** Such as `StartWorkflowExecution`. */
  readonly method: string;
  /** The request as it was sent; names and ids stand in it as they are. */
  readonly body: Buffer;
}

/** Sees every call on its way. */
export interface Watcher {
  /** Before Temporal has it. */
  asked(call: Call): Promise<void>;
  /** Once Temporal has answered, before whoever asked knows; false: they never will. */
  answered(call: Call): Promise<boolean>;
}

export interface GrpcProxy {
  readonly address: string;
  close(): Promise<void>;
}

/** gRPC without TLS on loopback before a Temporal at `target` (host and port), which may come and go. */
export async function openGrpcProxy(target: string, watcher: Watcher): Promise<GrpcProxy> {
  const server = http2.createServer();
  const upstreams = new Set<ClientHttp2Session>();
  server.on('session', (session) => {
    const upstream = http2.connect(`http://${target}`);
    upstreams.add(upstream);
    // Each end goes with the other: a Temporal that has died is seen as one.
    upstream.on('error', () => session.destroy());
    upstream.once('close', () => {
      upstreams.delete(upstream);
      session.destroy();
    });
    session.on('error', () => upstream.destroy());
    session.once('close', () => upstream.destroy());
    session.on('stream', (stream, headers) => void pass(stream, headers, upstream, watcher).catch(() => stream.destroy()));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      const closed = new Promise((done) => server.close(done));
      for (const upstream of upstreams) upstream.destroy();
      await closed;
    },
  };
}

const hopByHop = ['connection', 'host'];
const passedOn = (headers: IncomingHttpHeaders): OutgoingHttpHeaders =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !hopByHop.includes(name)));

async function pass(stream: ServerHttp2Stream, headers: IncomingHttpHeaders, upstream: ClientHttp2Session, watcher: Watcher): Promise<void> {
  stream.on('error', () => stream.destroy());
  const call: Call = { method: String(headers[':path']).split('/').at(-1) ?? '', body: await bodyOf(stream) };
  await watcher.asked(call);
  if (upstream.destroyed || stream.destroyed) return void stream.destroy();
  const asked = upstream.request({ ...passedOn(headers), ':authority': 'temporal' });
  asked.on('error', () => stream.destroy());
  stream.once('close', () => asked.close(http2.constants.NGHTTP2_CANCEL));
  asked.end(call.body);
  let trailers: OutgoingHttpHeaders = {};
  asked.once('trailers', (told) => {
    trailers = passedOn(told);
  });
  const [answer] = (await once(asked, 'response')) as [IncomingHttpHeaders];
  if (!(await watcher.answered(call)) || stream.destroyed) return void stream.destroy();
  answerWith(stream, passedOn(answer), asked, () => trailers);
}

/** A failure has nothing but headers. */
function answerWith(stream: ServerHttp2Stream, headers: OutgoingHttpHeaders, asked: ClientHttp2Stream, trailers: () => OutgoingHttpHeaders): void {
  if ('grpc-status' in headers) {
    stream.respond(headers, { endStream: true });
    return;
  }
  stream.respond(headers, { waitForTrailers: true });
  stream.once('wantTrailers', () => stream.sendTrailers(trailers()));
  asked.pipe(stream);
}

async function bodyOf(stream: ServerHttp2Stream): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}
