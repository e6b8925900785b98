import { needsFourEyes } from '../../model/four-eyes.js';
import { demandSecond } from '../../model/schema/demand-second.js';
import { namespacesOf } from '../../model/scope.js';
import type { Settings } from '../../model/settings.js';

/** As this worker's settings ask for four eyes. InvalidSpec where the spec does without them. */
export function demandApproval(spec: unknown, { fourEyes }: Settings): void {
  if (needsFourEyes(fourEyes, namespacesOf(spec))) demandSecond(spec);
}
