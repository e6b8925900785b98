import type { DrillResult } from '../../../src/model/drill.js';
import type { components } from '../../../src/runs/http/api-types.js';
import { pathOf } from '../../../src/runs/run-id.js';
import { exerciseOf } from '../drill/spec.js';
import { sleep } from '../story/tools.js';
import { follow } from './follow.js';
import type { Portal, SpecBody } from './migration.js';

export interface ScheduledDrill {
  readonly schedule: string;
  readonly workflowId: string;
  readonly verdict: DrillResult['verdict'];
  readonly recoverySeconds: number | undefined;
  readonly lost: number;
  /** Every figure was computed anew from the ledger, and none differed. */
  readonly verified: boolean;
}

/** Once a year: nothing but the trigger starts it. */
const schedule = { cron: '0 3 1 1 *', timeZone: 'Europe/Berlin', approvedFor: '1d' };

/** A drill that nobody starts but a schedule's trigger, all through the API. The schedule stays. */
export async function drillBySchedule({ portal, tell }: Portal): Promise<ScheduledDrill> {
  const { spec } = exerciseOf({ target: 'stateless', fault: 'podDelete', profile: 'asConfigured' }, { more: { schedule } });
  const { data: created } = await portal.send((header) =>
    portal.client.POST('/v1/schedules', { params: { header }, body: { spec: spec as unknown as SpecBody['spec'] } }),
  );
  const ofSchedule = { params: { path: { id: created.id } } };
  const { workflowId } = await portal.read(() =>
    portal.client.POST('/v1/schedules/{id}/trigger', { ...ofSchedule, body: { reason: 'the first of the year', acknowledge: false } }),
  );
  if (workflowId === undefined) throw new Error('the trigger started nothing');
  tell(`${workflowId} was started by the trigger of ${created.scheduleId}`);
  const id = pathOf(workflowId);
  await follow(portal, id).ended();
  const { steps } = (await portal.read(() => portal.client.GET('/v1/runs/{id}/report', { params: { path: { id } } }))) as components['schemas']['Report'];
  const result = steps.find(({ step }) => step === 'driveDrill')?.result as DrillResult | undefined;
  if (!result) throw new Error(`${workflowId} has no result`);
  const { courses } = await portal.read(() => portal.client.GET('/v1/runs/{id}/verification', { params: { path: { id } } }));
  const { verdict, recoverySeconds, lost, reasons } = result;
  tell(`the drill was ${verdict}: recovery ${recoverySeconds ?? 'none'} s, lost ${lost} ${reasons.join('; ')}`);
  await sleep(1000);
  const { runs } = await portal.read(() => portal.client.GET('/v1/schedules/{id}', ofSchedule));
  if (runs[0]?.workflowId !== workflowId || runs[0].verdict !== verdict) throw new Error(`the schedule tells of ${JSON.stringify(runs[0])}`);
  return { schedule: created.scheduleId, workflowId, verdict, recoverySeconds, lost, verified: courses.length > 0 && courses.every(({ equal }) => equal) };
}
