import type { Act } from '../../model/act.js';
import type { DatabaseServerRef } from '../../model/database-refs.js';
import { describeFence } from '../../model/describe-fence.js';
import type { Problem } from '../../model/plan.js';
import { askServer } from '../copier/ask-server.js';
import type { EnginePart, FenceWish } from '../copier/database-engine.js';
import { engineOf } from '../copier/engine-of.js';

interface Asked {
  readonly server: DatabaseServerRef;
  readonly databases: readonly string[];
  readonly wish: FenceWish;
}

/** Whom a fence will stop, and whom not, in sentences for the plan; or why it can't be put up as it is wished for. */
export async function findFence(
  part: EnginePart,
  act: Act,
  { server, databases, wish }: Asked,
): Promise<{ readonly notes: readonly string[]; readonly problems: readonly Problem[] }> {
  const { answer, obstacle } = { answer: undefined, ...(await askServer(() => engineOf(part, server).captureFence(databases, wish, act))) };
  return answer ? { notes: describeFence(answer, databases), problems: [] } : { notes: [], problems: [{ check: 'fence', message: obstacle ?? '' }] };
}
