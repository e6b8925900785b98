import { adminRole, realm } from '../service/realm.js';

/** How much a seed writes. Equal numbers make equal rows. */
export interface SeedSize {
  readonly seed: number;
  readonly users: number;
}

/** Measured: of all tables with their indexes. */
const usersPerGib = 149_000;
const fewest = 200;

export const sizeOf = ({ gib, seed = 1 }: { readonly gib: number; readonly seed?: number }): SeedSize => ({
  seed,
  users: Math.max(fewest, Math.round(gib * usersPerGib)),
});

/** What a user of the seed logs in with; they count from 1. */
export const seededLogin = (number: number) => ({ user: `user${String(number).padStart(7, '0')}`, password: `lab-only-${number}` });

/**
 * One script for psql or a client that takes several statements at once: empties the tables, all but the administrators' rows, and fills them in the server.
 * Foreign keys are asleep meanwhile; the rows keep to them.
 */
export const rowsSql = ({ seed, users }: SeedSize): string => `
BEGIN;
SET LOCAL session_replication_role = replica;
SET LOCAL timezone = 'UTC';
SET LOCAL synchronous_commit = off;
SET LOCAL seed.seed = ${seed};
SET LOCAL seed.users = ${users};
${script}
COMMIT;
ANALYZE;
`;

const script = `
CREATE FUNCTION pg_temp.seed(name text) RETURNS bigint LANGUAGE sql STABLE AS $$ SELECT current_setting('seed.' || name)::bigint $$;
CREATE FUNCTION pg_temp.id(what text, number bigint) RETURNS text LANGUAGE sql STABLE AS $$ SELECT md5(what || ' ' || current_setting('seed.seed') || ' ' || number)::uuid::text $$;

TRUNCATE event_entity, offline_user_session, user_attribute, redirect_uris, client, realm_attribute;
DELETE FROM credential WHERE user_id NOT IN (SELECT user_id FROM user_role_mapping WHERE role_id = '${adminRole}');
DELETE FROM user_entity WHERE id NOT IN (SELECT user_id FROM user_role_mapping WHERE role_id = '${adminRole}');
DELETE FROM user_role_mapping WHERE role_id <> '${adminRole}';
DELETE FROM keycloak_role WHERE id <> '${adminRole}';

INSERT INTO realm_attribute (name, realm_id, value)
SELECT 'attribute.' || n, '${realm}', CASE WHEN n % 7 = 0 THEN '' WHEN n % 5 = 0 THEN NULL ELSE repeat('größe 注文 🙂 "' || chr(10) || chr(92) || 'N' || chr(9), n) END FROM generate_series(1, 60) AS n;
INSERT INTO client (id, enabled, client_id, secret, protocol, realm_id)
SELECT pg_temp.id('client', n), n % 9 > 0, 'app-' || n, CASE WHEN n % 3 > 0 THEN md5('secret ' || n) END, 'openid-connect', '${realm}' FROM generate_series(1, 40) AS n;
INSERT INTO redirect_uris (client_id, value)
SELECT pg_temp.id('client', n), 'https://app-' || n || '.example.com/' || m || '/*' FROM generate_series(1, 40) AS n, generate_series(1, 3) AS m;
INSERT INTO keycloak_role (id, client_realm_constraint, client_role, description, name, realm_id, client, realm)
SELECT pg_temp.id('role', n), CASE WHEN n % 2 = 0 THEN '${realm}' ELSE pg_temp.id('client', 1 + n % 40) END, n % 2 = 1, CASE WHEN n % 4 > 0 THEN 'Role ' || n END, 'role-' || n, '${realm}',
  CASE WHEN n % 2 = 1 THEN pg_temp.id('client', 1 + n % 40) END, CASE WHEN n % 2 = 0 THEN '${realm}' END FROM generate_series(1, 100) AS n;

INSERT INTO user_entity (id, email, email_constraint, email_verified, enabled, first_name, last_name, realm_id, username, created_timestamp)
SELECT pg_temp.id('user', n), CASE WHEN n % 11 > 0 THEN 'user' || n || '@example.com' END, CASE WHEN n % 11 > 0 THEN 'user' || n || '@example.com' ELSE pg_temp.id('no mail', n) END,
  n % 3 > 0, n % 100 > 0, (ARRAY['Zoë', 'José', '花子', 'Søren', 'Olga'])[1 + n % 5], CASE WHEN n % 8 > 0 THEN 'Name ' || left(pg_temp.id('name', n), 8) END, '${realm}',
  'user' || lpad(n::text, 7, '0'), 1577836800000 + n * 60007 FROM generate_series(1, pg_temp.seed('users')) AS n;
INSERT INTO user_attribute (id, name, value, user_id)
SELECT pg_temp.id('attribute ' || m, n), (ARRAY['locale', 'department'])[m], CASE WHEN (n + m) % 10 > 0 THEN (ARRAY['de', 'ja', 'en', 'fr_CA'])[1 + (n % 4)] END, pg_temp.id('user', n)
FROM generate_series(1, pg_temp.seed('users')) AS n, generate_series(1, 2) AS m;
INSERT INTO user_role_mapping (role_id, user_id)
SELECT pg_temp.id('role', 1 + (n * 7 + m) % 100), pg_temp.id('user', n) FROM generate_series(1, pg_temp.seed('users')) AS n, generate_series(1, 2) AS m;

WITH salted AS (SELECT n, decode(md5('salt ' || pg_temp.seed('seed') || ' ' || n), 'hex') AS salt FROM generate_series(1, pg_temp.seed('users')) AS n)
INSERT INTO credential (id, type, user_id, created_date, secret_data, credential_data, priority)
SELECT pg_temp.id('credential', n), 'password', pg_temp.id('user', n), 1577836800000 + n * 60007,
  json_build_object('value', encode(sha256(salt || convert_to('lab-only-' || n, 'UTF8')), 'base64'), 'salt', encode(salt, 'base64'))::text,
  '{"hashIterations":1,"algorithm":"sha256"}', 10 FROM salted;

INSERT INTO offline_user_session (user_session_id, user_id, realm_id, created_on, offline_flag, data, last_session_refresh)
SELECT pg_temp.id('session', n), pg_temp.id('user', 1 + n % pg_temp.seed('users')), '${realm}', 1700000000 + n * 3, (ARRAY['0', '1'])[1 + n % 2],
  json_build_object('ipAddress', '10.1.' || n % 250 || '.7', 'authMethod', 'openid-connect', 'started', 1700000000 + n * 3, 'notes', json_build_object('KC_DEVICE_NOTE', repeat(md5('note ' || n), (1 + n % 24)::integer)))::text,
  1700000000 + n * 5 FROM generate_series(1, pg_temp.seed('users') * 3) AS n;
INSERT INTO event_entity (id, client_id, details_json, error, ip_address, realm_id, session_id, event_time, type, user_id, recorded_at)
SELECT pg_temp.id('event', n), 'app-' || 1 + n % 40,
  CASE WHEN n % 6 > 0 THEN jsonb_build_object('auth_method', 'openid-connect', 'redirect_uri', 'https://app-' || 1 + n % 40 || '.example.com/', 'code_id', pg_temp.id('code', n)) END,
  CASE WHEN n % 13 = 0 THEN 'invalid_user_credentials' END, '10.1.' || n % 250 || '.7', '${realm}', CASE WHEN n % 4 > 0 THEN pg_temp.id('session', n) END,
  1700000000000 + n * 977, CASE WHEN n % 13 = 0 THEN 'LOGIN_ERROR' ELSE (ARRAY['LOGIN', 'CODE_TO_TOKEN', 'REFRESH_TOKEN'])[1 + n % 3] END,
  pg_temp.id('user', 1 + n % pg_temp.seed('users')), '2023-11-14 22:13:20+00'::timestamptz + n * interval '0.977013 seconds'
FROM generate_series(1, pg_temp.seed('users') * 6) AS n;
`;
