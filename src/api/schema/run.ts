import { z } from 'zod';
import type { Phase, Plan, Step } from '../../model/plan.js';
import { runPhases } from '../../model/report.js';
import { stepProgress } from '../../model/schema/step-progress.js';
import { anything, asOf, choice, estimate, gate, inspected, report, type SameKeys } from './report.js';

/** Verbs that a run takes now. */
export const verbs = ['approve', 'withdraw', 'decide', 'pause', 'rollback', 'finalize'] as const;

export const phases = z.enum([...runPhases, 'Refused', 'Ended']);

export const run = z
  .strictObject({
    id: z.string().describe('In URLs'),
    href: z.string(),
    run: z.string().describe('The run’s id'),
    workflowId: z.string(),
    kind: z.string(),
    title: z.string(),
    phase: phases.describe('`Refused`: it closed before it touched anything'),
    startedAt: z.iso.datetime(),
    open: z.boolean().describe('Its own workflow is open'),
    openAfter: z.string().optional().describe('A later workflow that works on it now: its rollback, its finalize'),
    committed: z.boolean().describe('The target takes users’ writes'),
    waitingFor: z.enum(['approval', 'decision']).optional(),
    namespaces: z.array(z.string()).readonly().optional().describe('Those that its spec names'),
    asOf,
    lost: z.literal(true).optional().describe('Temporal no longer knows it: known from its journal'),
    verbs: z.array(z.enum(verbs)).readonly().describe('What can be asked of it now'),
  })
  .meta({ id: 'Run' });

export const runs = z.strictObject({ runs: z.array(run).readonly(), next: z.string().optional().describe('Cursor of the next page') }).meta({ id: 'Runs' });

const step = z
  .strictObject({
    id: z.string(),
    step: z.string(),
    title: z.string(),
    input: anything,
    group: z.string().optional().describe('Consecutive steps of one group run side by side'),
    proves: z.literal(true).optional(),
    skippable: z.literal(true).optional(),
    changeable: z.array(z.string()).readonly().optional(),
    estimate: estimate.optional(),
    withinSeconds: z.number().optional(),
  })
  .meta({ id: 'Step' });

const phase = z.strictObject({
  id: z.string(),
  title: z.string(),
  gate: gate.optional(),
  commits: z.literal(true).optional(),
  doors: z.enum(['close', 'open']).optional(),
  steps: z.array(step).readonly(),
});

export const plan = z
  .strictObject({
    kind: z.string(),
    title: z.string(),
    phases: z.array(phase).readonly(),
    locks: z.array(z.string()).readonly(),
    leavesNothing: z.literal(true).optional().describe('Once it is done there is nothing to take back, and nothing to finalize'),
    notes: z.array(z.string()).readonly().describe('What a reader must know before approving'),
    inspected: inspected.optional(),
  })
  .meta({ id: 'Plan' });

// A field that the model's plan has and this one lacks would be a 500; it does not compile.
const samePlanKeys: SameKeys<z.output<typeof plan>, Plan> & SameKeys<z.output<typeof phase>, Phase> & SameKeys<z.output<typeof step>, Step> = true;
void samePlanKeys;

export const shownPlan = z.strictObject({ hash: z.string().describe('By which it is approved'), plan, asOf }).meta({ id: 'ShownPlan' });

export const preview = z
  .strictObject({
    hash: z.string(),
    plan,
    problems: z
      .array(z.strictObject({ check: z.string(), message: z.string() }))
      .readonly()
      .describe('What stands in the way; empty: it can be run'),
  })
  .meta({ id: 'Preview' });

export const now = z
  .strictObject({
    open: z.boolean(),
    report,
    triedAgain: z
      .array(z.strictObject({ activity: z.string(), attempt: z.number(), failure: z.string() }))
      .readonly()
      .describe('What failed and is tried again by itself: the run looks as if it were at work'),
    progress: z
      .array(stepProgress.meta({ id: 'StepProgress' }))
      .readonly()
      .describe('Of each step that moves data, as it told last'),
  })
  .meta({ id: 'Now' });

export const journal = z
  .strictObject({
    entries: z.array(z.strictObject({ id: z.string(), step: z.string(), title: z.string(), state: z.string(), result: anything.optional() })).readonly(),
    asOf,
  })
  .meta({ id: 'Journal' });

export const keptFile = z.strictObject({ secretRef: z.strictObject({ namespace: z.string(), name: z.string(), key: z.string() }) }).meta({ id: 'KeptFile' });

const verdict = z.enum(['green', 'red', 'inconclusive', 'notRun']);

export const verification = z
  .strictObject({
    courses: z
      .array(
        z.strictObject({
          name: z.string(),
          told: verdict,
          computed: verdict.describe('From the ledger alone, by this version'),
          equal: z.boolean().describe('Every figure is the same'),
          differences: z.array(z.string()).readonly(),
        }),
      )
      .readonly(),
  })
  .meta({ id: 'Verification' });

const orphan = z.strictObject({
  object: z.strictObject({ apiVersion: z.string(), kind: z.string(), namespace: z.string().optional(), name: z.string() }),
  uid: z.string(),
  run: z.string(),
  since: z.string(),
  removable: z.boolean().describe('It can hold no data of a product'),
});

export const reaped = z
  .strictObject({
    orphans: z.array(orphan).readonly(),
    removed: z.array(z.string()).readonly(),
    notes: z.array(z.string()).readonly().describe('What could not be looked at, and why'),
  })
  .meta({ id: 'Reaped' });

export const started = z.strictObject({ id: z.string(), href: z.string(), run: z.string(), workflowId: z.string() }).meta({ id: 'Started' });
export const accepted = z.strictObject({ id: z.string(), href: z.string(), workflowId: z.string().describe('That carries it out') }).meta({ id: 'Accepted' });
export { choice, gate, report };
