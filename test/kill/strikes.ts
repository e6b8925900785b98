import type { Random } from '../../examples/cognigy/seed/random.js';
import { systemNamespace } from '../../src/model/act.js';
import type { Pod } from '../../src/model/kube-object.js';
import { containerProcesses } from '../e2e/drill/container-processes.js';
import { kubectl, sleep, soon } from '../e2e/story/tools.js';
import type { CopyUnderWay } from './copy-under-way.js';
import type { Scene } from './scene.js';
import { type Engine, namespace, podOf, type Side } from './servers.js';

export const strikeNames = ['worker', 'copier', 'source', 'target', 'temporal'] as const;
export type StrikeName = (typeof strikeNames)[number];

export interface Struck {
  /** Until a worker watched the copy again. */
  readonly reattachSeconds?: number;
  /** It should outlive its worker. */
  readonly jobReplaced?: boolean;
}

export interface Striking {
  readonly scene: Scene;
  readonly engine: Engine;
  readonly random: Random;
}

const patienceSeconds = 120;

/** Strikes, and waits until the copy goes on, or is over. */
export const strikes: Readonly<Record<StrikeName, (on: Striking, copy: CopyUnderWay) => Promise<Struck>>> = {
  worker: async ({ scene }, copy) => {
    const before = await copy.job();
    const struckMs = Date.now();
    await scene.replaceWorker();
    await untilHeard(scene, copy, struckMs);
    const reattachSeconds = (Date.now() - struckMs) / 1000;
    if (copy.ended()) return {};
    return { reattachSeconds, jobReplaced: (await copy.job())?.metadata.uid !== before?.metadata.uid };
  },

  copier: async ({ scene, random }, copy) => {
    const pod = await copy.pod();
    if (!pod) throw new Error('the copy has no pod');
    const done = (await copy.progress())?.unitsDone ?? 0;
    const { name } = pod.metadata;
    if (random.below(2) === 0) for (const pid of await containerProcesses(scene.place, systemNamespace, name)) endProcess(pid);
    else await kubectl(scene.place, ['delete', 'pod', '-n', systemNamespace, name, '--grace-period=0', '--force', '--wait=false']);
    await untilFurther(copy, done, async () => (await copy.pod())?.metadata.uid !== pod.metadata.uid);
    return {};
  },

  source: (on, copy) => restart(on, copy, 'source'),
  target: (on, copy) => restart(on, copy, 'target'),

  temporal: async ({ scene, random }, copy) => {
    const struckMs = Date.now();
    await scene.temporal.killTemporal();
    await sleep(random.below(5000));
    await scene.temporal.startTemporal();
    await untilHeard(scene, copy, struckMs);
    return {};
  },
};

/** A process may end by itself between the look and the signal. */
function endProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // gone
  }
}

/** Every other time it is not asked to end, but killed: one second is less than a server with clients needs. */
async function restart({ scene, engine, random }: Striking, copy: CopyUnderWay, side: Side): Promise<Struck> {
  const name = podOf(engine, side);
  const look = () => scene.kube.get<Pod>({ apiVersion: 'v1', kind: 'Pod', namespace, name });
  const before = (await look())?.metadata.uid;
  const done = (await copy.progress())?.unitsDone ?? 0;
  const grace = random.below(2) === 0 ? 1 : 10;
  await kubectl(scene.place, ['delete', 'pod', '-n', namespace, name, `--grace-period=${grace}`, '--wait=false']);
  await untilFurther(copy, done, async () => {
    const pod = await look();
    return pod !== undefined && pod.metadata.uid !== before && (pod.status?.containerStatuses ?? []).every(({ ready }) => ready);
  });
  return {};
}

/** The worker that lives now was heard since. */
const untilHeard = (scene: Scene, copy: CopyUnderWay, sinceMs: number): Promise<true> =>
  soon(`a worker to watch ${copy.to} again`, patienceSeconds, async () => {
    if (copy.ended()) return true;
    const attempt = await copy.attempt().catch(() => undefined);
    return attempt?.identity.startsWith(`${scene.worker()}@`) && attempt.heardMs > sinceMs ? true : undefined;
  });

/** It has finished a unit since: pods that die in a row without getting further end a copy. */
const untilFurther = (copy: CopyUnderWay, done: number, isBack: () => Promise<boolean>): Promise<true> =>
  soon(`${copy.to} to get further`, patienceSeconds, async () => {
    if (copy.ended()) return true;
    return (await isBack()) && ((await copy.progress())?.unitsDone ?? 0) > done ? true : undefined;
  });
