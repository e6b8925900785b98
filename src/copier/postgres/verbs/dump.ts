import { mkdir, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { failure } from '../../../errors.js';
import { type BackupManifest, type PostgresManifest, summaryOf } from '../../../model/backup.js';
import type { PostgresRequestOf, PostgresResults } from '../../../model/copier-postgres.js';
import { findManifest, publishManifest, readManifest, stagingFolder } from '../../backup/manifest.js';
import { transferProgress } from '../../backup/transfer-progress.js';
import { chooseClient } from '../choose-client.js';
import type { PostgresContext } from '../context.js';
import { type DumpedDatabase, dumpDatabase } from '../dump/dump-database.js';
import { describeServer } from '../server.js';
import { withSession } from '../with-session.js';

type Request = PostgresRequestOf<'dump'>;

const gib = 1024 ** 3;
/** SQL is longer than the pages that it comes from, at times; files of a directory are compressed. */
const room = { plain: 1.5, directory: 1 } as const;

/** On the volume itself, so that what is dumped there is kept by a change of its name. */
const stagingOn = ({ place, staging, backup }: Request): string => {
  if (staging !== undefined) return join(staging, backup);
  if (place.kind === 's3') throw failure('Invalid', 'A dump for S3 needs a folder in which it is made.');
  return join(place.folder, stagingFolder, backup);
};

async function sizeOf(request: Request, { open }: PostgresContext): Promise<number> {
  const { at, databases } = request;
  return withSession({ open, at, database: 'postgres', readOnly: true }, async (session) => {
    const found = await session.query<{ name: string; bytes: string }>('SELECT datname AS name, pg_database_size(oid) AS bytes FROM pg_database');
    const sizes = new Map(found.map(({ name, bytes }) => [name, Number(bytes)]));
    const missing = databases.filter((name) => !sizes.has(name));
    if (missing.length > 0) throw failure('NotFound', `There is no database ${missing.join(', ')} at ${at.host}.`);
    return databases.reduce((sum, name) => sum + (sizes.get(name) ?? 0), 0);
  });
}

/** NoSpace with both numbers before a byte is written. */
async function requireRoom(request: Request, staging: string, context: PostgresContext): Promise<void> {
  const needed = (await sizeOf(request, context)) * room[request.format];
  const { bavail, bsize } = await statfs(staging);
  const frees = [{ where: 'where the dump is made', free: bavail * bsize }];
  const kept = await context.openStore(request.place).freeBytes();
  if (kept !== undefined) frees.push({ where: "on the backup's volume", free: kept });
  const short = frees.find(({ free }) => free < needed);
  if (!short) return;
  const inGib = (bytes: number) => `${(bytes / gib).toFixed(2)} GiB`;
  throw failure('NoSpace', `The dump needs up to ${inGib(needed)}; ${inGib(short.free)} are free ${short.where}.`, { details: { needed, free: short.free } });
}

/** What attempts left that ended before they were done. The one that is published stays. */
async function removeOthers(request: Request, context: PostgresContext, keep: string): Promise<void> {
  const store = context.openStore(request.place);
  const paths = [...(await store.list(request.backup)).map(({ path }) => path), ...(await store.unfinished(request.backup))];
  const attempts = new Set(paths.map((path) => path.split('/')[1] ?? ''));
  for (const attempt of attempts) if (attempt !== keep && attempt !== 'manifest.json') await store.remove(`${request.backup}/${attempt}`);
}

/** Of several attempts one is published; its parts must be there, whoever cleaned up meanwhile. */
async function publish(request: Request, context: PostgresContext, manifest: PostgresManifest): Promise<BackupManifest> {
  const store = context.openStore(request.place);
  await publishManifest(store, manifest);
  const published = await readManifest(store, request.backup);
  const there = new Map((await store.list(request.backup)).map(({ path, bytes }) => [path, bytes]));
  const lost = published.parts.find(({ path, bytes }) => there.get(`${request.backup}/${path}`) !== bytes);
  if (lost) throw failure('DumpIncomplete', `${lost.path} of backup ${request.backup} is not where it was put.`);
  await removeOthers(request, context, published.parts[0]?.path.split('/')[0] ?? '');
  return published;
}

async function makeBackup(request: Request, context: PostgresContext): Promise<PostgresManifest> {
  const { at, backup, databases, format, recipients, place } = request;
  const { clients, signal, podUid, progress } = context;
  const startedAt = new Date().toISOString();
  const { version, major: server } = await withSession({ open: context.open, at, database: 'postgres', readOnly: true }, describeServer);
  const major = chooseClient(await clients.majors(), server, server);
  const staging = join(stagingOn(request), podUid);
  await rm(stagingOn(request), { recursive: true, force: true, maxRetries: 3 }).catch(() => undefined);
  await mkdir(staging, { recursive: true, mode: 0o700 });
  await removeOthers(request, context, podUid);
  await requireRoom(request, staging, context);
  const { add } = transferProgress(progress, 'store', 0);
  const kept = { store: context.openStore(place), backup, signal, onBytes: add };
  const done: DumpedDatabase[] = [];
  try {
    for (const [index, name] of databases.entries()) done.push(await dumpDatabase({ request, context, major, kept, staging }, name, `${podUid}/${index}`));
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
  return {
    ...{ backup, engine: 'postgresql', format, encrypted: recipients.length > 0, startedAt, endedAt: new Date().toISOString() },
    server: { version, major: server },
    tool: { name: 'pg_dump', version: await clients.versionOf(major), major },
    databases: done.map(({ database }) => database),
    parts: done.flatMap(({ parts }) => parts),
  };
}

/**
 * Dumps databases, each in a snapshot of its own, and keeps them as one backup. Nothing is a backup before its manifest is written, last. Safe to repeat: a
 * backup of that name stays as it is. Reads the server only.
 */
export async function dump(request: Request, context: PostgresContext): Promise<PostgresResults['dump']> {
  const startedMs = Date.now();
  const found = await findManifest(context.openStore(request.place), request.backup);
  const manifest = found ?? (await publish(request, context, await makeBackup(request, context)));
  return { ...summaryOf(manifest), seconds: (Date.now() - startedMs) / 1000 };
}
