import { z } from 'zod';
import { faultKinds, profiles } from '../../model/drill.js';
import { gates } from '../../model/plan.js';
import { choices, type DecisionRecord, type Report, runPhases, type StepReport, vias } from '../../model/report.js';

const time = z.iso.datetime().describe('ISO 8601, UTC');
export const asOf = time
  .optional()
  .describe('Told while no worker answers: the newest that Temporal itself remembers, and nothing later is known. Absent: as things are now');
/** What a step told, or what a step is given: its own business. */
export const anything = z.unknown().describe('The step’s own business: any JSON');

export const choice = z.enum(choices);
export const gate = z.enum(gates);
export const stepState = z.enum(['planned', 'begun', 'done', 'skipped', 'undone', 'left']);

export const question = z
  .strictObject({
    number: z.int().min(1).describe('Goes with the answer: keeps it from reaching a later question'),
    text: z.string(),
    choices: z.array(choice).readonly(),
    step: z.string().optional(),
    changeable: z.array(z.string()).readonly().optional().describe("Fields of the step's input that a retry may change"),
    deadline: time.optional().describe('When the default is taken; without it the question waits for ever'),
    default: choice.optional(),
  })
  .meta({ id: 'Question' });

export const estimate = z
  .strictObject({
    bytes: z.number(),
    seconds: z.number(),
    space: z
      .strictObject({
        neededBytes: z.number(),
        freeBytes: z.number().optional().describe("On the target's volume when the plan was made; absent where its server does not tell"),
      })
      .optional()
      .describe('What it takes on the target'),
  })
  .describe('Of what moves data: no part of what is approved, since a product that runs grows');

export const inspected = z
  .array(z.strictObject({ name: z.string(), facts: z.array(z.string()).readonly() }))
  .readonly()
  .describe('What is to be moved, as it was found when the plan was made: no part of what is approved, since a product that runs grows');

const step = z
  .strictObject({
    id: z.string(),
    step: z.string(),
    title: z.string(),
    phase: z.string(),
    state: stepState,
    estimate: estimate.optional(),
    startedAt: time.optional(),
    endedAt: time.optional(),
    result: anything.optional(),
  })
  .meta({ id: 'StepReport' });

export const decision = z
  .strictObject({
    at: time,
    question: z.string(),
    by: z.string().describe('Who decided; `deadline` when nobody did in time'),
    via: z.enum([...vias, 'policy']),
    choice: z.enum([...choice.options, 'approve', 'withdraw', 'pause', 'refused']),
    reason: z.string(),
    plan: z.string().optional(),
    change: anything.optional(),
  })
  .meta({ id: 'Decision' });

const drillVerdict = z.enum(['green', 'red', 'inconclusive', 'notRun']);

const trendPoint = z.strictObject({
  run: z.string(),
  startedAt: time,
  verdict: drillVerdict,
  why: z.string().optional(),
  courses: z
    .array(
      z.strictObject({
        profile: z.enum(profiles),
        fault: z.enum(faultKinds),
        verdict: drillVerdict,
        recoverySeconds: z.number().optional().describe('Absent where it did not recover'),
        lost: z.number(),
      }),
    )
    .readonly(),
});

export const report = z
  .strictObject({
    run: z.string(),
    kind: z.string(),
    title: z.string(),
    phase: z.enum(runPhases),
    plan: z.string().optional().describe('Hash of the plan'),
    startedAt: time,
    endedAt: time.optional(),
    phases: z
      .array(z.strictObject({ id: z.string(), title: z.string(), startedAt: time.optional(), endedAt: time.optional(), seconds: z.number().optional() }))
      .readonly(),
    steps: z.array(step).readonly(),
    checks: z.array(z.strictObject({ id: z.string(), title: z.string(), state: stepState, endedAt: time.optional(), result: anything.optional() })).readonly(),
    heldOut: z.strictObject({ from: time, to: time.optional(), seconds: z.number().optional() }).optional().describe('How long the run itself kept users out'),
    decisions: z.array(decision).readonly(),
    notes: z.array(z.string()).readonly(),
    inspected: inspected.optional(),
    question: question.optional(),
    gate: gate.optional().describe('The gate that waits for approval'),
    cause: z.string().optional().describe('Why the run went back'),
    committed: z.boolean(),
    trend: z.array(trendPoint).readonly().optional().describe('The last runs of the same drill up to this one, newest first; notRun is a gap'),
    asOf,
  })
  .meta({ id: 'Report' });

// What the model says and what the API says are one thing: a field that only one of them has does not compile.
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
export type SameKeys<A, B> = Same<keyof A, keyof B>;
const sameKeys: SameKeys<z.output<typeof report>, Report> & SameKeys<z.output<typeof step>, StepReport> & SameKeys<z.output<typeof decision>, DecisionRecord> =
  true;
void sameKeys;
