import { z } from 'zod';
import type { StatusBody } from './errors.js';

const schema = z.object({
  kind: z.literal('Status'),
  reason: z.string().optional(),
  message: z.string().optional(),
  details: z
    .object({
      kind: z.string().optional(),
      causes: z.array(z.object({ reason: z.string(), field: z.string(), message: z.string() }).partial()).optional(),
    })
    .optional(),
});

/** The Status object in a refusal; empty where it is something else, such as a load balancer's page, whose text is nobody's business. */
export function statusBody(body: string): StatusBody {
  try {
    const parsed = schema.safeParse(JSON.parse(body));
    return parsed.success ? (parsed.data as StatusBody) : {};
  } catch {
    return {};
  }
}
