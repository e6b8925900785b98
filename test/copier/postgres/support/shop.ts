/** A database with one of everything that a copy has to move. */
export const shop = `
  CREATE ROLE shop_owner LOGIN PASSWORD 'owner-canary' CONNECTION LIMIT 50;
  CREATE ROLE shop_readers NOLOGIN;
  CREATE ROLE shop_report LOGIN PASSWORD 'report-canary' IN ROLE shop_readers;
  CREATE SCHEMA sales AUTHORIZATION shop_owner;
  CREATE TYPE sales.state AS ENUM ('new', 'paid', 'sent');
  CREATE TYPE sales.place AS (name text, latitude float8, longitude float8);
  CREATE DOMAIN sales.email AS text CHECK (VALUE ~ '@');
  CREATE FUNCTION sales.touch() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN NEW.changed = NEW.changed; RETURN NEW; END $f$;
  CREATE TABLE sales.customer (
    id bigserial PRIMARY KEY, name text NOT NULL, mail sales.email, born date, photo bytea, tags text[], extra jsonb, weight float8, position point,
    home sales.place, homes sales.place[], ratio float4, ratios float8[], lasts interval, seen timestamptz, code uuid, net inet, price numeric(12, 3)
  );
  CREATE TABLE sales.orders (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, customer bigint NOT NULL REFERENCES sales.customer ON DELETE CASCADE, state sales.state DEFAULT 'new',
    changed timestamp DEFAULT '2026-01-01', total numeric CHECK (total >= 0), filler text
  );
  CREATE TRIGGER touch BEFORE UPDATE ON sales.orders FOR EACH ROW EXECUTE PROCEDURE sales.touch();
  CREATE INDEX orders_state ON sales.orders (state) WHERE state <> 'sent';
  CREATE INDEX customer_lower ON sales.customer (lower(name));
  CREATE TABLE sales.event (at timestamptz NOT NULL, what text) PARTITION BY RANGE (at);
  CREATE TABLE sales.event_2025 PARTITION OF sales.event FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
  CREATE TABLE sales.event_2026 PARTITION OF sales.event FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
  CREATE INDEX event_at ON sales.event (at);
  CREATE TABLE sales.parent (id integer, note text);
  CREATE TABLE sales.child (more text) INHERITS (sales.parent);
  CREATE UNLOGGED TABLE sales.cache (key text PRIMARY KEY, value text);
  CREATE TABLE sales."Odd ""Name""" ("a b" integer, "select" text);
  CREATE VIEW sales.totals AS SELECT customer, sum(total) AS total FROM sales.orders GROUP BY customer;
  CREATE MATERIALIZED VIEW sales.best AS SELECT * FROM sales.totals ORDER BY total DESC LIMIT 10;
  CREATE UNIQUE INDEX best_customer ON sales.best (customer);
  CREATE RULE no_delete AS ON DELETE TO sales.cache DO INSTEAD NOTHING;
  ALTER TABLE sales.customer ENABLE ROW LEVEL SECURITY;
  CREATE POLICY own ON sales.customer TO shop_report USING (name = current_user);
  CREATE SEQUENCE sales.ticket INCREMENT 5 START 100;
  SELECT nextval('sales.ticket'), nextval('sales.ticket');
  COMMENT ON TABLE sales.orders IS 'What they bought';
  ALTER TABLE sales.orders OWNER TO shop_owner;
  ALTER TABLE sales.customer OWNER TO shop_owner;
  GRANT SELECT ON sales.orders TO shop_readers;
  GRANT SELECT (id, name) ON sales.customer TO shop_report WITH GRANT OPTION;
  ALTER DEFAULT PRIVILEGES FOR ROLE shop_owner IN SCHEMA sales GRANT SELECT ON TABLES TO shop_readers;

  INSERT INTO sales.customer (name, mail, born, photo, tags, extra, weight, position, home, homes, ratio, ratios, lasts, seen, code, net, price)
  SELECT 'c' || i, i || '@x', date '1970-01-01' + i, decode(md5(i::text), 'hex'), ARRAY[i::text, NULL, 'a,"b'], jsonb_build_object('i', i, 'f', i / 3.0),
    i / 3.0::float8, point(i / 7.0, -i), ROW('h' || i, i / 9.0, NULL)::sales.place, ARRAY[ROW('x', i, i / 11.0)::sales.place, NULL], i / 3.0::float4,
    ARRAY[i / 13.0, 'NaN', '-0'::float8], make_interval(months => i, secs => i / 3.0), timestamptz '2026-01-01' + make_interval(secs => i), md5(i::text)::uuid,
    ('10.0.' || i % 256 || '.1')::inet, i / 7.0
  FROM generate_series(1, 300) i;
  INSERT INTO sales.customer (name) VALUES (''), ('tab' || chr(9) || 'line' || chr(10) || 'back' || chr(92) || 'N');
  INSERT INTO sales.orders (customer, state, total, filler)
  SELECT 1 + i % 300, (ARRAY['new', 'paid', 'sent']::sales.state[])[1 + i % 3], i / 4.0, repeat(md5(i::text), 8) FROM generate_series(1, 20000) i;
  INSERT INTO sales.event SELECT timestamptz '2025-06-01 UTC' + make_interval(days => i), 'e' || i FROM generate_series(1, 400) i;
  INSERT INTO sales.parent VALUES (1, 'p'); INSERT INTO sales.child VALUES (2, 'c', 'm');
  INSERT INTO sales.cache VALUES ('k', NULL), ('', '');
  INSERT INTO sales."Odd ""Name""" VALUES (1, 'x'), (NULL, NULL);
  REFRESH MATERIALIZED VIEW sales.best;
  SELECT lo_from_bytea(70000 + i, decode(repeat(md5(i::text), 200), 'hex')) FROM generate_series(1, 20) i;
  SELECT lo_put(70001, 100000, 'after a hole');
  ALTER LARGE OBJECT 70002 OWNER TO shop_owner;
  ANALYZE;
`;

/** What belongs to the database itself. */
export const databaseOf = (name: string): string => `
  ALTER DATABASE ${name} OWNER TO shop_owner; REVOKE ALL ON DATABASE ${name} FROM PUBLIC; GRANT CONNECT ON DATABASE ${name} TO shop_readers WITH GRANT OPTION;
  ALTER DATABASE ${name} SET work_mem = '8MB'; ALTER ROLE shop_report IN DATABASE ${name} SET search_path = sales, "$user", public;
`;
