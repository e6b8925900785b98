import { z } from 'zod';
import { choice, gate } from './report.js';

/** What a body may be: a file of values is the largest part. */
export const maxFileBytes = 900 * 1024;

const reason = z
  .string()
  .trim()
  .min(1)
  .max(2000)
  // Told in the document, too: something that is no white space, in any language's regular expressions.
  .regex(/[^\s\uFEFF]/)
  .describe('Kept in the report');
const hash = z
  .string()
  .regex(/^[0-9a-f]{4,64}$/, 'expected the hash of a plan')
  .describe('Hash of the plan that was looked at');

const file = z
  .strictObject({
    path: z.array(z.string().min(1).max(253)).min(1).max(8).describe('The field of the spec that the file stands in for, such as ["target", "values"]'),
    name: z.string().min(1).max(253),
    content: z.string().max(maxFileBytes).describe('Its text. It travels as a Secret of the cluster, never through Temporal.'),
  })
  .meta({ id: 'SpecFile' });

/** Checked by the kind's own schema, in the worker, which lists all that is wrong. */
export const spec = z.looseObject({ kind: z.string() }).meta({ id: 'Spec', description: 'in the document: one schema per kind' });

const files = z.array(file).max(8).default([]);

export const planRequest = z.strictObject({ spec, files }).meta({ id: 'PlanRequest' });
export const startRequest = z
  .strictObject({ spec, files, plan: hash.optional().describe('Approves the start of just this plan ahead') })
  .meta({ id: 'StartRequest' });
export const approveRequest = z.strictObject({ gate, plan: hash, reason: reason.default('approved') }).meta({ id: 'ApproveRequest' });
export const withdrawRequest = z.strictObject({ gate, reason }).meta({ id: 'WithdrawRequest' });
export const decideRequest = z
  .strictObject({
    question: z.int().min(1),
    choice,
    reason,
    for: z
      .string()
      .regex(/^\d+[smhd]$/)
      .optional()
      .describe('With wait: how much longer, such as 30m'),
    change: z.record(z.string(), z.unknown()).optional().describe('With retry: fields of the step’s input, whose names and values are the step’s own'),
  })
  .meta({ id: 'DecideRequest' });
export const pauseRequest = z.strictObject({ reason }).meta({ id: 'PauseRequest' });
export const rollbackRequest = z
  .strictObject({ reason, acceptDataLoss: z.boolean().default(false).describe('After the commit: what users wrote to the target since is lost') })
  .meta({ id: 'RollbackRequest' });
/** What a schedule is created from; it names no files. */
export const scheduleRequest = z.strictObject({ spec }).meta({ id: 'ScheduleRequest' });
export const approveScheduleRequest = z
  .strictObject({ spec: hash.describe('Hash of the spec that was looked at, `spec` of the schedule'), reason: reason.default('approved') })
  .meta({ id: 'ApproveScheduleRequest' });
export const acknowledgedRequest = z
  .strictObject({
    reason,
    acknowledge: z.boolean().default(false).describe('The last drill, red or inconclusive, was looked at; `reason` says what was found'),
  })
  .meta({ id: 'AcknowledgedRequest' });
export const fileRequest = file.omit({ path: true }).meta({ id: 'FileRequest' });
export const reapRequest = z.strictObject({ remove: z.boolean().default(false).describe('Remove what can hold no data') }).meta({ id: 'ReapRequest' });
export const finalizeRequest = z
  .strictObject({ reason, early: z.boolean().default(false).describe("Before the spec's time has passed") })
  .meta({ id: 'FinalizeRequest' });
