import { createServer, type IncomingMessage, type RequestListener } from 'node:http';

/** `search` is empty, or begins with a question mark. */
export type Call = { readonly method: string; readonly path: string; readonly search: string; readonly body: string };
export type Answer = { readonly status: number; readonly body: unknown };

const largestBody = 64 * 1024;
/** A pod that is told to end must be gone at once: downtime is what this product is there to measure. */
const closingMilliseconds = 300;

/** Turns a function of a call into what node:http wants. An exception is an answer 500 with its text. */
export const answerCalls =
  (servedBy: string, handle: (call: Call) => Promise<Answer>): RequestListener =>
  async (request, response) => {
    const { status, body } = await readCall(request)
      .then(handle)
      .catch((error: unknown) => ({ status: 500, body: { error: String(error instanceof Error ? error.message : error) } }));
    response.writeHead(status, { 'content-type': 'application/json', 'x-served-by': servedBy }).end(`${JSON.stringify(body)}\n`);
  };

const readCall = async (request: IncomingMessage): Promise<Call> => {
  let body = '';
  for await (const chunk of request.setEncoding('utf8')) {
    body += chunk;
    if (body.length > largestBody) throw new Error(`a body has at most ${largestBody} bytes`);
  }
  const { pathname: path, search } = new URL(request.url ?? '/', 'http://service');
  return { method: request.method ?? 'GET', path, search, body };
};

/** Listens until SIGTERM or SIGINT, then closes what it holds and ends the process with 0. */
export const serve = ({
  port,
  listener,
  close,
}: {
  readonly port: number;
  readonly listener: RequestListener;
  readonly close: () => Promise<unknown>;
}): void => {
  const server = createServer(listener).listen(port);
  const end = async () => {
    server.close();
    server.closeAllConnections();
    await Promise.race([close().catch(() => undefined), new Promise((resolve) => setTimeout(resolve, closingMilliseconds))]);
    process.exit(0);
  };
  process.once('SIGTERM', end);
  process.once('SIGINT', end);
};
