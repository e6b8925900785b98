import { z } from 'zod';
import { type AddRoutes, ok, problems } from './route.js';

export const addMetrics: AddRoutes = (api, { metrics }) => {
  api.get(
    '/metrics',
    {
      schema: {
        operationId: 'metrics',
        summary: 'Numbers of this process for Prometheus, with a token like every other operation.',
        response: {
          200: { ...ok('Text of Prometheus', z.string()), content: { 'text/plain': { schema: z.string() } } },
          401: problems[401],
          403: problems[403],
          429: problems[429],
          431: problems[431],
        },
      },
    },
    async (_request, reply) => reply.type(metrics.contentType).send(await metrics.text()),
  );
};
