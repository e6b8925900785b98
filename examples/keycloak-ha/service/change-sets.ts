/** A change of the schema, once applied a row of databasechangelog. */
export interface ChangeSet {
  readonly id: string;
  readonly sql: string;
}

/** Tables in the shape of Keycloak's, the same in 1.4 and 2.0: that upgrade changes the database's server, not what is in it. */
export const changeSets: readonly ChangeSet[] = [
  {
    id: '1.0.0.Final',
    sql: `
CREATE TABLE realm (
  id varchar(36) PRIMARY KEY, name varchar(255) NOT NULL UNIQUE, enabled boolean NOT NULL DEFAULT false, access_token_lifespan integer, password_policy varchar(2550),
  ssl_required varchar(255), not_before integer
);
CREATE TABLE realm_attribute (name varchar(255), realm_id varchar(36) REFERENCES realm, value text, PRIMARY KEY (name, realm_id));
CREATE TABLE client (
  id varchar(36) PRIMARY KEY, enabled boolean NOT NULL DEFAULT false, client_id varchar(255), secret varchar(255), protocol varchar(255), realm_id varchar(36),
  node_rereg_timeout integer DEFAULT 0, UNIQUE (realm_id, client_id)
);
CREATE TABLE redirect_uris (client_id varchar(36) NOT NULL REFERENCES client, value varchar(255) NOT NULL, PRIMARY KEY (client_id, value));
CREATE TABLE keycloak_role (
  id varchar(36) PRIMARY KEY, client_realm_constraint varchar(255), client_role boolean NOT NULL DEFAULT false, description varchar(255), name varchar(255),
  realm_id varchar(255), client varchar(36), realm varchar(36) REFERENCES realm, UNIQUE (name, client_realm_constraint)
);
CREATE TABLE user_entity (
  id varchar(36) PRIMARY KEY, email varchar(255), email_constraint varchar(255), email_verified boolean NOT NULL DEFAULT false, enabled boolean NOT NULL DEFAULT false,
  first_name varchar(255), last_name varchar(255), realm_id varchar(255), username varchar(255), created_timestamp bigint, not_before integer NOT NULL DEFAULT 0,
  UNIQUE (realm_id, email_constraint), UNIQUE (realm_id, username)
);
CREATE INDEX idx_user_email ON user_entity (email);
CREATE TABLE user_attribute (
  id varchar(36) PRIMARY KEY, name varchar(255) NOT NULL, value varchar(255), user_id varchar(36) NOT NULL REFERENCES user_entity
);
CREATE INDEX idx_user_attribute ON user_attribute (user_id);
CREATE INDEX idx_user_attribute_name ON user_attribute (name, value);
CREATE TABLE user_role_mapping (role_id varchar(255), user_id varchar(36) REFERENCES user_entity, PRIMARY KEY (role_id, user_id));
CREATE INDEX idx_user_role_mapping ON user_role_mapping (user_id);
CREATE TABLE credential (
  id varchar(36) PRIMARY KEY, salt bytea, type varchar(255), user_id varchar(36) REFERENCES user_entity, created_date bigint, user_label varchar(255),
  secret_data text, credential_data text, priority integer
);
CREATE INDEX idx_user_credential ON credential (user_id);
`,
  },
  {
    id: '4.2.0-offline-sessions',
    sql: `
CREATE TABLE offline_user_session (
  user_session_id varchar(36), user_id varchar(255) NOT NULL, realm_id varchar(36) NOT NULL, created_on integer NOT NULL, offline_flag varchar(4) NOT NULL, data text,
  last_session_refresh integer NOT NULL DEFAULT 0, PRIMARY KEY (user_session_id, offline_flag)
);
CREATE INDEX idx_offline_uss_createdon ON offline_user_session (created_on);
CREATE INDEX idx_offline_uss_by_user ON offline_user_session (user_id, realm_id, offline_flag);
`,
  },
  {
    id: '8.0.0-events',
    sql: `
CREATE TABLE event_entity (
  id varchar(36) PRIMARY KEY, client_id varchar(255), details_json jsonb, error varchar(255), ip_address varchar(255), realm_id varchar(255), session_id varchar(255),
  event_time bigint, type varchar(255), user_id varchar(255), recorded_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX idx_event_time ON event_entity (realm_id, event_time);
`,
  },
];

/** Liquibase's own tables; databasechangelog has no key in Keycloak either. */
export const changeLogSql = `
CREATE TABLE IF NOT EXISTS databasechangelog (
  id varchar(255) NOT NULL, author varchar(255) NOT NULL, filename varchar(255) NOT NULL, dateexecuted timestamp NOT NULL, orderexecuted integer NOT NULL,
  exectype varchar(10) NOT NULL, md5sum varchar(35)
);
CREATE TABLE IF NOT EXISTS databasechangeloglock (id integer PRIMARY KEY, locked boolean NOT NULL, lockgranted timestamp, lockedby varchar(255));
INSERT INTO databasechangeloglock (id, locked) VALUES (1, false) ON CONFLICT DO NOTHING;
`;
