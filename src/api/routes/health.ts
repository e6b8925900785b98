import { z } from 'zod';
import { type AddRoutes, ok } from './route.js';

const health = z.strictObject({ status: z.enum(['ok', 'unready']), detail: z.string().optional() }).meta({ id: 'Health' });

export const addHealth: AddRoutes = (api, { hasWorker }) => {
  api.get(
    '/healthz',
    { schema: { operationId: 'healthz', summary: 'This process lives.', security: [], response: { 200: ok('It lives', health) } } },
    async () => ({
      status: 'ok' as const,
    }),
  );

  api.get(
    '/readyz',
    {
      schema: {
        operationId: 'readyz',
        summary: 'Temporal answers, and a worker takes work.',
        security: [],
        response: { 200: ok('Ready', health), 503: ok('Not ready', health) },
      },
    },
    async (_request, reply) => {
      try {
        if (await hasWorker()) return { status: 'ok' as const };
        return reply.code(503).send({ status: 'unready', detail: 'no worker takes work' });
      } catch (error) {
        return reply.code(503).send({ status: 'unready', detail: error instanceof Error ? error.message : 'Temporal does not answer' });
      }
    },
  );
};
