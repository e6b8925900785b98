import type { PostgresSession } from '../../adapters/postgres/session.js';
import { EpochFence } from '../epoch-fence.js';
import { runByHands } from '../run-side-by-side.js';
import { throwIfStopped } from '../stop.js';
import { type Definition, type readDefinitions, scriptOf } from './definitions.js';
import type { Ledger } from './ledger.js';

type Definitions = ReturnType<typeof readDefinitions>;

export interface Builder {
  readonly target: PostgresSession;
  readonly ledger: Ledger;
  readonly epoch: number;
  readonly podUid: string;
  readonly signal: AbortSignal;
}

type Builders = readonly [Builder, ...Builder[]];

/** Runs a script with its marker in one transaction; what has a marker is not run again. */
async function runOnce({ target, ledger, epoch, podUid, signal }: Builder, id: string, script: string): Promise<void> {
  throwIfStopped(signal);
  await target.inTransaction(async () => {
    await ledger.lock(id);
    if (await ledger.isDone(id)) return;
    await target.run(script);
    await new EpochFence(ledger, epoch).check();
    await ledger.markDone(id, { rows: 0, bytes: 0 }, podUid);
  });
}

/** Schemas, types, functions, tables: all of it or nothing. */
export const applyPreData = ([first]: Builders, definitions: Definitions): Promise<void> => runOnce(first, 'definitions/pre-data', scriptOf(definitions));

const postData = 'definition/';
/** Of a definition that comes after the rows. */
export const postDataMarker = (id: string): string => `${postData}${id}`;
export const idOfMarker = (marker: string): string | undefined => (marker.startsWith(postData) ? marker.slice(postData.length) : undefined);

/** Builds that read whole tables and stand in nobody's way. */
const sideBySide = new Set(['INDEX', 'CONSTRAINT']);
/** Joins the indexes of partitions to their parents'; foreign keys may need those. */
const joins = 'INDEX ATTACH';

/** Indexes side by side, each hand with a session of its own; then the rest in pg_dump's order, by the first. Answers how many there are; `onDone` is told of each. */
export async function applyPostData(
  builders: Builders,
  { preamble, definitions }: Definitions,
  onDone: (done: number, total: number) => void = () => {},
): Promise<number> {
  const [first] = builders;
  let done = 0;
  onDone(done, definitions.length);
  for (const { target } of builders) await target.run(preamble);
  const build = async ({ id, sql }: Definition, builder: Builder) => {
    await runOnce(builder, postDataMarker(id), sql);
    onDone(++done, definitions.length);
  };
  await runByHands(
    definitions.filter(({ type }) => sideBySide.has(type)),
    builders,
    build,
  );
  const rest = definitions.filter(({ type }) => !sideBySide.has(type));
  for (const each of [...rest.filter(({ type }) => type === joins), ...rest.filter(({ type }) => type !== joins)]) {
    await build(each, first);
  }
  return definitions.length;
}
