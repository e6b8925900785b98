import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import swagger from '@fastify/swagger';
import fastify, { type FastifyBaseLogger, type FastifyError, type FastifyReply, type FastifyRequest, LogController } from 'fastify';
import { jsonSchemaTransformObject, serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import type { Logger } from 'pino';
import type { ApiKey } from '../adapters/cluster-key/api-key.js';
import { type SpecKinds, specKinds } from '../model/schema/kinds.js';
import type { Runs } from '../runs/runs.js';
import type { Schedules } from '../runs/schedules.js';
import { AllowedRuns } from './access/allowed-runs.js';
import { AllowedSchedules } from './access/allowed-schedules.js';
import type { Subject } from './access/roles.js';
import { SecondOfSchedule } from './access/second-of-schedule.js';
import { SecondPerson } from './access/second-person.js';
import { AllowedMethods } from './allowed-methods.js';
import { answerClientError } from './client-error.js';
import { CoalescedLists } from './coalesced-lists.js';
import { addDocs } from './docs-page.js';
import { requireHeaders, transformWithHeaders } from './document-headers.js';
import { Metrics } from './metrics.js';
import { made, problemOf } from './problem-of.js';
import { addEvents } from './routes/events.js';
import { addHealth } from './routes/health.js';
import { addMetrics } from './routes/metrics.js';
import { addPlans } from './routes/plans.js';
import { addReap } from './routes/reap.js';
import type { Api, ApiParts } from './routes/route.js';
import { addRuns } from './routes/runs.js';
import { addScheduleVerbs } from './routes/schedule-verbs.js';
import { addSchedules } from './routes/schedules.js';
import { addVerbs } from './routes/verbs.js';
import { examples } from './schema/examples.js';
import type { ProblemBody } from './schema/problem.js';
import { specExamples, specSchemas } from './spec-document.js';
import { tidyDocument } from './tidy-document.js';
import { logVerb } from './verb-log.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who speaks; set before anything under /v1 is answered. */
    subject: Subject;
    /** The failure that was answered. */
    refusedAs: string | undefined;
  }
}

export interface ApiOptions {
  /** The port, speaking as this person. */
  readonly runsAs: (name: string) => Runs;
  readonly schedulesAs: (name: string) => Schedules;
  readonly logger: Logger;
  /** Who speaks; throws a Refusal that tells why nobody may. */
  readonly subjectOf: (request: FastifyRequest) => Promise<Subject>;
  readonly apiKey: ApiKey;
  /** Namespaces whose runs need a second person, as things are now; none where it is not said. */
  readonly fourEyes?: () => readonly string[];
  /** Where the port counts its calls, too. */
  readonly metrics?: Metrics;
  /** The registry of kinds: each has every route and a schema of its own in the document. */
  readonly kinds?: SpecKinds;
  /** Of one subject; of who needs not be one, of one address. */
  readonly requestsPerMinute?: number;
}

/** Two files of values and a spec. */
const maxBodyBytes = 4 * 1024 * 1024;
const problemType = 'application/problem+json';
const retrySeconds = 5;

/** The HTTP API, not yet listening. */
export async function createApi({
  logger,
  subjectOf,
  runsAs,
  schedulesAs,
  apiKey,
  kinds = specKinds,
  metrics = new Metrics(),
  fourEyes = () => [],
  requestsPerMinute = 1200,
}: ApiOptions): Promise<Api> {
  const api: Api = fastify({
    loggerInstance: logger as FastifyBaseLogger,
    bodyLimit: maxBodyBytes,
    requestTimeout: 30_000,
    connectionTimeout: 30_000,
    // Longer than any that the schemas take: they say what is wrong with it.
    routerOptions: { maxParamLength: 20_000 },
    clientErrorHandler: answerClientError,
    frameworkErrors: (error, request, reply) => void answer(request, reply, problemOf(error)),
    return503OnClosing: true,
    // Verbs are logged, looks are not.
    logController: new LogController({ disableRequestLogging: true }),
  });
  api.removeContentTypeParser('text/plain');
  api.setValidatorCompiler(validatorCompiler);
  api.setSerializerCompiler(serializerCompiler);
  const methods = new AllowedMethods();
  api.addHook('onRoute', (route) => methods.add(route));
  const unserved = (request: FastifyRequest, reply: FastifyReply) => {
    const [path = ''] = request.url.split('?');
    const allowed = methods.of(path);
    if (allowed.length === 0) return answer(request, reply, made('UnknownPath', `There is no ${request.method} ${path}.`));
    reply.header('allow', allowed.join(', '));
    return answer(request, reply, made('WrongMethod', `${path} takes ${allowed.join(', ')}, not ${request.method}.`));
  };
  api.setNotFoundHandler(unserved);
  api.setErrorHandler((error: FastifyError, request, reply) => {
    // A method that no path takes, and whose body Fastify asks for first.
    if (error.code === 'FST_ERR_ROUTE_MISSING_CONTENT_TYPE') return unserved(request, reply);
    const body = problemOf(error);
    if (body.failure === 'Bug') request.log.error(error);
    return answer(request, reply, body);
  });
  await api.register(helmet);
  // By who speaks: behind a proxy all come from one address.
  const keyGenerator = ({ subject, ip }: FastifyRequest) => (subject ? `by ${subject.name}` : `from ${ip}`);
  await api.register(rateLimit, { max: requestsPerMinute, timeWindow: '1 minute', keyGenerator });
  await api.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'rehelm', version: 'v1', description: 'Starts and steers runs: durable, reversible migrations of stateful Kubernetes products.' },
      components: {
        securitySchemes: {
          token: { type: 'http', scheme: 'bearer', description: 'A token of the access file. Without one an API serves its own machine alone.' },
        },
      },
      security: [{ token: [] }],
    },
    transform: transformWithHeaders,
    transformObject: (made) => requireHeaders(tidyDocument(jsonSchemaTransformObject(made), specSchemas(kinds), { ...examples, ...specExamples(kinds) })),
  });
  api.decorateRequest('subject');
  api.decorateRequest('refusedAs', undefined);
  api.addHook('onResponse', async (request, reply) => logVerb(request, reply));
  api.addHook('onRequest', async (request) => {
    if (isGuarded(request.url)) request.subject = await subjectOf(request);
  });
  const lists = new CoalescedLists();
  const allowed = (runs: Runs, subject: Subject) =>
    new AllowedRuns(runs, subject, { second: new SecondPerson({ apiKey, kinds, where: fourEyes }, runs, subject.name), lists });
  const parts: ApiParts = {
    subjectOf,
    apiKey,
    kinds,
    metrics,
    runsAs: (subject) => allowed(runsAs(subject.name), subject),
    schedulesAs: (subject) => new AllowedSchedules(schedulesAs(subject.name), subject, new SecondOfSchedule({ apiKey, where: fourEyes }, subject.name)),
    hasWorker: () => runsAs('').hasWorker(),
    events: (workflowId, after) => runsAs('').events(workflowId, after),
    namespaces: (workflowId) => runsAs('').namespaces(workflowId),
  };
  api.addHook('onResponse', async (request, reply) => metrics.answered(request, reply));
  await addDocs(api);
  await api.register(async (scope) => {
    for (const add of [addHealth, addMetrics, addPlans, addRuns, addVerbs, addEvents, addSchedules, addScheduleVerbs, addReap]) add(scope as Api, parts);
    scope.get('/openapi.json', { schema: { hide: true } }, async () => api.swagger());
  });
  await api.ready();
  return api;
}

const isGuarded = (url: string): boolean => url.startsWith('/v1/') || url.split('?')[0] === '/metrics';

function answer(request: FastifyRequest, reply: FastifyReply, body: ProblemBody) {
  request.refusedAs = body.failure;
  if (body.status === 503) reply.header('retry-after', retrySeconds);
  if (body.status === 401) reply.header('www-authenticate', 'Bearer');
  return reply.code(body.status).type(problemType).send(JSON.stringify(body));
}
