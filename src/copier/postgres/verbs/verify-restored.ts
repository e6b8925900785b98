import type { PostgresSession } from '../../../adapters/postgres/session.js';
import type { PostgresVerifyRestoredRequest } from '../../../model/copier-postgres-backup.js';
import type { PostgresVerifyResult } from '../../../model/postgres-facts.js';
import { partNames } from '../../backup/part-names.js';
import { hashProgress } from '../../hash-progress.js';
import { chooseClient } from '../choose-client.js';
import { compareWithDefinitions } from '../compare-definitions.js';
import { compareRoles } from '../compare-roles.js';
import type { PostgresContext } from '../context.js';
import { compareLocales, localeOf } from '../database-locale.js';
import { compareProperties, readProperties } from '../database-properties.js';
import { readDefinitions } from '../definitions.js';
import { hashTables } from '../hash-tables.js';
import { type BackedUp, findBackedUp, readAbout, readNamed } from '../restore/backed-up.js';
import { compareLargeObjects, compareSequences, compareTables } from '../restore/compare-restored.js';
import { readRolesOfRun } from '../run-notes.js';
import { majorOf } from '../server.js';
import { readTables } from '../tables.js';
import { several, withSessions } from '../with-session.js';
import { notesOf } from './verify.js';

type Request = PostgresVerifyRestoredRequest;
async function compareDefinitions(found: BackedUp, request: Request, context: PostgresContext, session: PostgresSession): Promise<readonly string[]> {
  const { at, to } = request;
  const target = { at, database: to, major: majorOf(session) };
  const major = chooseClient(await context.clients.majors(), found.manifest.tool.major, Math.max(found.manifest.tool.major, target.major));
  const texts = [await readNamed(found, request, partNames.definitions['pre-data']), await readNamed(found, request, partNames.definitions['post-data'])];
  return compareWithDefinitions(context, texts.map(readDefinitions), target, major);
}

/** Compares a restored database with what its backup says of the one that was dumped: rows, definitions with owners and rights, sequences, large objects, its own settings, the roles that it needs. */
export async function verifyRestored(request: Request, context: PostgresContext): Promise<PostgresVerifyResult> {
  const startedMs = Date.now();
  const found = await findBackedUp(request, context);
  const { database } = found;
  const { properties, roles } = await readAbout(found, request);
  const place = { open: context.open, at: request.at, database: request.to, readOnly: true };
  return withSessions(async (open) => {
    const sessions = await several(request.jobs, () => open(place));
    const [first] = sessions;
    const there = await readTables(first);
    const onPart = hashProgress(
      context.progress,
      there.reduce((sum, { bytes }) => sum + bytes, 0),
    );
    const hashes = await hashTables({ sessions, signal: context.signal, onPart }, there);
    const { tables, differences } = compareTables(database.tables, hashes);
    const compared = await compareRoles(roles, first, await readRolesOfRun(context.open, request.at, request.run));
    const all = [
      ...differences,
      ...(await compareDefinitions(found, request, context, first)),
      ...(await compareSequences(first, database)),
      ...(await compareLargeObjects(first, database, context.signal)),
      ...compareLocales(database, await localeOf(first)),
      ...compareProperties(properties, await readProperties(first)),
      ...compared.differences,
    ];
    const rows = database.tables.reduce((sum, table) => sum + table.rows, 0);
    return { equal: all.length === 0, rows, tables, differences: all, ...notesOf(compared), seconds: (Date.now() - startedMs) / 1000 };
  });
}
