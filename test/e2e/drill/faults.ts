import { kubectl, type Place, sleep } from '../story/tools.js';
import { containerProcesses } from './container-processes.js';
import { type PowerPort, pressPower } from './press-power.js';

/** Where a fault strikes. */
export interface Victim {
  readonly place: Place;
  readonly power: PowerPort;
  readonly namespace: string;
  readonly pod: string;
  readonly node: string;
}

/** Strikes, holds as long as its name says, and takes back what does not end by itself. */
export type Fault = (victim: Victim) => Promise<void>;

function signalAll(pids: readonly number[], signal: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
    } catch (error) {
      // gone meanwhile
      if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
    }
  }
}

const freeze =
  (seconds: number): Fault =>
  async ({ place, namespace, pod }) => {
    const pids = await containerProcesses(place, namespace, pod);
    signalAll(pids, 'SIGSTOP');
    await sleep(seconds * 1000);
    // a probe may have ended it; what carries its number now may be another's
    signalAll(
      (await containerProcesses(place, namespace, pod)).filter((pid) => pids.includes(pid)),
      'SIGCONT',
    );
  };

const powerCut =
  (seconds: number): Fault =>
  async ({ power, node }) => {
    await pressPower(power, node, 'off');
    await sleep(seconds * 1000);
    await pressPower(power, node, 'on');
  };

export const faults = {
  podDelete: async ({ place, namespace, pod }) => void (await kubectl(place, ['delete', 'pod', '-n', namespace, pod, '--wait=false'])),
  kill: async ({ place, namespace, pod }) => signalAll(await containerProcesses(place, namespace, pod), 'SIGKILL'),
  freeze40: freeze(40),
  powerCut45: powerCut(45),
} as const satisfies Readonly<Record<string, Fault>>;

export type FaultName = keyof typeof faults;
