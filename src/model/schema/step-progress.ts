import { z } from 'zod';

/** How far a step is that moves data: of what a copier's Job heartbeats, what people want to know. */
export const stepProgress = z.object({
  step: z.string().describe('By its id in the plan'),
  phase: z.string().describe('What it does now: copy, indexes, hash'),
  unit: z.string().exactOptional().describe('What it is at: a part of a table, a collection'),
  ...{ unitsDone: z.number(), unitsTotal: z.number() },
  records: z.number().describe('Rows or documents'),
  ...{ bytes: z.number(), totalBytes: z.number().describe('As the server estimates them'), bytesPerSecond: z.number() },
  secondsLeft: z.number().exactOptional(),
  slowedBy: z.string().exactOptional().describe('Why it goes slower than it could'),
});

export type StepProgress = z.output<typeof stepProgress>;
