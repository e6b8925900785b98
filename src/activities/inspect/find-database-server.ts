import type { Act } from '../../model/act.js';
import type { DatabaseServerRef } from '../../model/database-refs.js';
import type { Problem } from '../../model/plan.js';
import { askServer } from '../copier/ask-server.js';
import type { EnginePart, FoundServer } from '../copier/database-engine.js';
import { engineOf } from '../copier/engine-of.js';

interface Asked {
  /** As people say it. */
  readonly shown: string;
  readonly server: DatabaseServerRef;
  readonly databases: readonly string[];
  /** Its place in the spec, such as `source`. */
  readonly check: string;
}

/** A server by way of a Job that goes with the inspection; where it does not answer, a problem says why. */
export async function findDatabaseServer(
  part: EnginePart,
  act: Act,
  { shown, server, databases, check }: Asked,
): Promise<{ readonly found?: FoundServer; readonly problems: readonly Problem[] }> {
  const { answer, obstacle } = { answer: undefined, ...(await askServer(() => engineOf(part, server).inspect(databases, act))) };
  return answer ? { found: answer, problems: [] } : { problems: [{ check, message: `${shown}: ${obstacle}` }] };
}
