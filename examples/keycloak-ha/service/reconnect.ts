import pg from 'pg';

const pauseMilliseconds = 200;

/** Connections that broke or were refused, servers that start, end or are standbys now, and a pooler without a primary. */
const lostCodes = /^(08|25006|40001|53300|57|58)/;
const lostMessages = /^(Connection terminated|timeout e|Query read timeout|Client has encountered a connection error|connect |read |write |getaddrinfo )/;

export const isLost = (error: unknown): boolean =>
  error instanceof pg.DatabaseError ? lostCodes.test(error.code ?? '') : error instanceof Error && lostMessages.test(error.message);

export class DatabaseAway extends Error {}

/** Repeats what may be repeated on a new connection for as long as connections are lost, at most this long: then DatabaseAway. */
export async function reconnecting<T>(attempt: () => Promise<T>, withinMilliseconds = 10_000): Promise<T> {
  const until = Date.now() + withinMilliseconds;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (!isLost(error)) throw error;
      if (Date.now() >= until) throw new DatabaseAway(`the database does not answer: ${(error as Error).message}`);
      await new Promise((next) => setTimeout(next, pauseMilliseconds));
    }
  }
}
