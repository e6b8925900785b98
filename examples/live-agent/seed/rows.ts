/** How much a seed writes. Equal numbers make equal rows. */
export interface SeedSize {
  readonly seed: number;
  readonly messages: number;
  /** Attachments: each a row and a file on the volume (service/attachments.ts makes those). */
  readonly files: number;
}

/** Measured: of all tables with their indexes. */
const messagesPerGib = 1_440_000;
const fewest = 1000;

export function sizeOf({ gib, seed = 1, files = 300 }: { readonly gib: number; readonly seed?: number; readonly files?: number }): SeedSize {
  return { seed, files, messages: Math.max(fewest, files, Math.round(gib * messagesPerGib)) };
}

/**
 * One script for psql or a client that takes several statements at once: empties the tables and fills them in the server. Triggers and foreign keys are
 * asleep meanwhile, and two indexes made afterwards, or a gigabyte would take long; the rows keep to the keys.
 */
export const rowsSql = ({ seed, messages, files }: SeedSize): string => `
BEGIN;
SET LOCAL session_replication_role = replica;
SET LOCAL timezone = 'UTC';
SET LOCAL synchronous_commit = off;
SET LOCAL maintenance_work_mem = '256MB';
SET LOCAL client_min_messages = warning;
SET LOCAL seed.seed = ${seed};
SET LOCAL seed.messages = ${messages};
SET LOCAL seed.files = ${files};
${script}
COMMIT;
ANALYZE;
`;

const words =
  'Guten Tag, meine Lieferung ist nicht angekommen. 注文した商品がまだ届きません。 Could you check order 4711 for me? Je voudrais modifier l’adresse, s’il vous plaît. ' +
  '🙂 Thanks! Please wait while I look into it. Ihre Größe ist wieder verfügbar. El pago se ha realizado dos veces. «Заказ отменён», написали мне. ';

const script = `
CREATE FUNCTION pg_temp.seed(name text) RETURNS bigint LANGUAGE sql STABLE AS $$ SELECT current_setting('seed.' || name)::bigint $$;
CREATE FUNCTION pg_temp.digest(what text, number bigint) RETURNS text LANGUAGE sql STABLE AS $$ SELECT md5(what || ' ' || current_setting('seed.seed') || ' ' || number) $$;

TRUNCATE accounts RESTART IDENTITY CASCADE;

INSERT INTO accounts (id, name, locale, settings, storage_limit, created_at)
SELECT n, 'Account ' || n, (ARRAY['de', 'ja', 'en', 'fr_CA'])[1 + n % 4], jsonb_build_object('auto_resolve_days', n * 7, 'features', jsonb_build_array('inbox', 'reports')),
  CASE WHEN n % 2 = 0 THEN n * 1024.25 END, '2019-03-31 01:30:00+01'::timestamptz + n * interval '40 days'
FROM generate_series(1, 5) AS n;

INSERT INTO users (id, account_id, email, display_name, password_digest, roles, last_sign_in_ip, created_at)
SELECT n, 1 + n % 5, 'agent' || n || '@example.com', CASE WHEN n % 9 > 0 THEN 'Agent ' || left(pg_temp.digest('user', n), 6) END,
  decode(md5(n::text) || pg_temp.digest('password', n), 'hex'), CASE WHEN n % 10 = 0 THEN ARRAY['agent', 'administrator'] ELSE ARRAY['agent'] END,
  ('10.1.' || n % 250 || '.7')::inet, '2019-06-01 00:00:00+00'::timestamptz + n * interval '9 hours'
FROM generate_series(1, 200) AS n;

INSERT INTO inboxes (id, account_id, name, channel, greeting)
SELECT n, 1 + n % 5, 'Inbox ' || n, (ARRAY['web', 'email', 'whatsapp'])[1 + n % 3], CASE WHEN n % 4 = 0 THEN '' WHEN n % 4 = 1 THEN 'Hello' || chr(10) || 'there' END
FROM generate_series(1, 20) AS n;

INSERT INTO contacts (id, account_id, token, name, phone, custom_attributes, born_on, created_at)
SELECT n, 1 + n % 5, pg_temp.digest('contact', n)::uuid, (ARRAY['Zoë', 'José', '花子', 'Søren', 'Olga'])[1 + n % 5] || ' ' || left(pg_temp.digest('name', n), 8),
  CASE WHEN n % 3 = 0 THEN '+49 30 ' || n END, jsonb_build_object('plan', (ARRAY['free', 'pro', 'enterprise'])[1 + n % 3], 'orders', n % 40, 'vip', n % 50 = 0),
  CASE WHEN n % 7 > 0 THEN '1950-01-01'::date + (n % 20000)::integer END, '2020-01-01 00:00:00+00'::timestamptz + n * interval '31 minutes'
FROM generate_series(1, greatest(100, pg_temp.seed('messages') / 40)) AS n;

INSERT INTO conversations (id, display_id, account_id, inbox_id, contact_id, assignee_id, status, labels, additional, last_activity_at, created_at)
SELECT n, 1000 + n, 1 + n % 5, 1 + n % 20, 1 + (n * 17) % greatest(100, pg_temp.seed('messages') / 40), CASE WHEN n % 6 > 0 THEN 1 + n % 200 END,
  (ARRAY['open', 'pending', 'snoozed', 'resolved', 'resolved', 'resolved', 'resolved'])[1 + n % 7]::conversation_status,
  CASE n % 4 WHEN 0 THEN '{}' WHEN 1 THEN ARRAY['billing'] WHEN 2 THEN ARRAY['shipping', 'größe, "rot"'] ELSE ARRAY['vip', NULL, ''] END,
  CASE WHEN n % 5 > 0 THEN jsonb_build_object('referer', 'https://example.com/' || n, 'browser', jsonb_build_object('name', 'Firefox', 'version', n % 130)) END,
  '2021-01-01 00:00:00+00'::timestamptz + n * interval '10 minutes' + interval '1.234567 seconds', '2021-01-01 00:00:00+00'::timestamptz + n * interval '9 minutes'
FROM generate_series(1, greatest(50, pg_temp.seed('messages') / 16)) AS n;

CREATE TEMP TABLE seed_indexes ON COMMIT DROP AS SELECT indexdef FROM pg_indexes WHERE indexname IN ('messages_conversation', 'messages_source');
DROP INDEX messages_conversation, messages_source;
WITH given AS (
  SELECT repeat('${words}', 8) AS text, pg_temp.seed('seed') AS seed, greatest(50, pg_temp.seed('messages') / 16) AS conversations
)
INSERT INTO messages (id, conversation_id, sender_id, source_id, incoming, content, content_attributes, created_at)
SELECT n, 1 + (n * 7919 + seed) % conversations, CASE WHEN n % 2 = 0 THEN 1 + n % 200 END, CASE WHEN n % 10 = 0 THEN 'external-' || n END, n % 2 = 1,
  CASE WHEN n % 61 = 0 THEN NULL WHEN n % 1999 = 0 THEN repeat(text, 6) ELSE substr(text, (1 + (n * 37 + seed) % 1500)::integer, (40 + n % 800)::integer) END,
  CASE n % 3 WHEN 0 THEN jsonb_build_object('sentiment', (n % 200 - 100) / 100.0, 'entities', jsonb_build_array('order', n % 9999)) WHEN 1 THEN '{}' END,
  '2021-01-01 00:00:00+00'::timestamptz + n * interval '37.000013 seconds'
FROM given, generate_series(1, pg_temp.seed('messages')) AS n;
DO $$ DECLARE definition text; BEGIN FOR definition IN SELECT indexdef FROM seed_indexes LOOP EXECUTE definition; END LOOP; END $$;

WITH content AS (
  SELECT n, pg_temp.digest('attachment', n) AS digest, repeat(pg_temp.digest('attachment', n) || chr(10), ((n * 31) % 97)::integer) AS text FROM generate_series(1, pg_temp.seed('files')) AS n
)
INSERT INTO attachments (id, message_id, path, bytes, checksum, thumbnail)
SELECT n, n, 'conversations/' || n % 20 || '/' || left(digest, 8) || '-' || n || '.txt', octet_length(text), md5(text), CASE WHEN n % 3 = 0 THEN decode(digest, 'hex') END FROM content;

SELECT setval('accounts_id_seq', 5), setval('users_id_seq', 200), setval('inboxes_id_seq', 20), setval('contacts_id_seq', max(id)) FROM contacts;
SELECT setval('conversations_id_seq', max(id)), setval('conversation_display_ids', 1000 + max(id)) FROM conversations;
SELECT setval('messages_id_seq', max(id)) FROM messages;
SELECT setval('attachments_id_seq', greatest(1, max(id))) FROM attachments;
`;
