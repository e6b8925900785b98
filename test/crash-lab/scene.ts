import { Client, Connection } from '@temporalio/client';
import type { ShownPlan } from '../../src/model/plan.js';
import type { Report } from '../../src/model/report.js';
import { startStack } from '../e2e/story/stack.js';
import { type Place, run } from '../e2e/story/tools.js';
import { openApiProxy } from './api-proxy.js';
import { followRun } from './follow-run.js';
import { Striker } from './striker.js';
import type { Subject } from './subject.js';
import { createWorkers, rehelmMain, type Workers } from './workers.js';

/** Temporal, the proxy and the worker of one suite. */
export interface Scene {
  readonly place: Place;
  readonly subject: Subject;
  /** Workflow ids of its run and of the rollback of a closed one. */
  readonly runId: string;
  readonly rollbackId: string;
  readonly striker: Striker;
  readonly workers: Workers;
  /** Starts a run of the spec at this path. */
  run(spec: string): Promise<void>;
  /** Asks for the rollback of the run, open or closed. */
  rollBack(): Promise<void>;
  cancel(): Promise<void>;
  /** Waits for the end and kills the worker whenever calls stand still. A question that nobody will answer is an error with its text. */
  toEnd(workflowId: string): Promise<Report>;
  plan(): Promise<ShownPlan>;
  report(workflowId: string): Promise<Report | undefined>;
  close(): Promise<void>;
}

/** A worker that lives answers sooner. */
const reportMilliseconds = 3000;

export async function openScene(lab: Place, subject: Subject, folder: string): Promise<Scene> {
  const stack = await startStack(lab, folder);
  const { place } = stack;
  const striker = new Striker();
  const proxy = await openApiProxy(place.env['KUBECONFIG']!, striker);
  const workers = createWorkers({ place, kubeconfig: proxy.kubeconfig, folder });
  const connection = await Connection.connect({ address: stack.address });
  const client = new Client({ connection });
  const report = (workflowId: string): Promise<Report | undefined> =>
    connection.withDeadline(Date.now() + reportMilliseconds, () => client.workflow.getHandle(workflowId).query<Report>('report')).catch(() => undefined);
  const rehelm = (args: readonly string[]) => run(place, process.execPath, [rehelmMain, ...args]);
  const { workflowId: runId } = subject;
  workers.start();

  return {
    place,
    subject,
    runId,
    rollbackId: `${runId}/rollback`,
    striker,
    workers,
    report,
    run: async (spec) => void (await rehelm(['run', '-f', spec, '--detach'])),
    rollBack: async () => void (await rehelm(['rollback', runId, '--accept-data-loss', '--detach', '--reason', 'the test goes back'])),
    cancel: async () => void (await client.workflow.getHandle(runId).cancel()),
    plan: async () => (await client.workflow.getHandle(runId).query<ShownPlan>('plan'))!,
    toEnd: (workflowId) => followRun({ client, striker, workers, report }, workflowId),
    close: async () => {
      await workers.stop();
      await proxy.close();
      await connection.close();
      await stack.stop();
    },
  };
}
