import type { Moved, PostgresSession } from '../../adapters/postgres/session.js';
import { quoteName } from '../../adapters/postgres/session.js';
import type { AttemptLog } from '../attempt-log.js';
import { EpochFence } from '../epoch-fence.js';
import type { RateLimit } from '../rate-limit.js';
import { throwIfStopped } from '../stop.js';
import type { Turn } from '../turns.js';
import { copyLargeObjects } from './large-objects.js';
import type { Ledger } from './ledger.js';
import { conditionOf } from './plan-units.js';
import { quoteTable } from './tables.js';
import type { Pipe, TableUnit, Unit, UnitDone } from './unit.js';

/** Two sessions and the ledger of the second: each hand has its own. */
export interface UnitCopy {
  readonly source: PostgresSession;
  readonly target: PostgresSession;
  readonly ledger: Ledger;
  readonly epoch: number;
  readonly attempts: AttemptLog;
  readonly limit: RateLimit;
  /** Absent where nobody watches the source. */
  readonly turn?: Turn;
  readonly podUid: string;
  readonly signal: AbortSignal;
  readonly onBytes: (bytes: number) => void;
}

/** Undefined where there is nothing to wait for: a pipe goes on at once. */
const both = (one: Promise<void> | undefined, other: Promise<void> | undefined): Promise<void> | undefined =>
  one && other ? Promise.all([one, other]).then(() => undefined) : (one ?? other);

/** A table that one unit fills alone is emptied first, so that its rows can be written as frozen: nobody visits them again for it. A part never empties anything. */
async function copyRows(target: PostgresSession, { schema, table, columns, binary, part }: TableUnit, pipe: Pipe): Promise<Moved> {
  const name = quoteTable({ schema, name: table });
  const list = columns.map(quoteName).join(', ');
  const where = conditionOf(part);
  const alone = part.by === 'all';
  if (alone) await target.run(`TRUNCATE ONLY ${name}`);
  const options = [...(binary ? ['FORMAT binary'] : []), ...(alone ? ['FREEZE'] : [])];
  return pipe({
    // A table by its name gives its own rows, not its heirs', and sooner than a query does.
    out: `COPY ${alone && list ? `${name} (${list})` : `(SELECT ${list} FROM ONLY ${name}${where && ` WHERE ${where}`})`} TO STDOUT${binary ? ' (FORMAT binary)' : ''}`,
    in: `COPY ${name}${list && ` (${list})`} FROM STDIN${options.length > 0 ? ` (${options.join(', ')})` : ''}`,
  });
}

/** Copies one unit with its marker in one transaction of the target. Safe to repeat: a marker that is there ends it, a killed attempt leaves nothing. */
export async function copyUnit(copy: UnitCopy, unit: Unit): Promise<UnitDone | undefined> {
  const { source, target, ledger, limit, turn, signal, onBytes } = copy;
  return target.inTransaction(async () => {
    await ledger.lock(unit.id);
    if (await ledger.isDone(unit.id)) return undefined;
    const attempt = await copy.attempts.begin(unit.id);
    const onChunk = (bytes: number) => {
      attempt.add(0, bytes);
      onBytes(bytes);
      return both(limit.take(bytes), turn?.wait());
    };
    const pipe: Pipe = async (texts) => {
      try {
        return await target.pipeFrom(source, texts, { signal, onChunk });
      } catch (error) {
        throwIfStopped(signal);
        throw error;
      }
    };
    const moved = await (unit.kind === 'table' ? copyRows(target, unit, pipe) : copyLargeObjects(source, target, unit, pipe));
    attempt.add(moved.rows, 0);
    await attempt.end();
    await new EpochFence(ledger, copy.epoch).check();
    await ledger.markDone(unit.id, moved, copy.podUid);
    return moved;
  });
}
