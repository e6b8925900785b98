import type { ArtifactStore } from '../../adapters/artifacts/artifact-store.js';
import { failure } from '../../errors.js';
import type { BackupManifest } from '../../model/backup.js';

const fileName = 'manifest.json';

/** On a volume, beside the backups: what is not one yet. */
export const stagingFolder = '.staging';

async function textOf(content: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of content) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

const isManifest = (value: unknown): value is BackupManifest =>
  typeof value === 'object' && value !== null && 'databases' in value && Array.isArray(value.databases) && 'parts' in value && Array.isArray(value.parts);

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Undefined where there is no backup of that name, or one that was never finished. */
export async function findManifest(store: ArtifactStore, backup: string): Promise<BackupManifest | undefined> {
  const path = `${backup}/${fileName}`;
  if (!(await store.stat(path))) return undefined;
  const found = parse(await textOf(await store.read(path)));
  if (!isManifest(found)) throw failure('ArtifactDamaged', `${path} in ${store.name} is no manifest of a backup`);
  return found;
}

/** NotFound with what is there. */
export async function readManifest(store: ArtifactStore, backup: string): Promise<BackupManifest> {
  const found = await findManifest(store, backup);
  if (found) return found;
  const names = await listBackups(store);
  throw failure('NotFound', `There is no backup ${backup} in ${store.name}; there ${names.length > 0 ? `are ${names.join(', ')}` : 'is none'}.`);
}

/** Names of all that are whole. */
export async function listBackups(store: ArtifactStore): Promise<readonly string[]> {
  return (await store.list('')).flatMap(({ path }) => {
    const [name, file, ...deeper] = path.split('/');
    return name !== undefined && file === fileName && deeper.length === 0 ? [name] : [];
  });
}

/** False where another attempt was first: its backup stays. */
export const publishManifest = (store: ArtifactStore, manifest: BackupManifest): Promise<boolean> =>
  store.writeOnce(`${manifest.backup}/${fileName}`, Buffer.from(JSON.stringify(manifest)));
