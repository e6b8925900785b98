import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { inTransaction } from '../../shared/database.js';
import { hashPassword } from './passwords.js';

export const realm = 'main';
export const adminRole = 'main-role-admin';

const realmSql = `
INSERT INTO realm (id, name, enabled, access_token_lifespan, ssl_required) VALUES ('${realm}', '${realm}', true, 300, 'external') ON CONFLICT DO NOTHING;
INSERT INTO keycloak_role (id, client_realm_constraint, name, realm_id, realm) VALUES ('${adminRole}', '${realm}', 'admin', '${realm}', '${realm}') ON CONFLICT DO NOTHING;
`;

/** The realm, and in a database without users its first one. True: made now. */
export async function ensureRealm(pool: pg.Pool, { user, password }: { readonly user: string; readonly password: string }): Promise<boolean> {
  return inTransaction(pool, async (client) => {
    await client.query('SELECT pg_advisory_xact_lock(1040)');
    await client.query(realmSql);
    const { rowCount } = await client.query('SELECT FROM user_entity LIMIT 1');
    if (rowCount !== 0) return false;
    const [id, { secretData, credentialData }] = [randomUUID(), hashPassword(password)];
    await client.query('INSERT INTO user_entity (id, enabled, realm_id, username, created_timestamp) VALUES ($1, true, $2, $3, $4)', [
      id,
      realm,
      user,
      Date.now(),
    ]);
    const credential =
      "INSERT INTO credential (id, type, user_id, created_date, secret_data, credential_data, priority) VALUES ($1, 'password', $2, $3, $4, $5, 10)";
    await client.query(credential, [randomUUID(), id, Date.now(), secretData, credentialData]);
    await client.query('INSERT INTO user_role_mapping (role_id, user_id) VALUES ($1, $2)', [adminRole, id]);
    return true;
  });
}

/** By name; `first` counts from 0. */
export async function pageOfUsers(pool: pg.Pool, first: number, max: number): Promise<readonly object[]> {
  const sql =
    'SELECT id, username, email, first_name, last_name, enabled, created_timestamp FROM user_entity WHERE realm_id = $1 ORDER BY username LIMIT $2 OFFSET $3';
  return (await pool.query(sql, [realm, max, first])).rows;
}
