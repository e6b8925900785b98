import { withoutPsqlOnly } from '../../adapters/postgres/psql-only.js';
import { withoutStamps } from './server-stamps.js';

/** One statement group of pg_dump's text with its heading. */
export interface Definition {
  /** `INDEX public orders_at_idx`; the same in every dump of the same database. */
  readonly id: string;
  /** `INDEX`, `FK CONSTRAINT`, `TRIGGER`, … */
  readonly type: string;
  readonly schema: string;
  readonly name: string;
  readonly owner: string;
  readonly sql: string;
}

/** With --verbose each entry has its number and its object's above its name: nothing that users write looks like it by chance. */
const heading =
  /^--\n-- TOC entry \d+ \(class \d+ OID \d+\)\n(?:-- Dependencies:[^\n]*\n)?-- (?:Data for )?Name: (.*); Type: (.*?); Schema: (.*); Owner: (.*)\n--\n/gm;

/** Large objects come with their contents; in which section they are told depends on pg_dump's version. */
const isLargeObject = ({ type, name }: Pick<Definition, 'type' | 'name'>): boolean => type.startsWith('BLOB') || name.startsWith('LARGE OBJECT');

/** Cuts pg_dump's text at its headings. What stands before the first is settings, which come back as `preamble`. */
export function readDefinitions(text: string): { readonly preamble: string; readonly definitions: readonly Definition[] } {
  const found = [...text.matchAll(heading)];
  const [first] = found;
  const seen = new Map<string, number>();
  const definitions = found.map((match, index) => {
    const [whole, name = '', type = '', schema = '', owner = ''] = match;
    const sql = text.slice(match.index + whole.length, found[index + 1]?.index ?? text.length);
    const plain = `${type} ${schema} ${name}`;
    const times = (seen.get(plain) ?? 0) + 1;
    seen.set(plain, times);
    return { id: times === 1 ? plain : `${plain} ${times}`, type, schema, name, owner, sql: withoutStamps(withoutEnd(sql, index === found.length - 1)) };
  });
  return { preamble: withoutPsqlOnly(text.slice(0, first?.index ?? text.length)), definitions: definitions.filter((each) => !isLargeObject(each)) };
}

/** The last entry is followed by a farewell, which tells the time. */
const withoutEnd = (sql: string, last: boolean): string =>
  last ? sql.replace(/(?:-- Completed on [^\n]*\n\s*)?--\n-- PostgreSQL database dump complete\n--\n[\s\S]*$/, '') : sql;

/** Without headings: what the server is to run. */
export const scriptOf = ({ preamble, definitions }: ReturnType<typeof readDefinitions>): string => [preamble, ...definitions.map(({ sql }) => sql)].join('\n');
