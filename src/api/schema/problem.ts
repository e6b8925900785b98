import { z } from 'zod';
import { catalogue, type FailureType } from '../../errors.js';

const types = Object.keys(catalogue) as [FailureType, ...FailureType[]];

/** What the API itself refuses, before rehelm is asked. */
export const ownTypes = ['BadRequest', 'NotAllowed', 'Unauthorized', 'TooLarge', 'TooMany', 'UnknownPath', 'WrongMethod', 'UnknownCursor', 'Bug'] as const;
export type OwnType = (typeof ownTypes)[number];

/** RFC 9457. `failure` is the type's last word; the catalogue is docs/failures.md. */
export const problem = z
  .strictObject({
    type: z.string().describe('A URI reference: `/problems/` and the failure'),
    title: z.string(),
    status: z.int().min(400).max(599),
    detail: z.string().describe('What happened to what, and why'),
    failure: z.enum([...types, ...ownTypes]),
    hint: z.string().optional().describe('What to do'),
    problems: z
      .array(
        z.strictObject({
          pointer: z.string().optional().describe('RFC 6901, into the request'),
          check: z.string().optional().describe('The check or the step that found it'),
          message: z.string(),
        }),
      )
      .optional()
      .describe('All that was found, at once'),
    holder: z.strictObject({ id: z.string(), href: z.string() }).optional().describe('The run that stands in the way'),
  })
  .meta({ id: 'Problem' });

export type ProblemBody = z.output<typeof problem>;
