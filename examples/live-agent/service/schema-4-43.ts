import type { SchemaStep } from './schema.js';

/** The whole schema as 4.43 makes it in an empty database. A server without extensions, of 13 or newer, is searched by name more slowly. */
export const schema443: SchemaStep = {
  version: 20240918101500,
  sql: `
DO $$ DECLARE wanted text; BEGIN
  FOR wanted IN SELECT name FROM pg_available_extensions WHERE name IN ('pgcrypto', 'pg_trgm') LOOP
    EXECUTE format('CREATE EXTENSION IF NOT EXISTS %I', wanted);
  END LOOP;
END $$;
CREATE TYPE conversation_status AS ENUM ('open', 'pending', 'snoozed', 'resolved');
CREATE SEQUENCE conversation_display_ids START 1000;

CREATE TABLE accounts (
  id bigserial PRIMARY KEY, name text NOT NULL, locale varchar(12) NOT NULL DEFAULT 'en', settings jsonb NOT NULL DEFAULT '{}',
  storage_limit numeric(12, 2), created_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE users (
  id bigserial PRIMARY KEY, account_id bigint NOT NULL REFERENCES accounts ON DELETE CASCADE, email text NOT NULL, display_name text,
  password_digest bytea NOT NULL, roles text[] NOT NULL DEFAULT '{agent}', last_sign_in_ip inet, created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT email_looks_like_one CHECK (email LIKE '%_@_%')
);
CREATE UNIQUE INDEX users_email ON users (lower(email));
CREATE TABLE inboxes (
  id bigserial PRIMARY KEY, account_id bigint NOT NULL REFERENCES accounts ON DELETE CASCADE, name text NOT NULL, channel text NOT NULL,
  greeting text, UNIQUE (account_id, name)
);
CREATE TABLE contacts (
  id bigserial PRIMARY KEY, account_id bigint NOT NULL REFERENCES accounts ON DELETE CASCADE, token uuid NOT NULL DEFAULT gen_random_uuid() UNIQUE,
  name text NOT NULL, phone text, custom_attributes jsonb NOT NULL DEFAULT '{}', born_on date, created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX contacts_attributes ON contacts USING gin (custom_attributes);
DO $$ BEGIN
  IF EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_trgm') THEN CREATE INDEX contacts_name ON contacts USING gin (name gin_trgm_ops); END IF;
END $$;
CREATE TABLE conversations (
  id bigserial PRIMARY KEY, display_id bigint NOT NULL, account_id bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
  inbox_id bigint NOT NULL REFERENCES inboxes, contact_id bigint NOT NULL REFERENCES contacts, assignee_id bigint REFERENCES users ON DELETE SET NULL,
  status conversation_status NOT NULL DEFAULT 'open', labels text[] NOT NULL DEFAULT '{}', additional jsonb,
  last_activity_at timestamptz NOT NULL DEFAULT now(), created_at timestamptz NOT NULL DEFAULT now(), UNIQUE (account_id, display_id)
);
CREATE INDEX conversations_waiting ON conversations (account_id, last_activity_at DESC) WHERE status <> 'resolved';
CREATE INDEX conversations_contact ON conversations (contact_id);
CREATE TABLE messages (
  id bigserial PRIMARY KEY, conversation_id bigint NOT NULL REFERENCES conversations ON DELETE CASCADE, sender_id bigint REFERENCES users,
  source_id text, incoming boolean NOT NULL, content text, content_attributes jsonb, created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX messages_conversation ON messages (conversation_id, created_at);
CREATE UNIQUE INDEX messages_source ON messages (source_id) WHERE source_id IS NOT NULL;
CREATE TABLE attachments (
  id bigserial PRIMARY KEY, message_id bigint NOT NULL REFERENCES messages ON DELETE CASCADE, path text NOT NULL UNIQUE, bytes integer NOT NULL CHECK (bytes >= 0),
  checksum char(32) NOT NULL, thumbnail bytea
);
CREATE INDEX attachments_message ON attachments (message_id);

CREATE FUNCTION number_conversation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.display_id := coalesce(NEW.display_id, nextval('conversation_display_ids'));
  RETURN NEW;
END $$;
CREATE TRIGGER number_conversation BEFORE INSERT ON conversations FOR EACH ROW EXECUTE PROCEDURE number_conversation();
CREATE FUNCTION note_activity() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE conversations SET last_activity_at = greatest(last_activity_at, NEW.created_at) WHERE id = NEW.conversation_id;
  RETURN NULL;
END $$;
CREATE TRIGGER note_activity AFTER INSERT ON messages FOR EACH ROW EXECUTE PROCEDURE note_activity();

CREATE VIEW conversation_overview AS
  SELECT c.id, c.account_id, c.display_id, c.status, c.labels, c.last_activity_at, k.name AS contact, i.channel, u.display_name AS assignee
  FROM conversations c JOIN contacts k ON k.id = c.contact_id JOIN inboxes i ON i.id = c.inbox_id LEFT JOIN users u ON u.id = c.assignee_id;
`,
};
