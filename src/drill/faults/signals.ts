import { failure } from '../../errors.js';
import type { Fault } from '../../model/drill.js';
import type { SignalRequest } from '../hand/hand.js';
import { type NodeProcess, stillThere } from '../hand/processes.js';
import type { Member } from '../members.js';
import { ask } from '../wire.js';
import type { FaultKindOf, Tools } from './fault.js';

/** The processes of the engine's container as they were before the fault. */
export interface CapturedProcesses {
  readonly node: string;
  readonly pod: string;
  readonly container: string;
  readonly processes: readonly NodeProcess[];
  readonly backAfterSeconds: number;
}

type Signals = Pick<Tools, 'handOn'>;

/** Beyond the guard's own time: the hand is the last to act. */
const lastResortSeconds = 15;

const processes = async ({ handOn }: Signals, { node, container }: Pick<CapturedProcesses, 'node' | 'container'>): Promise<readonly NodeProcess[]> =>
  ask(await handOn(node), 'processes', { container });

async function send(
  { handOn }: Signals,
  { node, container, processes: known, backAfterSeconds }: CapturedProcesses,
  signal: SignalRequest['signal'],
): Promise<void> {
  const request: SignalRequest = { container, processes: known, signal, ...(signal === 'SIGSTOP' && { backAfterSeconds }) };
  await ask(await handOn(node), 'signal', request);
}

/** By which of its names it was begun. */
const names: readonly string[] = ['postgres', 'postmaster'];

/** The process that made all others of PostgreSQL; a wrapper around it has another name. */
function postmasterOf(found: readonly NodeProcess[], pod: string): readonly NodeProcess[] {
  const all = found.filter(({ name }) => names.includes(name));
  const first = all.filter(({ parent }) => !all.some(({ pid }) => pid === parent));
  if (first.length !== 1) throw failure('NotFound', `${pod} has ${first.length} postmasters among ${found.length} processes; one is expected`);
  return first;
}

/** Every process of the pod's first container, where the engine stands by convention; or its postmaster alone. */
async function captureProcesses(tools: Signals, { name, node, containers }: Member, { revertAfterSeconds, process }: Fault): Promise<CapturedProcesses> {
  const [container] = Object.values(containers);
  if (!container) throw failure('NotReady', `pod ${name} has no running container`);
  const found = await processes(tools, { node, container });
  if (found.length === 0) throw failure('NotFound', `the hand on ${node} sees no process of ${name}`);
  const hit = process === 'postmaster' ? postmasterOf(found, name) : found;
  return { node, pod: name, container, processes: hit, backAfterSeconds: revertAfterSeconds + lastResortSeconds };
}

/** Every process of the container, or its postmaster, dies at once, without a word: a crash of the engine. */
export function sigkill(tools: Signals): FaultKindOf<CapturedProcesses> {
  return {
    capture: (member, fault) => captureProcesses(tools, member, fault),
    inject: (captured) => send(tools, captured, 'SIGKILL'),
    async whyNotProved(captured) {
      const left = stillThere(captured.processes, await processes(tools, captured));
      return left.length === 0 ? undefined : `${left.length} processes of ${captured.pod} live on`;
    },
    async held() {
      return { state: 'over' };
    },
    async revert() {},
  };
}

/** Every process of the container, or its postmaster, is frozen: a hung disk, a stalled machine. Its connections stay open and silent. */
export function sigstop(tools: Signals): FaultKindOf<CapturedProcesses> {
  return {
    capture: (member, fault) => captureProcesses(tools, member, fault),
    inject: (captured) => send(tools, captured, 'SIGSTOP'),
    async whyNotProved(captured) {
      const now = stillThere(captured.processes, await processes(tools, captured));
      const awake = now.filter(({ state }) => state !== 'T');
      if (now.length === 0) return `no process of ${captured.pod} is there any more`;
      return awake.length === 0 ? undefined : `${awake.length} processes of ${captured.pod} are not stopped`;
    },
    async held(captured) {
      const now = stillThere(captured.processes, await processes(tools, captured));
      if (now.length > 0 && now.every(({ state }) => state === 'T')) return { state: 'held' };
      return { state: 'ended', why: now.length === 0 ? `the container of ${captured.pod} was killed` : `processes of ${captured.pod} were woken` };
    },
    async revert(captured) {
      await send(tools, captured, 'SIGCONT');
      const stopped = stillThere(captured.processes, await processes(tools, captured)).filter(({ state }) => state === 'T');
      if (stopped.length > 0) throw failure('NotReady', `${stopped.length} processes of ${captured.pod} are still stopped`);
    },
  };
}
