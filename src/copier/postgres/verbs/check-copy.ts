import type { PostgresSession } from '../../../adapters/postgres/session.js';
import type { PostgresRequestOf } from '../../../model/copier-postgres.js';
import type { CopyCheck } from '../../../model/copier-requests.js';
import type { PostgresContext } from '../context.js';
import { findRefusals } from '../find-refusals.js';
import { readSpace } from '../free-space.js';
import { maintenanceDatabase } from '../run-notes.js';
import { withSession } from '../with-session.js';

/** What a copy would be refused for on the target's side, and the room that it needs. Changes nothing. */
export async function checkCopy({ at, source = at, databases }: PostgresRequestOf<'checkCopy'>, context: PostgresContext): Promise<CopyCheck> {
  const { open } = context;
  const checkOne = async (target: PostgresSession, from: string, to: string) =>
    withSession({ open, at: source, database: from, readOnly: true }, async (session) => {
      const problems = (await findRefusals(session, target, context)).map(({ message }) => message);
      return { from, to, problems, space: await readSpace(session, target) };
    });
  return withSession({ open, at, database: maintenanceDatabase }, async (target) => {
    const checked: CopyCheck['databases'][number][] = [];
    for (const { from, to } of databases) checked.push(await checkOne(target, from, to));
    return { databases: checked };
  });
}
