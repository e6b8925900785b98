import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import swagger from '@fastify/swagger';
import fastify, { type FastifyBaseLogger } from 'fastify';
import { jsonSchemaTransform, jsonSchemaTransformObject, serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import type { Logger } from 'pino';
import { made, problemOf } from './problem-of.js';
import { addEvents } from './routes/events.js';
import { addHealth } from './routes/health.js';
import { addPlans } from './routes/plans.js';
import { addReap } from './routes/reap.js';
import type { Api, ApiParts } from './routes/route.js';
import { addRuns } from './routes/runs.js';
import { addVerbs } from './routes/verbs.js';
import type { ProblemBody } from './schema/problem.js';
import { tidyDocument } from './tidy-document.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who speaks. */
    subject: string;
  }
}

export interface ApiOptions extends ApiParts {
  readonly logger: Logger;
  /** Who speaks; throws what tells why nobody may. */
  readonly subjectOf: (request: { readonly headers: Readonly<Record<string, unknown>>; readonly hostname: string }) => string;
  readonly requestsPerMinute?: number;
}

/** Two files of values and a spec. */
const maxBodyBytes = 4 * 1024 * 1024;
const problemType = 'application/problem+json';
const retrySeconds = 5;

/** The HTTP API, not yet listening. */
export async function createApi({ logger, subjectOf, requestsPerMinute = 1200, ...parts }: ApiOptions): Promise<Api> {
  const api: Api = fastify({
    loggerInstance: logger as FastifyBaseLogger,
    bodyLimit: maxBodyBytes,
    requestTimeout: 30_000,
    connectionTimeout: 30_000,
    routerOptions: { maxParamLength: 1000 },
    return503OnClosing: true,
  });
  api.setValidatorCompiler(validatorCompiler);
  api.setSerializerCompiler(serializerCompiler);
  api.setErrorHandler((error, request, reply) => {
    const body = problemOf(error);
    if (body.failure === 'Bug') request.log.error(error);
    return answer(reply, body);
  });
  api.setNotFoundHandler((request, reply) => answer(reply, made('UnknownPath', `There is no ${request.method} ${request.url.split('?')[0]}.`)));
  await api.register(helmet);
  await api.register(rateLimit, { max: requestsPerMinute, timeWindow: '1 minute' });
  await api.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'rehelm', version: 'v1', description: 'Starts and steers runs: durable, reversible migrations of stateful Kubernetes products.' },
    },
    transform: jsonSchemaTransform,
    transformObject: (made) => tidyDocument(jsonSchemaTransformObject(made)),
  });
  api.decorateRequest('subject', '');
  api.addHook('onRequest', async (request) => {
    if (request.url.startsWith('/v1/')) request.subject = subjectOf(request);
  });
  await api.register(async (scope) => {
    for (const add of [addHealth, addPlans, addRuns, addVerbs, addEvents, addReap]) add(scope as Api, parts);
    scope.get('/openapi.json', { schema: { hide: true } }, async () => api.swagger());
  });
  await api.ready();
  return api;
}

function answer(
  reply: {
    code(status: number): typeof reply;
    type(name: string): typeof reply;
    header(name: string, value: unknown): typeof reply;
    send(body: unknown): unknown;
  },
  body: ProblemBody,
) {
  if (body.status === 503) reply.header('retry-after', retrySeconds);
  return reply.code(body.status).type(problemType).send(JSON.stringify(body));
}
