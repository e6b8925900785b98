import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { failure } from '../../../errors.js';
import type { BackedUpDatabase } from '../../../model/backup.js';
import type { PostgresResults } from '../../../model/copier-postgres.js';
import type { PostgresRestoreRequest } from '../../../model/copier-postgres-backup.js';
import { partNames } from '../../backup/part-names.js';
import { transferProgress } from '../../backup/transfer-progress.js';
import { watching } from '../../backup/watching.js';
import { EpochFence } from '../../epoch-fence.js';
import { chooseClient } from '../choose-client.js';
import type { PostgresContext } from '../context.js';
import { createDatabase } from '../database-locale.js';
import { writeProperties } from '../database-properties.js';
import { dropDatabase } from '../drop-database.js';
import { requireSpaceFor } from '../free-space.js';
import { makeRoles } from '../make-roles.js';
import { putOnDisk } from '../put-on-disk.js';
import { type BackedUp, findBackedUp, readAbout, readNamed } from '../restore/backed-up.js';
import { withArchive } from '../restore/fetch-archive.js';
import { refuseProtected } from '../restore/protected.js';
import { type RunNotes, withNotes } from '../run-notes.js';
import { majorOf } from '../server.js';
import { dumpWithoutStamps, hasStamps, withoutStamps } from '../server-stamps.js';
import { withSession } from '../with-session.js';

const exists = async ({ session }: RunNotes, database: string): Promise<boolean> =>
  (await session.query('SELECT 1 FROM pg_database WHERE datname = $1', [database])).length > 0;

/** An empty database of the run's own. What an earlier attempt began is dropped: half a restore is none. */
async function takeEmpty(notes: RunNotes, database: string, { bytes, ...locale }: BackedUpDatabase): Promise<void> {
  const made = await notes.made('database', database);
  const there = await exists(notes, database);
  if (there && !made) throw failure('AlreadyExists', `Database ${database} is there, and this run did not make it.`);
  if (there) await dropDatabase(notes.session, database);
  await requireSpaceFor(bytes, notes.session);
  if (!made) await notes.noteMade('database', database);
  await createDatabase(notes.session, database, locale);
}

async function requireExtensions({ session }: RunNotes, { name, extensions }: BackedUpDatabase): Promise<void> {
  const there = new Set((await session.query<{ name: string }>('SELECT name FROM pg_available_extensions')).map((each) => each.name));
  const missing = extensions.filter((each) => !there.has(each));
  if (missing.length > 0) throw failure('MissingExtension', `${name} needs ${missing.join(', ')}, which this server does not have.`);
}

/** Undefined where the dump is what its server is to run. */
async function withoutStampsOf(found: BackedUp, request: PostgresRestoreRequest, path: string): Promise<Readable | undefined> {
  const definitions = await readNamed(found, request, partNames.definitions['pre-data']);
  if (!hasStamps(definitions)) return undefined;
  return Readable.from(found.manifest.format === 'plain' ? dumpWithoutStamps(createReadStream(path)) : [withoutStamps(definitions)]);
}

async function fill(found: BackedUp, request: PostgresRestoreRequest, context: PostgresContext, major: number): Promise<void> {
  const { at, to, jobs } = request;
  const { clients, signal, open, progress } = context;
  const { manifest, database } = found;
  const { set } = transferProgress(progress, 'restore', database.bytes);
  await withArchive(found, request, context, (path) =>
    withSession({ open, at, database: 'postgres', readOnly: true }, (session) =>
      watching(
        async () => {
          const [size] = await session.query<{ bytes: string }>('SELECT pg_database_size($1) AS bytes', [to]);
          set(Number(size?.bytes ?? 0));
        },
        async () => {
          const instead = await withoutStampsOf(found, request, path);
          await clients.restore(at, to, { major, format: manifest.format, path, jobs, signal, ...(instead && { instead }) });
        },
      ),
    ),
  );
}

/**
 * Restores a database of a backup under a name that is free, with its roles, rights and settings. Safe to repeat: it begins anew. A role that is there keeps
 * what it has.
 */
export function restore(request: PostgresRestoreRequest, context: PostgresContext): Promise<PostgresResults['restore']> {
  const { at, run, epoch, to } = request;
  const startedMs = Date.now();
  return withNotes(context.open, at, run, async (notes) => {
    await new EpochFence(notes, epoch).claim();
    refuseProtected(to);
    const found = await findBackedUp(request, context);
    const { manifest, database } = found;
    const server = majorOf(notes.session);
    if (server < manifest.server.major)
      throw failure(
        'PreflightFailed',
        `Backup ${manifest.backup} is of PostgreSQL ${manifest.server.major}; ${at.host} is ${server}: definitions do not go back.`,
      );
    const major = chooseClient(await context.clients.majors(), manifest.tool.major, Math.max(manifest.tool.major, server));
    await requireExtensions(notes, database);
    const about = await readAbout(found, request);
    await takeEmpty(notes, to, database);
    const roles = await makeRoles(notes, about.roles);
    await fill(found, request, context, major);
    await withSession({ open: context.open, at, database: to, run }, (session) => session.run('ANALYZE'));
    await writeProperties(notes.session, to, about.properties);
    await new EpochFence(notes, epoch).check();
    await putOnDisk(notes.session);
    const rows = database.tables.reduce((sum, table) => sum + table.rows, 0);
    return { rows, tables: database.tables.length, roles, seconds: (Date.now() - startedMs) / 1000 };
  });
}
