import { z } from 'zod';

const time = z.iso.datetime();

const fields = {
  id: z.string().describe('In URLs'),
  href: z.string(),
  scheduleId: z.string().describe('In Temporal, which appends the time of each run to it'),
  kind: z.string(),
  cron: z.string(),
  timeZone: z.string(),
  createdBy: z.string().describe('Who created it, which approves its runs where no second person is asked for'),
  createdAt: time,
  spec: z.string().describe('Hash of the normalized spec that was approved with it'),
  approvedUntil: time.describe('Later runs are refused'),
  namespaces: z.array(z.string()).readonly().describe('Those that its spec names'),
  paused: z.boolean(),
  note: z.string().describe('What was last said of it: why it is paused, what was acknowledged'),
  next: z.array(time).readonly().describe('The next times, soonest first'),
};

export const schedule = z.strictObject(fields).meta({ id: 'Schedule' });

export const schedules = z.strictObject({ schedules: z.array(schedule).readonly() }).meta({ id: 'Schedules' });

const clockChange = z.strictObject({ local: z.string(), change: z.enum(['dropped', 'doubled']), firesAt: time });

export const createdSchedule = z
  .strictObject({
    ...fields,
    clockChanges: z.array(clockChange).readonly().describe('Times of the next year that a clock change drops or doubles; each fires once'),
  })
  .meta({ id: 'CreatedSchedule' });

const scheduledRun = z
  .strictObject({
    workflowId: z.string(),
    run: z.string(),
    scheduledAt: time,
    startedAt: time,
    verdict: z.enum(['running', 'green', 'red', 'inconclusive', 'notRun']).optional().describe('Absent where Temporal no longer knows it'),
    why: z.string().optional(),
  })
  .meta({ id: 'ScheduledRun' });

export const shownSchedule = z
  .strictObject({
    ...fields,
    needsSecond: z.literal(true).optional().describe('Four eyes are asked for: it starts nothing until another person than `createdBy` approved it'),
    approvedBy: z.string().optional().describe('That person; absent while it waits'),
    triggeredBy: z.string().optional().describe('Who triggered it last, where four eyes are asked for'),
    runs: z.array(scheduledRun).readonly().describe('The last ones, newest first'),
    gaps: z
      .array(z.strictObject({ at: time, why: z.string() }))
      .readonly()
      .describe('Times without a run, latest first'),
    missed: z.int().describe('Times that passed while Temporal was away'),
    skipped: z.int().describe('Times that came while a run of it was open'),
    unacknowledged: scheduledRun.optional().describe('Red or inconclusive, and nobody has said what was found: to resume or trigger needs `acknowledge`'),
  })
  .meta({ id: 'ShownSchedule' });

export const changedSchedule = z.strictObject({ id: z.string(), href: z.string() }).meta({ id: 'ChangedSchedule' });

export const triggered = z
  .strictObject({
    id: z.string(),
    href: z.string(),
    workflowId: z.string().optional().describe('Of the run; absent where it was not there within seconds'),
    run: z.string().optional(),
  })
  .meta({ id: 'Triggered' });
