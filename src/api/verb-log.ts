import type { FastifyReply, FastifyRequest } from 'fastify';

const fieldOf = (value: unknown, name: string): unknown => (typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined);

/** One line per verb, taken or refused: who, what, on which run, with which plan's hash, what came of it. Nothing else of the body. */
export function logVerb(request: FastifyRequest, reply: FastifyReply): void {
  if (request.method === 'GET' || !request.url.startsWith('/v1/')) return;
  const { subject, refusedAs, routeOptions, params, body } = request;
  const line = {
    by: subject?.name,
    verb: fieldOf(routeOptions.schema, 'operationId') ?? request.url.split('?')[0],
    run: fieldOf(params, 'id') ?? reply.getHeader('location'),
    plan: fieldOf(body, 'plan'),
    status: reply.statusCode,
    outcome: refusedAs ?? 'taken',
  };
  request.log.info(line, 'verb');
}
