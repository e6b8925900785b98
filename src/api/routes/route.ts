import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyBaseLogger, FastifyInstance, FastifyRequest, RawServerDefault } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { ApiKey } from '../../adapters/cluster-key/api-key.js';
import type { SpecKinds } from '../../model/schema/kinds.js';
import type { Runs } from '../../runs/runs.js';
import type { Schedules } from '../../runs/schedules.js';
import type { Subject } from '../access/roles.js';
import type { Metrics } from '../metrics.js';
import { problem } from '../schema/problem.js';

export type Api = FastifyInstance<RawServerDefault, IncomingMessage, ServerResponse, FastifyBaseLogger, ZodTypeProvider>;

/** What routes work with. */
export interface ApiParts {
  /** The port, as this subject may use it. */
  readonly runsAs: (subject: Subject) => Runs;
  readonly schedulesAs: (subject: Subject) => Schedules;
  /** Who speaks, as things are now; throws a Refusal. */
  readonly subjectOf: (request: FastifyRequest) => Promise<Subject>;
  readonly apiKey: ApiKey;
  readonly kinds: SpecKinds;
  readonly metrics: Metrics;
  readonly hasWorker: () => Promise<boolean>;
  /** For whoever was let in to the run before. */
  readonly events: Runs['events'];
  readonly namespaces: Runs['namespaces'];
}

export type AddRoutes = (api: Api, parts: ApiParts) => void;

interface Header {
  readonly type: 'string' | 'integer';
  readonly description: string;
}

const said = (description: string, headers?: Readonly<Record<string, Header>>) => ({
  description,
  ...(headers && { headers }),
  content: { 'application/problem+json': { schema: problem } },
});

/** What it answers when all is well. */
export const ok = <S extends z.ZodType>(description: string, schema: S) => ({ description, content: { 'application/json': { schema } } });

/** The same, with where it is from now on. */
export const placed = <S extends z.ZodType>(description: string, schema: S) => ({
  ...ok(description, schema),
  headers: { location: { type: 'string', description: 'Its path' } satisfies Header },
});

/** What any operation may answer instead. */
export const problems = {
  400: said('The request does not fit its schema'),
  401: said('No token, or one that is not known', { 'www-authenticate': { type: 'string', description: 'Bearer' } }),
  403: said('The role is missing, or a machine asks for what only a person may'),
  404: said('It is not there, or may not be seen'),
  409: said('Not as things are; `holder` or `detail` says why'),
  413: said('Larger than a body may be'),
  415: said('Bodies are application/json'),
  422: said('Understood, and refused: `problems` has all reasons'),
  429: said('Too many requests'),
  431: said('Path and headers are longer than 16 KiB'),
  500: said('A bug of rehelm'),
  503: said('No worker or no Temporal: Retry-After says when to try again', {
    'retry-after': { type: 'integer', description: 'Seconds' },
  }),
  504: said('No answer in time. Of a verb the outcome is unknown: repeat it with the same Idempotency-Key'),
} as const;

export const runParams = z.strictObject({ id: z.string().min(1).max(1000).describe('The run’s `id`, or its `run`') });
export const scheduleParams = z.strictObject({ id: z.string().min(1).max(1000).describe('The schedule’s `id`') });
