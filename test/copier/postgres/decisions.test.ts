import { chooseClient } from '../../../src/copier/postgres/choose-client.js';
import type { BaseType } from '../../../src/copier/postgres/columns.js';
import { isBinarySafe } from '../../../src/copier/postgres/columns.js';
import { evenUnitBytes } from '../../../src/copier/postgres/copy-rows.js';
import { readDefinitions, scriptOf } from '../../../src/copier/postgres/definitions.js';
import { rowTexts } from '../../../src/copier/postgres/exact-text.js';
import { conditionOf } from '../../../src/copier/postgres/plan-units.js';
import { RowHash } from '../../../src/copier/postgres/row-hash.js';
import { RateLimit } from '../../../src/copier/rate-limit.js';

const type = (name: string, more: Partial<BaseType> = {}): BaseType => ({ name, builtIn: true, kind: 'base', isArray: false, fields: [], ...more });
const column = (name: string, base: BaseType) => ({ name, type: base.name, base });

describe('the client of a copy', () => {
  test('is the oldest that knows both servers', () => {
    expect(chooseClient([15, 16, 18], 11, 15)).toBe(15);
    expect(chooseClient([15, 16, 18], 15, 17)).toBe(18);
    expect(chooseClient([15, 16, 18], 12, 13)).toBe(15);
  });

  test('is refused where definitions would go back, or none is new enough', () => {
    expect(() => chooseClient([18], 16, 15)).toThrow(expect.objectContaining({ type: 'PreflightFailed' }));
    expect(() => chooseClient([15, 16], 15, 17)).toThrow(expect.objectContaining({ type: 'ToolTooOld' }));
    expect(() => chooseClient([], 15, 17)).toThrow(/the image has none/);
  });
});

describe("pg_dump's text", () => {
  const entry = (number: number, name: string, kind: string, sql: string, more = '') =>
    `--\n-- TOC entry ${number} (class 1259 OID 1${number})\n${more}-- Name: ${name}; Type: ${kind}; Schema: public; Owner: ada\n--\n\n${sql}\n\n\n`;
  const text = `--\n-- PostgreSQL database dump\n--\n\n\\restrict abc\n\nSET lock_timeout = 0;\n\n${entry(1, 'item', 'TABLE', 'CREATE TABLE item ();')}${entry(
    2,
    'LARGE OBJECT 5',
    'ACL',
    'GRANT …',
  )}${entry(3, 'item_idx', 'INDEX', 'CREATE INDEX item_idx …;', '-- Dependencies: 1\n')}-- Completed on 2027-01-03 03:00:00 UTC\n\n--\n-- PostgreSQL database dump complete\n--\n\n\\unrestrict abc\n\n`;

  test('is cut at its headings, without the time, psql’s own commands and large objects', () => {
    const read = readDefinitions(text);
    expect(read.definitions.map(({ id, owner, sql }) => [id, owner, sql.trim()])).toEqual([
      ['TABLE public item', 'ada', 'CREATE TABLE item ();'],
      ['INDEX public item_idx', 'ada', 'CREATE INDEX item_idx …;'],
    ]);
    expect(scriptOf(read)).toContain('SET lock_timeout = 0;');
    expect(scriptOf(read)).not.toMatch(/restrict|Completed|GRANT/);
  });
});

test('binary is for types that every server sends alike', () => {
  expect(isBinarySafe(column('a', type('int8', { isArray: true })))).toBe(true);
  expect(isBinarySafe(column('a', type('mood', { builtIn: false, kind: 'enum' })))).toBe(true);
  for (const base of [
    type('regclass'),
    type('oid'),
    type('mood', { kind: 'enum', isArray: true }),
    type('geometry', { builtIn: false }),
    type('int4range', { kind: 'range' }),
  ])
    expect(isBinarySafe(column('a', base))).toBe(false);
});

test('a row is hashed as texts: floats as their bits at any depth, and whether a text is NULL apart from what it says', () => {
  expect(rowTexts([column('a', type('text')), column('b', type('float8')), column('c', type('float8', { isArray: true }))])).toEqual([
    `encode(record_send(ROW("b"::pg_catalog.float8, "a" IS NULL)), 'hex')`,
    `coalesce("a"::text, '')`,
    'ROW(array_send("c"))::text',
  ]);
  const place = type('place', { builtIn: false, kind: 'composite', fields: [column('x', type('float4')), column('y', type('text'))] });
  expect(rowTexts([column('p', place)])).toEqual([`''`, 'ROW(CASE WHEN "p" IS DISTINCT FROM NULL THEN ROW(float4send(("p")."x"), ("p")."y") END)::text']);
});

test('a row of very many texts takes no deeper calls than a server stands', () => {
  const many = Array.from({ length: 1600 }, (_, index) => column(`c${index}`, type('text')));
  expect(rowTexts(many)).toHaveLength(52);
});

test('sums of hashes see a row that is there twice, and not the order of rows', () => {
  const hash = (...rows: bigint[]) => {
    const into = new RowHash();
    for (const row of rows) into.add(1, row, -row);
    return into.hash;
  };
  expect(hash(3n, -5n)).toBe(hash(-5n, 3n));
  expect(hash(3n, 3n)).not.toBe(hash());
  expect(hash(1n)).toMatch(/^0{15}1f{16}$/);
});

test('a part of a table is a condition that leaves no row out at its ends', () => {
  expect(conditionOf({ by: 'blocks', below: 7 })).toBe("ctid < '(7,0)'::tid");
  expect(conditionOf({ by: 'blocks', from: 7 })).toBe("ctid >= '(7,0)'::tid");
  const columns = [
    { name: 'a"b', type: 'uuid' },
    { name: 'c', type: 'text' },
  ];
  expect(conditionOf({ by: 'key', columns, from: ['x', "it's"], below: ['y', '\\'] })).toBe(
    `("a""b", "c") >= ('x'::uuid, 'it''s'::text) AND ("a""b", "c") < ('y'::uuid,  E'\\\\'::text)`,
  );
  expect(conditionOf({ by: 'condition', condition: 'WHERE user_made' })).toBe('user_made');
  expect(conditionOf({ by: 'all' })).toBe('');
});

test('a rate holds all hands together, and does not make up for idle time', async () => {
  let nowMs = 0;
  const limit = new RateLimit(1000, () => nowMs);
  const started = performance.now();
  await Promise.all([limit.take(50), limit.take(50)]);
  expect(performance.now() - started).toBeGreaterThan(95);
  nowMs = 10_000;
  expect(limit.take(0)).toBeUndefined();
  expect(limit.take(5)).toBeDefined();
  expect(new RateLimit(Number.POSITIVE_INFINITY).take(1e9)).toBeUndefined();
});

test.each([
  ['5 GiB by 4', 5 * 1024, 4, 256],
  ['512 MiB by 4', 512, 4, 64],
  ['1 GiB by 4', 1024, 4, 128],
  ['10 MiB by 4', 10, 4, 64],
])('units are so big that hands end together: %s', (_, totalMebibytes, hands, mebibytes) => {
  expect(evenUnitBytes(totalMebibytes * 1024 * 1024, hands)).toBe(mebibytes * 1024 * 1024);
});
