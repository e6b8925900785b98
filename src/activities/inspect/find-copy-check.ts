import type { Act } from '../../model/act.js';
import type { CopyCheck } from '../../model/copier-requests.js';
import type { DatabaseCopySpec } from '../../model/database-copy.js';
import type { Problem } from '../../model/plan.js';
import { databaseServer, showServer } from '../../plans/database-server.js';
import { askServer } from '../copier/ask-server.js';
import type { EnginePart, FoundServer } from '../copier/database-engine.js';
import { engineOf } from '../copier/engine-of.js';

export interface FoundCopyCheck {
  readonly databases: CopyCheck['databases'];
  readonly problems: readonly Problem[];
}

/**
 * What the target's server says to the copies, by way of a Job that goes with the inspection; databases that are not there are left to the steps' checks.
 * A source that is read from its volume later can be asked now only: what speaks against its copies is a problem of the inspection.
 */
export async function findCopyCheck(
  part: EnginePart,
  act: Act,
  { source, target, volume, databases }: DatabaseCopySpec,
  found: FoundServer,
): Promise<FoundCopyCheck> {
  const there = new Set(found.databases.filter(({ exists }) => exists).map(({ name }) => name));
  const wish = { source: databaseServer(source), databases: databases.filter(({ from }) => there.has(from)) };
  if (wish.databases.length === 0) return { databases: [], problems: [] };
  const { answer, obstacle } = { answer: undefined, ...(await askServer(() => engineOf(part, databaseServer(target)).checkCopy(wish, act))) };
  if (!answer) return { databases: [], problems: [{ check: 'target', message: `${showServer(target)}: ${obstacle}` }] };
  const refusals = answer.databases.flatMap(({ from, to, problems }) =>
    problems.map((problem) => ({ check: `copy/${to}`, message: `database ${from} cannot be copied: ${problem}` })),
  );
  return { databases: answer.databases, problems: volume ? refusals : [] };
}
