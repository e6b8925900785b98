import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Section } from '../../../adapters/postgres/clients.js';
import type { BackedUpDatabase, BackupPart } from '../../../model/backup.js';
import type { PostgresRequestOf } from '../../../model/copier-postgres.js';
import { bytesIn } from '../../backup/bytes-in.js';
import { partNames } from '../../backup/part-names.js';
import { type BackupFolder, keepFile } from '../../backup/parts.js';
import { transferProgress } from '../../backup/transfer-progress.js';
import { watching } from '../../backup/watching.js';
import type { PostgresContext } from '../context.js';
import { readProperties } from '../database-properties.js';
import { readRoles } from '../roles.js';
import { describeServer } from '../server.js';
import { checkDump } from './check-dump.js';
import { describeDatabase, watchSequences } from './describe-database.js';
import { type Snapshot, withSnapshot } from './with-snapshot.js';

export interface DumpJob {
  readonly request: PostgresRequestOf<'dump'>;
  readonly context: PostgresContext;
  /** Of the client. */
  readonly major: number;
  readonly kept: BackupFolder;
  /** Where the dump is made. */
  readonly staging: string;
}

export interface DumpedDatabase {
  readonly database: BackedUpDatabase;
  readonly parts: readonly BackupPart[];
}

const sections: readonly Section[] = ['pre-data', 'post-data'];

/** What a restore needs beside pg_dump's own work, which knows neither roles nor what belongs to the database itself. */
async function writeAbout({ sessions: [first] }: Snapshot, file: string): Promise<readonly string[]> {
  const { superuser } = await describeServer(first);
  const roles = await readRoles(first, superuser);
  await writeFile(file, JSON.stringify({ roles, properties: await readProperties(first) }), { mode: 0o600 });
  return roles.map(({ name }) => name);
}

async function runDump({ request, context, major }: DumpJob, name: string, path: string, snapshot: string, expectedBytes: number): Promise<void> {
  const { at, format, jobs } = request;
  const { set } = transferProgress(context.progress, 'dump', expectedBytes);
  await watching(
    async () => set(await bytesIn(path)),
    () => context.clients.dump(at, name, { major, format, path, jobs, snapshot, signal: context.signal }),
  );
}

/** In one snapshot: the dump, the definitions, and what the rows come to. */
async function dumpInto(job: DumpJob, name: string, folder: string, snapshot: Snapshot): Promise<Omit<BackedUpDatabase, 'folder'>> {
  const { request, context, major } = job;
  const { at, format } = request;
  const { signal, clients } = context;
  const path = join(folder, format === 'plain' ? partNames.sql : partNames.archive);
  const sequencesOf = await watchSequences(snapshot);
  const [size] = await snapshot.sessions[0].query<{ bytes: string }>('SELECT pg_database_size(current_database()) AS bytes');
  await runDump(job, name, path, snapshot.id, Number(size?.bytes ?? 0));
  for (const section of sections)
    await writeFile(join(folder, partNames.definitions[section]), await clients.dumpDefinitions(at, name, { major, section, snapshot: snapshot.id, signal }));
  const roles = await writeAbout(snapshot, join(folder, partNames.about));
  const described = await describeDatabase(snapshot, context);
  await checkDump(snapshot.sessions[0], context, { database: name, format, path, major }, described.tables);
  return { name, ...described, roles, sequences: await sequencesOf() };
}

/** Dumps one database, proves the dump, and moves it file by file to where it is kept. */
export async function dumpDatabase(job: DumpJob, name: string, folder: string): Promise<DumpedDatabase> {
  const { request, context, kept, staging } = job;
  const at = join(staging, folder);
  await rm(at, { recursive: true, force: true });
  await mkdir(at, { recursive: true, mode: 0o700 });
  const place = { open: context.open, at: request.at, database: name };
  const described = await withSnapshot(place, request.jobs, (snapshot) => dumpInto(job, name, at, snapshot));
  const files = (await readdir(at, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  const parts: BackupPart[] = [];
  for (const { parentPath, name: file } of files) {
    const path = join(parentPath, file);
    parts.push(await keepFile(kept, path, `${folder}${path.slice(at.length)}`, request.recipients));
  }
  await rm(at, { recursive: true, force: true });
  return { database: { ...described, folder }, parts };
}
