import { z } from 'zod';
import { parseCron } from '../schedule/cron.js';
import { isTimeZone } from '../schedule/zoned-time.js';
import { duration, timeLimit } from './parts.js';

/** Beyond this nobody remembers what was approved. */
const longestApproval = 90 * 86_400;

/** When it is run unattended, and for how long its approval holds. */
export const schedule = z.strictObject({
  cron: z.string().superRefine((text, context) => {
    const read = parseCron(text);
    if (typeof read === 'string') context.addIssue({ code: 'custom', message: read });
  }),
  /** Required: 3 in the morning is another time for everybody. */
  timeZone: z.string('expected the name of a time zone, such as Europe/Berlin').refine(isTimeZone, 'expected the name of a time zone, such as Europe/Berlin'),
  overlap: z.literal('skip').default('skip'),
  approvedFor: timeLimit.refine((seconds) => seconds <= longestApproval, 'what runs unattended is approved for at most 90d').default(longestApproval),
  /** Each run begins up to this much later, so that not all begin at once. */
  jitter: duration.optional(),
});

export type Schedule = z.output<typeof schedule>;
