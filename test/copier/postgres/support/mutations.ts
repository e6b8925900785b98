/** What may happen to a copy of the shop, one at a time, and what the verifier has to name. */
export interface Mutation {
  readonly what: string;
  readonly sql: string;
  readonly named: RegExp;
}

const orders = /^sales\.orders: as many rows on both sides, but with other contents\. Where "id" >= '\d+'::integer AND "id" < '\d+'::integer\.$/m;
const customer = /^sales\.customer: as many rows/m;

export const mutations: readonly Mutation[] = [
  { what: 'one byte of a text', sql: `UPDATE sales.orders SET filler = overlay(filler PLACING '~' FROM 17 FOR 1) WHERE id = 7777`, named: orders },
  { what: 'a row missing', sql: 'DELETE FROM sales.orders WHERE id = 20', named: /^sales\.orders: 20000 rows in the source, 19999 in the target\. Where/m },
  {
    what: 'a row twice',
    sql: `INSERT INTO sales.event SELECT * FROM sales.event LIMIT 1`,
    named: /^sales\.event_2025: 2\d\d rows in the source, 2\d\d in the target/m,
  },
  {
    what: 'two rows swapped between tables',
    sql: `UPDATE ONLY sales.parent SET id = 2, note = 'c'; UPDATE sales.child SET id = 1, note = 'p'`,
    named: /^sales\.child: as many[\s\S]*^sales\.parent: as many/m,
  },
  {
    what: 'two values swapped between rows',
    sql: `UPDATE sales.event SET what = CASE what WHEN 'e1' THEN 'e2' ELSE 'e1' END WHERE what IN ('e1', 'e2')`,
    named: /^sales\.event_2025: as/m,
  },
  { what: "a float's last bit", sql: `UPDATE sales.customer SET weight = weight + weight * 2.220446049250313e-16 WHERE id = 7`, named: customer },
  { what: 'the last bit of a float of four bytes', sql: `UPDATE sales.customer SET ratio = ratio + ratio * 1.2e-7 WHERE id = 7`, named: customer },
  { what: 'minus nought', sql: `UPDATE sales.customer SET ratios[3] = 0 WHERE id = 9`, named: customer },
  { what: "a float in a composite's array", sql: `UPDATE sales.customer SET homes[1].longitude = 5 WHERE id = 11`, named: customer },
  {
    what: "a point's last bit",
    sql: `UPDATE sales.customer SET position = point(position[0] + position[0] * 2.3e-16, position[1]) WHERE id = 12`,
    named: customer,
  },
  { what: 'NULL for the empty text', sql: `UPDATE sales.cache SET value = NULL WHERE key = ''`, named: /^sales\.cache: as many/m },
  { what: 'the empty text for NULL', sql: `UPDATE sales.cache SET value = '' WHERE key = 'k'`, named: /^sales\.cache: as many/m },
  { what: 'a microsecond', sql: `UPDATE sales.customer SET seen = seen + interval '1 microsecond' WHERE id = 13`, named: customer },
  { what: 'a byte of a bytea', sql: `UPDATE sales.customer SET photo = set_byte(photo, 3, get_byte(photo, 3) # 1) WHERE id = 14`, named: customer },
  { what: 'a number in jsonb', sql: `UPDATE sales.customer SET extra = jsonb_set(extra, '{i}', '0') WHERE id = 15`, named: customer },
  { what: 'an element of an array that is the text NULL', sql: `UPDATE sales.customer SET tags[2] = 'NULL' WHERE id = 16`, named: customer },
  { what: "a number's scale", sql: `UPDATE sales.orders SET total = total::numeric(10, 3) WHERE id = 7778`, named: orders },
  { what: 'a sequence', sql: `SELECT setval('sales.ticket', 200)`, named: /^Sequence sales\.ticket: at 105 in the source, at 200 in the target\.$/m },
  {
    what: 'whether a sequence was used',
    sql: `SELECT setval('sales.ticket', 105, false)`,
    named: /^Sequence sales\.ticket: at 105 in the source, at 105, not used yet/m,
  },
  {
    what: 'an invalid index',
    sql: `UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'sales.orders_state'::regclass`,
    named: /^INDEX sales orders_state: only in the source/m,
  },
  { what: 'an index missing', sql: 'DROP INDEX sales.customer_lower', named: /^INDEX sales customer_lower: only in the source/m },
  {
    what: 'a constraint that was not checked',
    sql: 'ALTER TABLE sales.orders DROP CONSTRAINT orders_total_check, ADD CONSTRAINT orders_total_check CHECK (total >= 0) NOT VALID',
    named: /orders_total_check: only in the target/m,
  },
  {
    what: 'a foreign key missing',
    sql: 'ALTER TABLE sales.orders DROP CONSTRAINT orders_customer_fkey',
    named: /^FK CONSTRAINT sales orders orders_customer_fkey: only in the source/m,
  },
  {
    what: "a foreign key's action",
    sql: 'ALTER TABLE sales.orders DROP CONSTRAINT orders_customer_fkey, ADD CONSTRAINT orders_customer_fkey FOREIGN KEY (customer) REFERENCES sales.customer',
    named: /orders_customer_fkey: another definition/m,
  },
  {
    what: 'an owner',
    sql: 'ALTER TABLE sales.orders OWNER TO postgres',
    named: /^TABLE sales orders: of shop_owner in the source, of postgres in the target/m,
  },
  { what: 'a right', sql: 'REVOKE SELECT ON sales.orders FROM shop_readers', named: /^ACL sales TABLE orders/m },
  {
    what: "a column's right",
    sql: 'REVOKE GRANT OPTION FOR SELECT (name) ON sales.customer FROM shop_report',
    named: /^ACL sales COLUMN customer\.name: another/m,
  },
  {
    what: 'rights of the future',
    sql: 'ALTER DEFAULT PRIVILEGES FOR ROLE shop_owner IN SCHEMA sales REVOKE SELECT ON TABLES FROM shop_readers',
    named: /^DEFAULT ACL sales/m,
  },
  { what: 'a default', sql: `ALTER TABLE sales.orders ALTER state SET DEFAULT 'paid'`, named: /^(TABLE|DEFAULT) sales orders.*: another definition/m },
  { what: "a column's type", sql: 'ALTER TABLE sales.parent ALTER id TYPE bigint', named: /^TABLE sales parent: another definition/m },
  { what: 'a trigger that is off', sql: 'ALTER TABLE sales.orders DISABLE TRIGGER touch', named: /^TRIGGER sales orders touch: another definition/m },
  { what: 'a policy missing', sql: 'DROP POLICY own ON sales.customer', named: /^POLICY sales customer own: only in the source/m },
  {
    what: 'row security that is off',
    sql: 'ALTER TABLE sales.customer DISABLE ROW LEVEL SECURITY',
    named: /^ROW SECURITY sales customer: only in the source/m,
  },
  { what: 'a rule missing', sql: 'DROP RULE no_delete ON sales.cache', named: /^RULE sales cache no_delete: only in the source/m },
  {
    what: 'a view',
    sql: 'CREATE OR REPLACE VIEW sales.totals AS SELECT customer, max(total) AS total FROM sales.orders GROUP BY customer',
    named: /^VIEW sales totals: another/m,
  },
  {
    what: 'a materialized view that is empty',
    sql: 'REFRESH MATERIALIZED VIEW sales.best WITH NO DATA',
    named: /^MATERIALIZED VIEW DATA sales best: only in the source/m,
  },
  {
    what: "a function's remark",
    sql: `CREATE OR REPLACE FUNCTION sales.touch() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN NEW.changed = NEW.changed; /* ! */ RETURN NEW; END $f$`,
    named: /^FUNCTION sales touch\(\): another/m,
  },
  { what: 'a comment', sql: `COMMENT ON TABLE sales.orders IS 'What they bought!'`, named: /^COMMENT sales TABLE orders: another/m },
  { what: 'a label more', sql: `ALTER TYPE sales.state ADD VALUE 'lost'`, named: /^TYPE sales state: another/m },
  { what: "a domain's check", sql: 'ALTER DOMAIN sales.email DROP CONSTRAINT email_check', named: /^DOMAIN sales email: another/m },
  { what: 'an heir no more', sql: 'ALTER TABLE sales.child NO INHERIT sales.parent', named: /^TABLE sales child: another/m },
  { what: 'a table more', sql: 'CREATE TABLE sales.more (id integer)', named: /^sales\.more: only in the target/m },
  { what: 'a table missing', sql: 'DROP TABLE sales."Odd ""Name"""', named: /^sales\.Odd "Name": only in the source/m },
  { what: 'a byte of a large object', sql: `SELECT lo_put(70003, 5000, '!')`, named: /^Large objects/m },
  { what: "a large object's owner", sql: 'ALTER LARGE OBJECT 70002 OWNER TO postgres', named: /^Large objects/m },
  { what: 'a large object missing', sql: 'SELECT lo_unlink(70004)', named: /^Large objects/m },
  { what: "the database's owner", sql: 'ALTER DATABASE mutated OWNER TO postgres', named: /^Database: another owner/m },
  { what: 'a setting of the database', sql: `ALTER DATABASE mutated SET work_mem = '9MB'`, named: /^Database: another settings/m },
  { what: 'a right on the database', sql: 'GRANT CONNECT ON DATABASE mutated TO PUBLIC', named: /^Database: another grants/m },
];

/** What makes no difference: nothing of it may be named. */
export const harmless: readonly string[] = [
  'SELECT 1',
  'VACUUM FULL',
  'REINDEX TABLE sales.orders',
  'UPDATE sales.orders SET state = state',
  'CREATE TABLE sales.again AS TABLE sales.event_2025; TRUNCATE sales.event_2025; INSERT INTO sales.event_2025 SELECT * FROM sales.again ORDER BY at DESC; DROP TABLE sales.again',
];
