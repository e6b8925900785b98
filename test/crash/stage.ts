import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { deskCharts } from '../support/chart-upgrade/desk-charts.js';
import type { Hang } from '../support/fake-cluster/faults.js';
import { serve } from '../support/fake-cluster/serve.js';
import { idpCharts } from '../support/postgres-to-ha/idp-charts.js';
import { charts as productCharts } from '../support/product/chart.js';
import { layOutCharts, serveHelm } from '../support/product/helm-program.js';
import { env, type Run } from '../support/product/migration.js';
import type { Product } from '../support/product/product.js';
import { escrowRecipient } from '../support/product/spec.js';
import { type Line, openLine } from './line.js';
import type { CrashPlay } from './plays.js';
import type { Point } from './points.js';
import { naming, type Recording } from './recording.js';

/** What is carried out, the compiled worker, and where its log goes. */
export interface Stagehands {
  readonly play: CrashPlay;
  readonly workerMain: string;
  readonly logs: string;
}

/** One product, one run, and workers in processes of their own, which the test kills while product and Temporal live on. */
export interface Stage {
  readonly product: Product;
  readonly run: Run;
  /** Starts the real worker: its own adapters, over the network. */
  spawn(): Promise<StageWorker>;
  /** The call of the point, which stands still once it comes. */
  standstill(point: Point): Hang;
  /** Waits until nobody has asked the cluster anything for a while. */
  untilQuiet(): Promise<void>;
  close(): Promise<void>;
}

export interface StageWorker {
  /** SIGKILL: no last word. */
  kill(): Promise<void>;
  /** SIGSTOP; Temporal finds its connections broken and gives it no more work. What it has sent to the cluster is on its way. */
  freeze(): void;
  /** SIGCONT */
  wake(): void;
}

const charts = { ...productCharts, ...deskCharts, ...idpCharts };

/** A worker of its own reads a chart from where it lies. */
function withCharts(spec: object, placeOf: (chart: string, version: string) => string): object {
  const { target } = spec as { readonly target?: { readonly chart?: string; readonly version?: string } };
  return target?.chart === undefined ? spec : { ...spec, target: { ...target, chart: placeOf(target.chart, target.version ?? '') } };
}

let stages = 0;
const quietMilliseconds = 2500;
/** A task that went down with its worker is given to another one after this. */
const workflowTaskTimeout = '5 seconds';

export async function openStage(name: string, spec: object, recording: Recording, { play, workerMain, logs }: Stagehands): Promise<Stage> {
  const taskQueue = `crash-${process.pid}-${++stages}`;
  const product = play.create();
  const asked = { at: Date.now() };
  const served = await serve(watched(product, asked));
  const folder = await mkdtemp(join(tmpdir(), 'rehelm-crash-'));
  const helm = await serveHelm(product.fake, charts, folder);
  const given = withCharts(play.specOf(spec), await layOutCharts(charts, folder));
  const run = await env.client.workflow.start(play.workflow, { taskQueue, workflowId: taskQueue, args: [given], workflowTaskTimeout });
  const nameOf = naming(run.firstExecutionRunId, recording.steps);
  const ends: (() => Promise<void>)[] = [];
  const log = openSync(join(logs, `${name.replaceAll('/', '_')}.log`), 'w');

  async function spawnWorker(): Promise<StageWorker> {
    const line = await openLine(env.address);
    // Ends with this process, however that ends.
    const worker = spawn('setpriv', ['--pdeathsig', 'KILL', '--', process.execPath, workerMain, 'worker'], {
      stdio: ['ignore', log, log],
      env: {
        PATH: process.env['PATH'] ?? '',
        HOME: folder,
        KUBECONFIG: served.kubeconfig,
        TEMPORAL_ADDRESS: line.address,
        REHELM_HELM: helm.path,
        REHELM_TASK_QUEUE: taskQueue,
        REHELM_HEARTBEAT_TIMEOUT_SECONDS: '2',
        REHELM_ESCROW_RECIPIENTS: escrowRecipient,
      },
    });
    ends.push(() => endWorker(worker, line));
    return {
      kill: () => endWorker(worker, line),
      freeze: () => {
        worker.kill('SIGSTOP');
        line.cut();
      },
      wake: () => void worker.kill('SIGCONT'),
    };
  }

  return {
    product,
    run,
    spawn: spawnWorker,
    standstill: ({ at, made }) => {
      let seen = 0;
      const isIt = (change: string) => nameOf(change) === at.change && ++seen === at.nth;
      return made ? product.fake.hangAfter(isIt) : product.fake.hangBefore(isIt);
    },
    untilQuiet: async () => {
      while (Date.now() - asked.at < quietMilliseconds) await sleep(200);
    },
    close: async () => {
      await Promise.all(ends.map((end) => end()));
      closeSync(log);
      product.fake.clearFaults();
      await run.terminate().catch(() => undefined);
      await Promise.all([served.close(), helm.close()]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The fake, with a note of when it was last asked anything. */
function watched({ fake }: Product, asked: { at: number }): Product['fake'] {
  return Object.create(fake, {
    down: {
      get: () => {
        asked.at = Date.now();
        return fake.down;
      },
    },
  });
}

/** By its id, whatever state it is in. */
async function endWorker(worker: ChildProcess, line: Line): Promise<void> {
  if (worker.exitCode === null && worker.signalCode === null) {
    const ended = once(worker, 'exit');
    worker.kill('SIGKILL');
    await ended;
  }
  await line.close();
}
