import type { WorkflowHandle } from '@temporalio/client';
import { readOutput } from '../../src/activities/copier/copier-output.js';
import { labelValue } from '../../src/adapters/kube/label-value.js';
import { labels, systemNamespace } from '../../src/model/act.js';
import type { CopierProgress } from '../../src/model/copier.js';
import type { Job, Pod } from '../../src/model/kube-object.js';
import type { Report } from '../../src/model/report.js';
import { sleep } from '../e2e/story/tools.js';
import type { Scene } from './scene.js';
import type { Engine } from './servers.js';
import { type CopySize, specOf, stepsOf } from './spec.js';

/** One copy as a run. */
export interface CopyUnderWay {
  readonly run: string;
  readonly to: string;
  /** Of the newest pod; undefined while it has said nothing. */
  progress(): Promise<CopierProgress | undefined>;
  /** The newest. */
  job(): Promise<Job | undefined>;
  pod(): Promise<Pod | undefined>;
  /** Who works on the copy, and when they were heard last, in milliseconds. */
  attempt(): Promise<{ readonly identity: string; readonly heardMs: number } | undefined>;
  /** Nothing is left to strike. */
  ended(): boolean;
  /** Waits at the gate, or has ended because something went wrong. */
  readonly proved: Promise<Report>;
  /** Takes it back: the target is dropped, the source opened. */
  takeBack(): Promise<Report>;
}

const lookMilliseconds = 1000;

export async function startCopy(scene: Scene, engine: Engine, size: CopySize, to: string): Promise<CopyUnderWay> {
  const handle = await scene.client.workflow.start('databaseCopy', { workflowId: `copy/${to}`, taskQueue: 'rehelm', args: [specOf(engine, to, size)] });
  const run = handle.firstExecutionRunId;
  const step = stepsOf(to).copy;
  let copied = false;
  const proved = untilReport(handle, (report) => {
    copied = report.steps.some(({ id, state }) => id === step && state === 'done') || report.endedAt !== undefined;
    return report.gate === 'commit' || report.endedAt !== undefined;
  });
  const newest = async <T extends Job | Pod>(apiVersion: string, kind: string): Promise<T | undefined> => {
    const labelSelector = `${labels.run}=${labelValue(run)},${labels.step}=${labelValue(step)}`;
    const found = await scene.kube.list<T>({ apiVersion, kind, namespace: systemNamespace, labelSelector });
    return found.toSorted((a, b) => (b.metadata.creationTimestamp ?? '').localeCompare(a.metadata.creationTimestamp ?? ''))[0];
  };
  const pod = () => newest<Pod>('v1', 'Pod');
  return {
    run,
    to,
    pod,
    proved,
    job: () => newest<Job>('batch/v1', 'Job'),
    progress: async () => {
      const found = await pod();
      if (!found) return undefined;
      const log = await scene.kube.logs({ namespace: systemNamespace, name: found.metadata.name, tailLines: 5 }).catch(() => '');
      return readOutput(log).progress;
    },
    attempt: () => attemptOf(handle),
    ended: () => copied,
    takeBack: async () => {
      await handle.executeUpdate('rollback', { args: [{ by: 'kill-test', reason: 'the next copy begins from nothing', acceptDataLoss: false }] });
      return untilReport(handle, ({ endedAt }) => endedAt !== undefined);
    },
  };
}

/** Worker and Temporal die meanwhile: who asks asks again. */
async function untilReport(handle: WorkflowHandle, isIt: (report: Report) => boolean): Promise<Report> {
  for (;;) {
    const report = await handle.query<Report>('report').catch(() => undefined);
    if (report && isIt(report)) return report;
    await sleep(lookMilliseconds);
  }
}

async function attemptOf(handle: WorkflowHandle): ReturnType<CopyUnderWay['attempt']> {
  const { raw } = await handle.describe();
  const found = raw.pendingActivities?.find(({ activityType }) => activityType?.name === 'copyDatabase');
  if (!found) return undefined;
  const heard = found.lastHeartbeatTime;
  return { identity: found.lastWorkerIdentity ?? '', heardMs: Number(heard?.seconds ?? 0) * 1000 + (heard?.nanos ?? 0) / 1e6 };
}
