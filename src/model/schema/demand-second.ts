import { leavesOutApproval } from '../four-eyes.js';
import { invalidSpec } from './read-spec.js';

/** Where four eyes are asked for, a spec cannot do without the second pair. InvalidSpec. */
export function demandSecond(spec: unknown): void {
  if (leavesOutApproval(spec))
    throw invalidSpec([{ path: ['approval'], message: 'none is refused here: four eyes are asked for, so a second person approves' }]);
}
