import { leavesOutApproval, needsFourEyes } from '../../model/four-eyes.js';
import { invalidSpec } from '../../model/schema/read-spec.js';
import { namespacesOf } from '../../model/scope.js';
import type { Settings } from '../../model/settings.js';

/** Where four eyes are asked for, a spec cannot do without the second pair. InvalidSpec. */
export function demandApproval(spec: unknown, { fourEyes }: Settings): void {
  if (leavesOutApproval(spec) && needsFourEyes(fourEyes, namespacesOf(spec)))
    throw invalidSpec([{ path: ['approval'], message: 'none is refused here: four eyes are asked for, so a second person approves' }]);
}
