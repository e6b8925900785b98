import { createHmac } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { ApiKey } from '../adapters/cluster-key/api-key.js';
import { sortedFields } from '../model/sorted-fields.js';
import type { Once } from '../runs/runs.js';

const header = 'idempotency-key';

/** Of what may be sent again. Other headers are none of the schema's business. */
export const onceHeaders = z.looseObject({
  [header]: z
    .string()
    .regex(/^[\x21-\x7e]{8,200}$/, 'expected 8 to 200 visible characters')
    .optional()
    .describe(
      'A new one for every request, the same when it is sent again: then it is not done twice, and the first answer comes again. With another body: 422. A request that was refused had no effect and may be sent again, too.',
    ),
});

/**
 * Whose request it is and what it asks. Under the server's key, since hashes of bodies stand in Temporal and bodies may hold what is secret; scoped to
 * subject, route and run, so that nobody meets another's keys.
 */
export async function onceOf(request: FastifyRequest, apiKey: ApiKey): Promise<Once | undefined> {
  const given = request.headers[header];
  if (typeof given !== 'string') return undefined;
  const secret = await apiKey();
  const hashed = (purpose: string, ...parts: readonly unknown[]) =>
    createHmac('sha256', secret)
      .update(JSON.stringify([purpose, ...parts.map(sortedFields)]))
      .digest('hex')
      .slice(0, 40);
  const { subject, method, routeOptions, params, body } = request;
  return { key: `once-${hashed('key', subject.name, method, routeOptions.url, params, given)}`, body: hashed('body', body) };
}
