import type { Phase } from '../model/plan.js';
import { type ObjectRef, showRef, type WorkloadRef } from '../model/refs.js';
import type { TypedStep } from './step.js';

export interface Held {
  /** What lets users in. */
  readonly held: readonly ObjectRef[];
  /** Who serves them, and serves again on the way back. */
  readonly served: readonly WorkloadRef[];
  /** As people say it: `the source`. */
  readonly what: string;
  /** How long that may take to serve again when the run is taken back. */
  readonly withinSeconds: number;
}

/** Users are held out from here until the commit, or until the run is taken back. */
export function holdTraffic({ held, served, what, withinSeconds }: Held): Phase {
  const withdraw = (object: ObjectRef): TypedStep => ({
    id: `hold/${object.kind}/${object.name}`,
    step: 'holdTraffic',
    title: `Withdraw ${showRef(object)}`,
    group: 'hold',
    input: { object },
  });
  const back: TypedStep = {
    id: 'back',
    step: 'awaitSourceBack',
    title: `On the way back only: ${what} serves again before users are let in`,
    input: { workloads: served, withinSeconds },
  };
  return { id: 'hold', title: 'Hold traffic', doors: 'close', steps: [...held.map(withdraw), back] };
}
