import type { PostgresSession } from '../../../adapters/postgres/session.js';
import { failure, isFailure } from '../../../errors.js';
import type { PostgresRequestOf } from '../../../model/copier-postgres.js';
import type { PostgresVerifyResult, WriteHorizon } from '../../../model/postgres-facts.js';
import { lookForClients } from '../choose-client.js';
import { compareDefinitions, dumpTarget } from '../compare-definitions.js';
import type { PostgresContext } from '../context.js';
import { readHorizon, requireStill } from '../horizon.js';
import { compareFacts, compareRows, definitionPlaces, notesOf, type Sides, withSides } from './verify.js';

/** All of them see the target as it is now, whoever writes from here on. */
async function holdState([first, ...others]: Sides['target']): Promise<void> {
  const begin = 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY';
  await first.run(begin);
  const [exported] = await first.query<{ snapshot: string }>('SELECT pg_export_snapshot() AS snapshot');
  for (const session of others) await session.run(`${begin}; SET TRANSACTION SNAPSHOT '${exported?.snapshot}'`);
}

/** The target is what the drain left, or a difference would say nothing. */
async function requireUnwritten(target: PostgresSession, horizon: WriteHorizon): Promise<void> {
  try {
    await requireStill(target, horizon);
  } catch (error) {
    if (!isFailure(error, 'SourceChanged')) throw error;
    throw failure('ProofLost', `The target was written to since it was drained, before its state was held: ${error.message}`);
  }
}

/**
 * Compares all that a copy moves, rows from a state of the target that is held: once the first progress is told, users may write there.
 * The source has to stay fenced until the end.
 */
export function provePrecopy(request: PostgresRequestOf<'provePrecopy'>, context: PostgresContext): Promise<PostgresVerifyResult> {
  const startedMs = Date.now();
  lookForClients(context);
  return withSides(request, context, async (sides) => {
    const [source, target] = [sides.source[0], sides.target[0]];
    const before = await readHorizon(source);
    await requireUnwritten(target, request.horizon);
    const places = definitionPlaces(request, sides);
    // Whatever users may change from then on is read before; what is compared with it stands still behind the fence.
    const [facts, definitions] = await Promise.all([compareFacts(sides, request, context), dumpTarget(context, ...places)]);
    await holdState(sides.target);
    context.progress({ phase: 'hash', unitsDone: 0, unitsTotal: 0, records: 0, bytes: 0, totalBytes: 0, bytesPerSecond: 0 });
    const [{ tables, differences }, others] = await Promise.all([compareRows(sides, context), compareDefinitions(context, ...places, definitions)]);
    await requireStill(source, before);
    const rows = tables.reduce((sum, { source: of }) => sum + (of?.rows ?? 0), 0);
    const all = [...differences, ...others, ...facts.differences];
    return { equal: all.length === 0, rows, tables, differences: all, ...notesOf(facts), seconds: (Date.now() - startedMs) / 1000 };
  });
}
