import { openPostgres } from '../../../../src/adapters/postgres/open.js';
import type { OpenPostgres, PostgresSession } from '../../../../src/adapters/postgres/session.js';

export class Killed extends Error {}

/** A copier that is killed right after a statement: the first that it is time for is done, then all of its sessions are gone and nothing more is asked. */
export function dyingAfter(isTime: (statement: string) => boolean): OpenPostgres {
  const sessions: PostgresSession[] = [];
  let dead = false;
  const told = async <T>(text: string, act: () => Promise<T>): Promise<T> => {
    if (dead) throw new Killed();
    const result = await act();
    if (!isTime(text)) return result;
    dead = true;
    await Promise.all(sessions.map((session) => session.close()));
    throw new Killed();
  };
  return async (server, options) => {
    if (dead) throw new Killed();
    const session = await openPostgres(server, options);
    sessions.push(session);
    return {
      version: session.version,
      name: session.name,
      query: (text, values) => told(text, () => session.query(text, values)),
      run: (script) => told(script, () => session.run(script)),
      inTransaction: (work) => session.inTransaction(work),
      pipeFrom: (...all) => session.pipeFrom(...all),
      close: () => session.close(),
    };
  };
}
