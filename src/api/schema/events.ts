import { z } from 'zod';
import { runPhases } from '../../model/report.js';
import { asOf, decision, gate, question, stepState } from './report.js';

const placed = { position: z.int().min(1), at: z.iso.datetime() };

const runEvent = z
  .discriminatedUnion('type', [
    z.strictObject({ ...placed, type: z.literal('phase'), phase: z.enum(runPhases), cause: z.string().optional() }),
    z.strictObject({ ...placed, type: z.literal('step'), id: z.string(), title: z.string(), state: stepState }),
    z.strictObject({ ...placed, type: z.literal('decision'), decision }),
    z
      .strictObject({ ...placed, type: z.literal('waiting'), question: question.optional(), gate: gate.optional(), plan: z.string().optional() })
      .describe('What waits for a person now; neither question nor gate: nothing does any more'),
  ])
  .meta({ id: 'RunEvent' });

export const runEvents = z
  .strictObject({
    events: z.array(runEvent).readonly(),
    last: z.int().min(0).describe('Position of the newest'),
    open: z.boolean().describe('More may come'),
    asOf,
  })
  .meta({ id: 'RunEvents' });
