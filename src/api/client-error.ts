import type { Socket } from 'node:net';
import { made } from './problem-of.js';
import type { ProblemBody } from './schema/problem.js';

/** What never became a request, as the same problems that requests are answered with: a head that is too long, one that is too slow, one that is no HTTP. */
export function answerClientError(error: Error & { readonly code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return;
  const problem = problemOfHead(error.code);
  const body = JSON.stringify(problem);
  const head = [
    `HTTP/1.1 ${problem.status} ${problem.title}`,
    'content-type: application/problem+json',
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}

function problemOfHead(code: string | undefined): ProblemBody {
  if (code === 'HPE_HEADER_OVERFLOW') return { ...made('TooLarge', 'Path and headers are longer than 16 KiB.'), status: 431 };
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return { ...made('BadRequest', 'The request did not arrive in time.'), status: 408 };
  return made('BadRequest', 'This is no HTTP.');
}
