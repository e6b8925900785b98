import { createHash } from 'node:crypto';
import type { PostgresSession } from '../../../adapters/postgres/session.js';
import { failure } from '../../../errors.js';
import { idOfMarker, postDataMarker } from '../apply-definitions.js';
import type { Definition, readDefinitions } from '../definitions.js';
import { foreignSchemas } from '../tables.js';

type Definitions = ReturnType<typeof readDefinitions>;

/** By which a changed row is found on the target. */
export interface IdentityIndex {
  readonly schema: string;
  readonly table: string;
  readonly name: string;
}

export const identityIndexes = (source: PostgresSession): Promise<readonly IdentityIndex[]> =>
  source.query<IdentityIndex>(
    `SELECT n.nspname AS schema, c.relname AS table, x.relname AS name FROM pg_index i
     JOIN pg_class c ON c.oid = i.indrelid JOIN pg_class x ON x.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind = 'r' AND ${foreignSchemas} AND (i.indisprimary OR i.indisreplident)`,
  );

/** Built ahead, side by side with what arrives: they read whole tables, and act on nothing. Foreign keys hold, as rows arrive in whole transactions. */
const ahead = new Set(['INDEX', 'CONSTRAINT', 'INDEX ATTACH', 'FK CONSTRAINT']);

export interface SplitDefinitions {
  /** Before any row: without them a changed row would not be found. */
  readonly identities: Definitions;
  readonly ahead: Definitions;
  /** What acts on rows or shows them as they are: triggers, rules, policies, materialized views. */
  readonly late: Definitions;
}

/** Of post-data, what comes when. */
export function splitDefinitions({ preamble, definitions }: Definitions, identities: readonly IdentityIndex[]): SplitDefinitions {
  const names = new Set(identities.flatMap(({ schema, table, name }) => [`CONSTRAINT ${schema} ${table} ${name}`, `INDEX ${schema} ${name}`]));
  const isIdentity = ({ type, schema, name }: Definition) => names.has(`${type} ${schema} ${name}`);
  const pick = (test: (definition: Definition) => boolean): Definitions => ({ preamble, definitions: definitions.filter(test) });
  return {
    identities: pick(isIdentity),
    ahead: pick((each) => ahead.has(each.type) && !isIdentity(each)),
    late: pick(({ type }) => !ahead.has(type)),
  };
}

/** Without the run's own publication. */
export const withoutOwn = ({ preamble, definitions }: Definitions, own: string): Definitions => ({
  preamble,
  definitions: definitions.filter(({ name }) => !name.includes(own)),
});

const hashesOf = ({ definitions }: Definitions): Readonly<Record<string, string>> =>
  Object.fromEntries(definitions.map(({ id, owner, sql }) => [id, createHash('sha256').update(`${owner}\0${sql.trim()}`).digest('hex').slice(0, 16)]));

type Noted = Readonly<Record<string, string>>;

/** What the target is made by: what goes before the rows by its id, what comes after them by its marker. */
export const notedOf = (preData: Definitions, postData: Definitions): Noted => ({
  ...hashesOf(preData),
  ...Object.fromEntries(Object.entries(hashesOf(postData)).map(([id, hash]) => [postDataMarker(id), hash])),
});

const shown = 10;

/**
 * A subscription carries rows only: a column that came meanwhile is on one side only. What comes after the rows counts once it is built: an index that is new will be, one
 * that was dropped since stands on the target. `done`: markers.
 */
export function requireSameDefinitions(before: Noted, now: Noted, done: ReadonlySet<string>): void {
  const isBuilt = (id: string) => id in before && done.has(id);
  const ids = [...new Set([...Object.keys(before), ...Object.keys(now)])].filter((id) => before[id] !== now[id]);
  const changed = ids
    .filter((id) => idOfMarker(id) === undefined || isBuilt(id))
    .map((id) => idOfMarker(id) ?? id)
    .toSorted();
  if (changed.length === 0) return;
  const more = changed.length > shown ? ` and ${changed.length - shown} more` : '';
  throw failure('PrecopyLost', `Definitions of the source changed while rows were copied ahead: ${changed.slice(0, shown).join(', ')}${more}.`);
}
