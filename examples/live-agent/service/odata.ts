import type pg from 'pg';
import type { Answer, Call } from '../../cognigy/service/serve.js';
import { schemaProblem } from './ready.js';

const sets: Readonly<Record<string, string>> = { Conversations: 'conversations', Messages: 'messages', Contacts: 'contacts' };
const most = 1000;

/** Reports' way in, as a session that cannot write: `/odata/Messages?$top=10&$skip=20`, by id. */
export const answerOdata =
  (pool: pg.Pool, version: string) =>
  async ({ method, path, search }: Call): Promise<Answer> => {
    if (path === '/') return card(await schemaProblem(pool, version));
    const table = method === 'GET' ? sets[path.replace(/^\/odata\//, '')] : undefined;
    return table ? { status: 200, body: { value: await rowsOf(pool, table, new URLSearchParams(search)) } } : { status: 404, body: { error: 'no such set' } };
  };

const card = (problem: string | undefined): Answer => (problem ? { status: 503, body: problem } : { status: 200, body: Object.keys(sets) });

async function rowsOf(pool: pg.Pool, table: string, query: URLSearchParams): Promise<readonly object[]> {
  const top = Math.min(most, Number(query.get('$top') ?? 100));
  return (await pool.query(`SELECT * FROM ${table} ORDER BY id LIMIT $1 OFFSET $2`, [top, Number(query.get('$skip') ?? 0)])).rows;
}
