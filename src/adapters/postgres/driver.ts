import pg from 'pg';
import { type ConnectPostgres, type PostgresConnection, PostgresRefusal, type Row } from './postgres.js';

/** Classes of SQLSTATE after which the server ends the connection, or after which a commit may have happened: operator intervention, system and internal errors. */
const unsettling = /^(08|57P|58|XX|F0)/;

/** Connects with node-postgres. Plain errors of the driver where the server cannot be reached or refuses the login. */
export const connectPostgres: ConnectPostgres = async ({ connectWithinMs, applicationName, ...address }) => {
  const client = new pg.Client({ ...address, application_name: applicationName, connectionTimeoutMillis: connectWithinMs, keepAlive: true });
  const gone = new Promise<void>((resolve) => client.once('end', resolve));
  // The driver raises what breaks an idle connection here; `gone` tells it.
  client.on('error', () => {});
  try {
    await client.connect();
  } catch (error) {
    drop(client);
    throw error;
  }
  return connection(client, gone);
};

function connection(client: pg.Client, gone: Promise<void>): PostgresConnection {
  let warning: string | undefined;
  client.on('notice', ({ severity, message }) => {
    if (severity === 'WARNING') warning = message ?? 'a warning without words';
  });
  return {
    gone,
    drop: () => drop(client),
    async query(text, values = []) {
      warning = undefined;
      try {
        const { rows } = await client.query<Row>(text, [...values]);
        return { rows, ...(warning !== undefined && { warned: warning }) };
      } catch (error) {
        throw refusalIn(error) ?? error;
      }
    },
  };
}

function refusalIn(error: unknown): PostgresRefusal | undefined {
  if (!(error instanceof pg.DatabaseError) || error.code === undefined || unsettling.test(error.code)) return undefined;
  return new PostgresRefusal(error.code, error.message);
}

/** `end` says goodbye and waits for the server, which may be frozen. */
function drop(client: pg.Client): void {
  const { connection } = client as unknown as { readonly connection?: { readonly stream?: { destroy(): void } } };
  connection?.stream?.destroy();
}
