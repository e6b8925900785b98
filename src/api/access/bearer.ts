import type { FastifyRequest } from 'fastify';
import { Refusal } from '../refusal.js';
import type { Subject } from './roles.js';

const tooLong = 512;

/** Who holds the request's bearer token. Tokens come in the header only: addresses are logged and remembered. */
export async function subjectOfBearer(
  { headers }: Pick<FastifyRequest, 'headers'>,
  subjectOf: (token: string) => Promise<Subject | undefined>,
): Promise<Subject> {
  const [, token] = /^Bearer ([\x21-\x7e]+)$/i.exec(headers.authorization ?? '') ?? [];
  const subject = token === undefined || token.length > tooLong ? undefined : await subjectOf(token);
  if (!subject) throw new Refusal('Unauthorized', token === undefined ? 'A bearer token is needed.' : 'This token is not known here, or not any more.');
  return subject;
}
