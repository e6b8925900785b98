import type { PostgresSession } from '../../../adapters/postgres/session.js';
import type { PostgresRequestOf } from '../../../model/copier-postgres.js';
import type { PostgresVerifyResult, TableVerdict } from '../../../model/postgres-facts.js';
import { hashProgress } from '../../hash-progress.js';
import { compareDefinitions, type DefinitionsPlace } from '../compare-definitions.js';
import { type ComparedRoles, compareRoles } from '../compare-roles.js';
import type { PostgresContext } from '../context.js';
import { compareLocales, localeOf } from '../database-locale.js';
import { compareProperties, readProperties } from '../database-properties.js';
import { describeRange, findRange } from '../find-range.js';
import { hashTables } from '../hash-tables.js';
import { readHorizon, requireStill } from '../horizon.js';
import { hashLargeObjects, largeObjectRows } from '../large-objects.js';
import { readRoles } from '../roles.js';
import type { RowHash } from '../row-hash.js';
import { readRolesOfRun } from '../run-notes.js';
import { readSequences } from '../sequences.js';
import { describeServer, majorOf } from '../server.js';
import { type DataTable, readTables, showTable } from '../tables.js';
import { several, withSessions } from '../with-session.js';

type Request = PostgresRequestOf<'verify'>;

const defaultConnections = 2;
/** Of tables that differ, so many are searched for the place. */
const mostRanges = 5;

/** One hand each; the first of each asks for everything that is not rows. */
export interface Sides {
  readonly source: readonly [PostgresSession, ...PostgresSession[]];
  readonly target: readonly [PostgresSession, ...PostgresSession[]];
}

/** Lends them for the time of `use`. */
export const withSides = <T>(
  { at, source, from, to, connections = defaultConnections }: Omit<Request, 'verb'>,
  { open }: PostgresContext,
  use: (sides: Sides) => Promise<T>,
): Promise<T> =>
  withSessions(async (lend) => {
    const side = (server: typeof at, database: string) => several(connections, () => lend({ open, at: server, database, readOnly: true }));
    return use({ source: await side(source ?? at, from), target: await side(at, to) });
  });

/** Rows of both sides, and of those that differ the place. */
export async function compareRows(
  { source, target }: Sides,
  { signal, progress }: PostgresContext,
): Promise<{ readonly tables: readonly TableVerdict[]; readonly differences: readonly string[] }> {
  const [left, right] = [await readTables(source[0]), await readTables(target[0])];
  const totalBytes = [...left, ...right].reduce((sum, { bytes }) => sum + bytes, 0);
  const onPart = hashProgress(progress, totalBytes);
  const [ours, theirs] = await Promise.all([hashTables({ sessions: source, signal, onPart }, left), hashTables({ sessions: target, signal, onPart }, right)]);
  const names = [...new Set([...ours.keys(), ...theirs.keys()])].toSorted();
  const tables = names.map((name) => verdictOf(name, ours.get(name), theirs.get(name)));
  const differences: string[] = [];
  for (const verdict of tables.filter(({ equal }) => !equal)) {
    const table = left.find((each) => showTable(each) === verdict.name);
    const place = differences.length < mostRanges && table && verdict.target ? await placeOf(source[0], target[0], table) : '';
    differences.push(`${inWords(verdict)}${place}`);
  }
  return { tables, differences };
}

const short = (hash: RowHash) => ({ rows: hash.rows, hash: hash.hash });

function verdictOf(name: string, source: RowHash | undefined, target: RowHash | undefined): TableVerdict {
  const equal = source !== undefined && target !== undefined && source.rows === target.rows && source.hash === target.hash;
  return { name, ...(source && { source: short(source) }), ...(target && { target: short(target) }), equal };
}

function inWords({ name, source, target }: TableVerdict): string {
  if (!source || !target) return `${name}: only in the ${source ? 'source' : 'target'}.`;
  if (source.rows !== target.rows) return `${name}: ${source.rows} rows in the source, ${target.rows} in the target.`;
  return `${name}: as many rows on both sides, but with other contents.`;
}

async function placeOf(source: PostgresSession, target: PostgresSession, table: DataTable): Promise<string> {
  const found = await findRange(source, target, table);
  const where = found && describeRange(found);
  return where ? ` ${where}` : '';
}

async function compareSequences(source: PostgresSession, target: PostgresSession): Promise<readonly string[]> {
  const show = async (session: PostgresSession) =>
    new Map((await readSequences(session)).map(({ schema, name, last, isCalled }) => [`${schema}.${name}`, `${last}${isCalled ? '' : ', not used yet'}`]));
  const [left, right] = [await show(source), await show(target)];
  const names = [...new Set([...left.keys(), ...right.keys()])].toSorted();
  return names
    .filter((name) => left.get(name) !== right.get(name))
    .map((name) => `Sequence ${name}: at ${left.get(name) ?? 'nothing'} in the source, at ${right.get(name) ?? 'nothing'} in the target.`);
}

async function compareLargeObjects(source: PostgresSession, target: PostgresSession, signal: AbortSignal): Promise<readonly string[]> {
  const [left, right] = await Promise.all([source, target].map((session) => hashLargeObjects(session, largeObjectRows, signal)));
  return left?.rows === right?.rows && left?.hash === right?.hash ? [] : ['Large objects: other contents, owners or rights.'];
}

/** The database itself: by what it sorts, whose it is, rights and settings. */
async function compareDatabases(source: PostgresSession, target: PostgresSession): Promise<readonly string[]> {
  return [...compareLocales(await localeOf(source), await localeOf(target)), ...compareProperties(await readProperties(source), await readProperties(target))];
}

/** What is neither rows nor definitions: sequences, large objects, the database itself, and the roles that it needs. */
export async function compareFacts(
  { source: [source], target: [target] }: Sides,
  { at, run }: Pick<Request, 'at' | 'run'>,
  { open, signal }: PostgresContext,
): Promise<ComparedRoles> {
  const wanted = async () => readRoles(source, (await describeServer(source)).superuser);
  const [{ differences, notes }, ...found] = await Promise.all([
    Promise.all([wanted(), readRolesOfRun(open, at, run)]).then(([roles, ofRun]) => compareRoles(roles, target, ofRun)),
    ...[compareSequences(source, target), compareLargeObjects(source, target, signal), compareDatabases(source, target)],
  ]);
  return { differences: [...found.flat(), ...differences], notes };
}

/** For a result, which has none where nothing is to be noted. */
export const notesOf = ({ notes }: ComparedRoles): Pick<PostgresVerifyResult, 'notes'> => (notes.length > 0 ? { notes } : {});

/** Where definitions are read, the source's first. */
export function definitionPlaces({ at, source, from, to }: Omit<Request, 'verb'>, sides: Sides): readonly [DefinitionsPlace, DefinitionsPlace] {
  const place = ([session]: Sides['source'], server: Request['at'], database: string) => ({ at: server, database, major: majorOf(session) });
  return [place(sides.source, source ?? at, from), place(sides.target, at, to)];
}

/** Compares everything that a copy moves: rows, definitions with owners and rights, sequences, large objects, the database's own settings, the roles that it needs. A difference is an answer, not a failure: whoever asked decides. */
export function verify(request: Request, context: PostgresContext): Promise<PostgresVerifyResult> {
  const startedMs = Date.now();
  return withSides(request, context, async (sides) => {
    const [source, target] = [sides.source[0], sides.target[0]];
    const before = [await readHorizon(source), await readHorizon(target)] as const;
    // Whatever does not read rows is done while they are read.
    const [{ tables, differences }, definitions, facts] = await Promise.all([
      compareRows(sides, context),
      compareDefinitions(context, ...definitionPlaces(request, sides)),
      compareFacts(sides, request, context),
    ]);
    const all = [...differences, ...definitions, ...facts.differences];
    await requireStill(source, before[0]);
    await requireStill(target, before[1]);
    const rows = tables.reduce((sum, { source: of }) => sum + (of?.rows ?? 0), 0);
    return { equal: all.length === 0, rows, tables, differences: all, ...notesOf(facts), seconds: (Date.now() - startedMs) / 1000 };
  });
}
