import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { inTransaction } from '../../shared/database.js';
import { isPassword } from './passwords.js';
import { realm } from './realm.js';
import { reconnecting } from './reconnect.js';

export interface Login {
  /** Of the row in event_entity, which is there once this is answered. */
  readonly event: string;
  readonly error?: 'user_not_found' | 'invalid_user_credentials';
}

const credentialSql = `SELECT u.id, c.secret_data FROM user_entity u JOIN credential c ON c.user_id = u.id
  WHERE u.realm_id = $1 AND u.username = $2 AND u.enabled AND c.type = 'password'`;
/** A commit whose answer was lost may have been one: then the row is there already. */
const eventSql = `INSERT INTO event_entity (id, client_id, details_json, error, realm_id, event_time, type, user_id) VALUES ($1, 'account', $2, $3, $4, $5, $6, $7)
  ON CONFLICT (id) DO NOTHING`;

/** Checks a password and writes the event, once, on however many connections that takes. */
export async function logIn(pool: pg.Pool, { user, password }: { readonly user: string; readonly password: string }): Promise<Login> {
  const [event, at] = [randomUUID(), Date.now()];
  return reconnecting(() =>
    inTransaction(pool, async (client) => {
      const [found] = (await client.query<{ id: string; secret_data: string }>(credentialSql, [realm, user])).rows;
      const error = problemOf(found, password);
      const details = JSON.stringify({ auth_method: 'openid-connect', username: user });
      await client.query(eventSql, [event, details, error, realm, at, error ? 'LOGIN_ERROR' : 'LOGIN', found?.id]);
      return { event, ...(error && { error }) };
    }),
  );
}

function problemOf(found: { readonly secret_data: string } | undefined, password: string): Login['error'] {
  if (!found) return 'user_not_found';
  return isPassword(password, found.secret_data) ? undefined : 'invalid_user_credentials';
}
