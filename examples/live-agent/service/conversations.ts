import type pg from 'pg';
import { inTransaction } from '../../shared/database.js';

const pageLength = 25;

/** Newest activity first; pages count from 1. */
export async function pageOfConversations(pool: pg.Pool, page: number): Promise<readonly object[]> {
  const order = 'ORDER BY last_activity_at DESC, id DESC';
  return (await pool.query(`SELECT * FROM conversation_overview ${order} LIMIT ${pageLength} OFFSET $1`, [(page - 1) * pageLength])).rows;
}

export async function conversationById(pool: pg.Pool, id: string): Promise<object | undefined> {
  const { rows } = await pool.query('SELECT * FROM conversation_overview WHERE id = $1', [id]);
  if (rows.length === 0) return undefined;
  const messages = await pool.query('SELECT id, incoming, content, created_at FROM messages WHERE conversation_id = $1 ORDER BY created_at, id LIMIT 200', [
    id,
  ]);
  return { ...rows[0], messages: messages.rows };
}

/** A user's new conversation, with its first message. */
export async function begin(pool: pg.Pool, { name, text }: { readonly name: string; readonly text: string }) {
  return inTransaction(pool, async (client) => {
    const one = async (sql: string, values: readonly unknown[]): Promise<string> => (await client.query(sql, [...values])).rows[0]?.id;
    const account =
      (await one('SELECT id FROM accounts ORDER BY id LIMIT 1', [])) ?? (await one("INSERT INTO accounts (name) VALUES ('first') RETURNING id", []));
    const channel =
      "INSERT INTO inboxes (account_id, name, channel) VALUES ($1, 'web', 'web') ON CONFLICT (account_id, name) DO UPDATE SET channel = 'web' RETURNING id";
    const inbox = await one(channel, [account]);
    const contact = await one('INSERT INTO contacts (account_id, name) VALUES ($1, $2) RETURNING id', [account, name]);
    const conversation = await one('INSERT INTO conversations (account_id, inbox_id, contact_id) VALUES ($1, $2, $3) RETURNING id', [account, inbox, contact]);
    const message = await one('INSERT INTO messages (conversation_id, incoming, content) VALUES ($1, true, $2) RETURNING id', [conversation, text]);
    return { conversation, message };
  });
}

/** The worker's answer to a message; once, however often the job is done. */
export async function reply(pool: pg.Pool, { message, conversation }: { readonly message: string; readonly conversation: string }): Promise<void> {
  const sql = `INSERT INTO messages (conversation_id, incoming, source_id, content) VALUES ($1, false, $2, 'We have your message.')
    ON CONFLICT (source_id) WHERE source_id IS NOT NULL DO NOTHING`;
  await pool.query(sql, [conversation, `reply-${message}`]);
}
