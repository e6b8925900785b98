import { isDeepStrictEqual } from 'node:util';
import type { BackupSummary } from '../../src/model/backup.js';
import type { PostgresRequestOf } from '../../src/model/copier-postgres.js';
import { refuse } from './fake-copier.js';
import type { FakePostgresDatabase, FakeServers, Stage, Verbs } from './fake-postgres.js';

/** Among the servers: a place of backups, each database of each as `BACKUP/DATABASE`. */
export const backupsAt = 'backups';

const databaseAt = ({ servers }: Stage, host: string, name: string): FakePostgresDatabase | undefined => servers[host]?.[name];

const heldIn = ({ servers }: Stage, backup: string): FakeServers[string] =>
  Object.fromEntries(
    Object.entries(servers[backupsAt] ?? {}).flatMap(([path, database]) => (path.startsWith(`${backup}/`) ? [[path.slice(backup.length + 1), database]] : [])),
  );

const namesIn = ({ servers }: Stage): readonly string[] => [...new Set(Object.keys(servers[backupsAt] ?? {}).map((path) => path.split('/')[0]!))];

function summaryOf(stage: Stage, backup: string): BackupSummary | undefined {
  const databases = Object.entries(heldIn(stage, backup)).map(([name, { rows }]) => ({ name, bytes: rows.length * 1000, tables: 1, rows: rows.length }));
  if (databases.length === 0) return undefined;
  const endedAt = '2026-11-22T20:00:00.000Z';
  return { backup, format: 'directory', encrypted: false, endedAt, serverVersion: '15.18', toolVersion: '18.3', bytes: 1000, parts: 5, databases };
}

/** What the real copier does with backups, on databases that are lists of rows. */
export const backupVerbs: Verbs = {
  listDatabases: ({ at }, { servers }) => ({ databases: Object.keys(servers[at.host] ?? {}) }),
  findBackup: ({ backup }, stage) => {
    const found = summaryOf(stage, backup);
    return { ...(found && { found }), backups: namesIn(stage), freeBytes: 1e12 };
  },
  dump: ({ at, backup, databases }, stage) => {
    if (!summaryOf(stage, backup))
      for (const name of databases) stage.put(backupsAt, `${backup}/${name}`, { rows: databaseAt(stage, at.host, name)?.rows ?? [], open: true });
    return { ...summaryOf({ ...stage, servers: stage.read() }, backup)!, seconds: 1 };
  },
  checkBackup: ({ backup }, stage) => {
    const found = summaryOf(stage, backup);
    return found ? { ...found, seconds: 1 } : refuse('NotFound', `There is no backup ${backup}.`);
  },
  removeBackup: ({ backup }, stage) => {
    const held = Object.keys(heldIn(stage, backup));
    for (const name of held) stage.put(backupsAt, `${backup}/${name}`, undefined);
    return { removed: held.length };
  },
  restore: ({ at, backup, from, to }, stage) => {
    const held = heldIn(stage, backup)[from];
    if (!held) return refuse('NotFound', `Backup ${backup} holds no database ${from}.`);
    if (databaseAt(stage, at.host, to) && !stage.notes.made.has(to)) return refuse('AlreadyExists', `Database ${to} is there.`);
    stage.notes.made.add(to);
    stage.put(at.host, to, { rows: held.rows, open: true });
    return { rows: held.rows.length, tables: 1, roles: { made: [], found: [] }, seconds: 1 };
  },
  verifyRestored: ({ at, backup, from, to }, stage) => {
    const [held, there] = [heldIn(stage, backup)[from], databaseAt(stage, at.host, to)];
    const equal = isDeepStrictEqual(held?.rows, there?.rows);
    const differences = equal ? [] : [`orders: ${held?.rows.length} rows in the backup, ${there?.rows.length} in the database.`];
    return { equal, rows: held?.rows.length ?? 0, tables: [], differences, seconds: 1 };
  },
  replace: (request, stage) => exchange(request, stage),
  putBack: ({ at, restored, name, aside }, stage) => {
    const ours = databaseAt(stage, at.host, name);
    if (!stage.notes.made.delete(name) || !ours) return { back: false };
    stage.put(at.host, restored, ours);
    stage.notes.made.add(restored);
    const former = aside === undefined ? undefined : databaseAt(stage, at.host, aside);
    stage.put(at.host, name, former && { ...former, open: true });
    if (aside !== undefined) stage.put(at.host, aside, undefined);
    return { back: true };
  },
  dropReplaced: ({ at, database }, stage) => {
    const isThere = databaseAt(stage, at.host, database) !== undefined;
    stage.put(at.host, database, undefined);
    return { dropped: isThere };
  },
};

function exchange({ at, restored, name, aside }: PostgresRequestOf<'replace'>, stage: Stage) {
  const [ours, former] = [databaseAt(stage, at.host, restored), databaseAt(stage, at.host, name)];
  if (!ours && stage.notes.made.has(name)) return { replaced: aside !== undefined, ended: 0 };
  if (!ours) return refuse('NotFound', `Database ${restored} is not there.`);
  if (former && aside === undefined) return refuse('AlreadyExists', `Database ${name} is there by now.`);
  if (former && aside !== undefined) stage.put(at.host, aside, { ...former, open: false });
  stage.put(at.host, name, ours);
  stage.put(at.host, restored, undefined);
  stage.notes.made.delete(restored);
  stage.notes.made.add(name);
  return { replaced: aside !== undefined, ended: 1 };
}
