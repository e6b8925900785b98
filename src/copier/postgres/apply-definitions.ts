import type { PostgresSession } from '../../adapters/postgres/session.js';
import { EpochFence } from '../epoch-fence.js';
import { runByHands } from '../run-side-by-side.js';
import { throwIfStopped } from '../stop.js';
import { type Definition, type readDefinitions, scriptOf } from './definitions.js';
import type { Ledger } from './ledger.js';
import { showTable } from './tables.js';

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
const tables = `
  SELECT s.nspname AS schema, t.relname AS table, i.relname AS index
  FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid
  JOIN pg_class t ON t.oid = x.indrelid JOIN pg_namespace s ON s.oid = t.relnamespace
  ORDER BY x.indexrelid
`;

/** Of the tables of a source, the definitions that need nothing but a table's own rows. A constraint's index has its name. */
export async function buildsByTable(source: PostgresSession, { definitions }: Definitions): Promise<ReadonlyMap<string, readonly Definition[]>> {
  const known = new Map(definitions.filter(({ type }) => sideBySide.has(type)).map((each) => [each.id, each]));
  const builds = new Map<string, readonly Definition[]>();
  for (const { schema, table, index } of await source.query<{ schema: string; table: string; index: string }>(tables)) {
    const build = known.get(`INDEX ${schema} ${index}`) ?? known.get(`CONSTRAINT ${schema} ${table} ${index}`);
    const name = showTable({ schema, name: table });
    if (build) builds.set(name, [...(builds.get(name) ?? []), build]);
  }
  return builds;
}

/** Runs some of the definitions ahead of the others, for as long as `goesOn` says. */
export async function applyAhead(builder: Builder, preamble: string, builds: readonly Definition[], goesOn: () => boolean): Promise<void> {
  await builder.target.run(preamble);
  for (const { id, sql } of builds) if (goesOn()) await runOnce(builder, postDataMarker(id), sql);
}

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
