import type { Power } from '../../adapters/power/power.js';
import { failure } from '../../errors.js';
import type { FaultKindOf } from './fault.js';

export interface NodeToSwitch {
  readonly node: string;
}

/** The node loses its power and its network at once. Off is what the power controller says, never NotReady, a ping or a lease's age. */
export function nodeOff(power: Power | undefined): FaultKindOf<NodeToSwitch> {
  const controller = (): Power => {
    if (!power) throw failure('PreflightFailed', 'nobody can switch this node: name a power controller');
    return power;
  };
  return {
    async capture({ node }) {
      if ((await controller().state(node)) !== 'on') throw failure('NotReady', `the power controller says that ${node} is off already`);
      return { node };
    },
    inject: ({ node }) => controller().switch(node, 'off'),
    whyNotProved: async ({ node }) => ((await controller().state(node)) === 'off' ? undefined : `${node} is not off`),
    held: async ({ node }) => ((await controller().state(node)) === 'off' ? { state: 'held' } : { state: 'ended', why: `somebody switched ${node} on` }),
    revert: ({ node }) => controller().switch(node, 'on'),
  };
}
