import pg from 'pg';

export interface DatabaseAddress {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password: string;
}

export function openDatabase(address: DatabaseAddress, options: pg.PoolConfig = {}): pg.Pool {
  const pool = new pg.Pool({ ...address, max: 6, connectionTimeoutMillis: 2000, statement_timeout: 30_000, ...options });
  // a connection that dies idle; the next query makes another
  pool.on('error', (error) => console.error(`database: ${error.message}`));
  return pool;
}

/** All or nothing. After a failure the connection is not used again: the server may still be at work on it. */
export async function inTransaction<T>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  // a connection that dies between two queries; the next one fails
  const onError = (error: Error) => console.error(`database: ${error.message}`);
  client.on('error', onError);
  let failed = true;
  try {
    await client.query('BEGIN');
    const result = await work(client);
    await client.query('COMMIT');
    failed = false;
    return result;
  } finally {
    client.release(failed);
    client.off('error', onError);
  }
}

/** `host:port`, the port if it is not `port`. */
export function readAddress(address: string | undefined, port: number): { readonly host: string; readonly port: number } {
  const [host = '127.0.0.1', given] = (address ?? '').split(':');
  return { host: host || '127.0.0.1', port: Number(given ?? port) };
}
