import type { Act } from '../../model/act.js';
import type { DatabaseServerRef } from '../../model/database-refs.js';
import type { Problem } from '../../model/plan.js';
import type { DatabaseServerSpec } from '../../model/schema/database-server.js';
import { showServer } from '../../plans/database-server.js';
import { askServer } from '../copier/ask-server.js';
import type { EnginePart, FoundServer } from '../copier/database-engine.js';
import { engineOf } from '../copier/engine-of.js';

interface Asked {
  readonly spec: DatabaseServerSpec;
  readonly server: DatabaseServerRef;
  readonly databases: readonly string[];
  /** Its place in the spec, such as `source`. */
  readonly check: string;
}

/** A server by way of a Job that goes with the inspection; where it does not answer, a problem says why. */
export async function findDatabaseServer(
  part: EnginePart,
  act: Act,
  { spec, server, databases, check }: Asked,
): Promise<{ readonly found?: FoundServer; readonly problems: readonly Problem[] }> {
  const { answer, obstacle } = { answer: undefined, ...(await askServer(() => engineOf(part, server).inspect(databases, act))) };
  return answer ? { found: answer, problems: [] } : { problems: [{ check, message: `${showServer(spec)}: ${obstacle}` }] };
}
