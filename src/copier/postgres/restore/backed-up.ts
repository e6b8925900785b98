import { failure } from '../../../errors.js';
import type { BackedUpDatabase, BackupPart, PostgresManifest } from '../../../model/backup.js';
import type { PostgresRequestOf } from '../../../model/copier-postgres.js';
import { readManifest } from '../../backup/manifest.js';
import { partNames } from '../../backup/part-names.js';
import { type BackupFolder, readPart } from '../../backup/parts.js';
import { transferProgress } from '../../backup/transfer-progress.js';
import type { PostgresContext } from '../context.js';
import type { DatabaseProperties } from '../database-properties.js';
import type { Membership, Role } from '../roles.js';

/** A database of a backup, with what reads its parts. */
export interface BackedUp {
  readonly manifest: PostgresManifest;
  readonly database: BackedUpDatabase;
  readonly folder: BackupFolder;
  readonly parts: readonly BackupPart[];
}

type Request = PostgresRequestOf<'restore'> | PostgresRequestOf<'verifyRestored'>;

/** NotFound where the backup holds no such database, WrongKey where it is encrypted and no identity is given. */
export async function findBackedUp({ place, backup, from, identity }: Request, { openStore, signal, progress }: PostgresContext): Promise<BackedUp> {
  const store = openStore(place);
  const manifest = await readManifest(store, backup);
  if (manifest.engine !== 'postgresql') throw failure('PreflightFailed', `Backup ${backup} is of MongoDB: PostgreSQL does not take it.`);
  const database = manifest.databases.find(({ name }) => name === from);
  if (!database) throw failure('NotFound', `Backup ${backup} holds no database ${from}; it holds ${manifest.databases.map(({ name }) => name).join(', ')}.`);
  if (manifest.encrypted && identity === undefined) throw failure('WrongKey', `Backup ${backup} is encrypted; say where its age identity is.`);
  const parts = manifest.parts.filter(({ path }) => path.startsWith(`${database.folder}/`));
  const { add } = transferProgress(
    progress,
    'fetch',
    parts.reduce((sum, { bytes }) => sum + bytes, 0),
  );
  return { manifest, database, parts, folder: { store, backup, signal, onBytes: add } };
}

/** Only what is encrypted is opened. */
export const identityFor = ({ manifest }: BackedUp, { identity }: Request): string | undefined => (manifest.encrypted ? identity : undefined);

/** ArtifactDamaged where the backup's own list lacks it. */
export function partNamed({ parts, database, manifest }: BackedUp, name: string): BackupPart {
  const part = parts.find(({ path }) => path === `${database.folder}/${name}`);
  if (part) return part;
  throw failure('ArtifactDamaged', `Backup ${manifest.backup} has no ${name} of ${database.name}.`);
}

/** A small part, as text. */
export const readNamed = (found: BackedUp, request: Request, name: string): Promise<string> =>
  readPart(found.folder, partNamed(found, name), identityFor(found, request));

export interface About {
  readonly roles: readonly Role[];
  readonly properties: DatabaseProperties;
}

/** What pg_dump knows nothing of: roles with their passwords as the server kept them, and the database's own settings. We wrote it ourselves. */
export async function readAbout(found: BackedUp, request: Request): Promise<About> {
  const { roles, properties } = JSON.parse(await readNamed(found, request, partNames.about)) as Omit<About, 'roles'> & { readonly roles: readonly KeptRole[] };
  return { roles: roles.map(asRole), properties };
}

/** Backups of before say of a membership the group alone, and nothing of settings. */
export type KeptRole = Omit<Role, 'memberOf' | 'settings'> & { readonly memberOf: readonly (string | Membership)[]; readonly settings?: readonly string[] };

export function asRole({ memberOf, settings = [], ...role }: KeptRole): Role {
  const usual = { admin: false, inherit: !role.attributes.includes('NOINHERIT'), set: true };
  return { ...role, settings, memberOf: memberOf.map((each) => (typeof each === 'string' ? { group: each, ...usual } : each)) };
}
