import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CombinedWorkerRunError } from '@temporalio/worker';
import pc from 'picocolors';
import { pino } from 'pino';
import { createActivities } from '../../../src/activities/index.js';
import { createRequestFiles } from '../../../src/adapters/request-files/cluster-request-files.js';
import { createTemporal } from '../../../src/adapters/temporal/temporal-client.js';
import { runCli } from '../../../src/cli/program.js';
import type { Terminal } from '../../../src/cli/terminal.js';
import { lookingOnly } from '../../../src/model/looking-only.js';
import { specKinds } from '../../../src/model/schema/kinds.js';
import type { Settings } from '../../../src/model/settings.js';
import type { Runs } from '../../../src/runs/runs.js';
import type { Schedules } from '../../../src/runs/schedules.js';
import { TemporalRuns } from '../../../src/runs/temporal-runs.js';
import { TemporalSchedules } from '../../../src/runs/temporal-schedules.js';
import { createWorker } from '../../../src/worker/create-worker.js';
import type { FakeCluster } from '../../support/fake-cluster/fake-cluster.js';
import { adaptersOver } from '../../support/step-rig.js';
import { env } from '../../support/temporal.js';
import { workflowBundle } from '../../support/workflow-bundle.js';

let queues = 0;

/** What a person types, and what came of it. */
export interface Typed {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** A command that still runs. */
export interface Typing {
  readonly done: Promise<Typed>;
  /** What it has said so far. */
  said(): string;
  /** Ctrl-C */
  interrupt(): void;
}

export interface Desk {
  readonly queue: string;
  /** Types a command and waits for its end. */
  rehelm(...args: readonly string[]): Promise<Typed>;
  begin(args: readonly string[], person?: { readonly answers: readonly string[] }): Typing;
  /** Writes a file beside the spec; answers its path. */
  file(name: string, content: string): Promise<string>;
}

type AnyActivity = (...args: never[]) => Promise<unknown>;

/** The product's activities over a fake cluster; `kinds` stands in for what finds out and plans. */
function activitiesOver({ fake, kinds, settings }: Scene, taskQueue: string) {
  const attributes = { phase: 'RehelmPhase', waitingFor: 'RehelmWaitingFor', namespaces: 'RehelmNamespaces' };
  const temporal = createTemporal({ client: env.client, taskQueue, readOnly: lookingOnly, attributes });
  const activities = createActivities(adaptersOver(fake, { temporal, requestFiles: createRequestFiles(fake), ...(settings && { settings }) }));
  return { ...activities, ...kinds };
}

export interface Scene {
  readonly fake: FakeCluster;
  readonly kinds: Record<string, AnyActivity>;
  /** The worker's. */
  readonly settings?: Partial<Settings>;
  /** One of its own where it is not said. */
  readonly queue?: string;
  /** Without it nobody takes work. */
  readonly worker?: boolean;
  /** The commands' way to runs; Temporal where it is not said. */
  readonly connect?: (queue: string) => Promise<Runs>;
  readonly connectSchedules?: (queue: string) => Promise<Schedules>;
}

/** A person at a terminal, a worker, a cluster. */
export async function atDesk(scene: Scene, body: (desk: Desk) => Promise<void>): Promise<void> {
  const { worker = true, queue = `cli-${process.pid}-${++queues}` } = scene;
  const folder = await mkdtemp(join(tmpdir(), 'rehelm-cli-'));
  const desk = createDesk(scene, queue, folder);
  if (!worker) return body(desk);
  const made = await createWorker({
    connection: env.nativeConnection,
    namespace: 'default',
    settings: { taskQueue: queue },
    activities: activitiesOver(scene, queue),
    workflowBundle: await workflowBundle(),
    logger: pino({ level: 'silent' }),
  });
  // What the body failed with, not that its worker then could not shut down.
  await made
    .runUntil(() => body(desk))
    .catch((error) => {
      throw error instanceof CombinedWorkerRunError ? error.cause.innerError : error;
    });
}

function createDesk({ fake, connect: other, connectSchedules: schedules }: Scene, queue: string, folder: string): Desk {
  function begin(args: readonly string[], person?: { readonly answers: readonly string[] }): Typing {
    const controller = new AbortController();
    const out: string[] = [];
    const err: string[] = [];
    const answers = [...(person?.answers ?? [])];
    const colors = pc.createColors(false);
    const terminal: Terminal = {
      env: {},
      out: (text) => void out.push(text),
      write: (text) => void out.push(text),
      say: (text) => void err.push(text),
      live: () => undefined,
      outColors: colors,
      colors,
      interactive: person !== undefined,
      ask: async (question) => {
        err.push(question);
        return answers.shift() ?? '';
      },
      interrupted: controller.signal,
    };
    const overTemporal = async () =>
      new TemporalRuns({
        client: withoutClose(),
        taskQueue: queue,
        address: 'test',
        by: 'ada@laptop',
        via: 'cli',
        requestFiles: async () => createRequestFiles(fake),
      });
    const connectSchedules = async () =>
      schedules
        ? schedules(queue)
        : new TemporalSchedules({ client: withoutClose(), taskQueue: queue, address: 'test', by: 'ada@laptop', via: 'cli', kinds: specKinds });
    const done = runCli(args, { terminal, connect: other ? () => other(queue) : overTemporal, connectSchedules }).then((code) => ({
      code,
      out: out.join('\n'),
      err: err.join('\n'),
    }));
    return { done, said: () => err.join('\n'), interrupt: () => controller.abort() };
  }
  return {
    queue,
    begin,
    rehelm: (...args) => begin(args).done,
    file: async (name, content) => {
      await writeFile(join(folder, name), content);
      return join(folder, name);
    },
  };
}

/** A command closes its connection; the test's is shared. */
function withoutClose() {
  const connection = Object.create(env.connection, { close: { value: async () => undefined } });
  return Object.create(env.client, { connection: { value: connection } });
}

export const sleep = (milliseconds: number) => new Promise((next) => setTimeout(next, milliseconds));

export async function until(look: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await look())) await sleep(30);
}
