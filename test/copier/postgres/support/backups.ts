import { generateIdentity, identityToRecipient } from 'age-encryption';
import type { BackupPlace } from '../../../../src/model/backup.js';
import type { PostgresRequestOf } from '../../../../src/model/copier-postgres.js';
import type { PostgresServer } from '../../../../src/model/postgres-facts.js';
import { scratchFolder } from '../../../support/scratch-folder.js';

export const volume = (): Extract<BackupPlace, { readonly kind: 'volume' }> => ({ kind: 'volume', folder: scratchFolder('backups') });

export async function newKey(): Promise<{ readonly identity: string; readonly recipient: string }> {
  const identity = await generateIdentity();
  return { identity, recipient: await identityToRecipient(identity) };
}

export const dumpOf = (at: PostgresServer, more: Partial<PostgresRequestOf<'dump'>> = {}): PostgresRequestOf<'dump'> => ({
  ...{ engine: 'postgresql', verb: 'dump', at, place: volume(), backup: 'b1', databases: ['shop'], format: 'directory', recipients: [], jobs: 2 },
  ...more,
});

export const restoreOf = (at: PostgresServer, more: Partial<PostgresRequestOf<'restore'>> & { readonly place: BackupPlace }): PostgresRequestOf<'restore'> => ({
  ...{ engine: 'postgresql', verb: 'restore', at, run: 'r1', epoch: 1, backup: 'b1', from: 'shop', to: 'shop_restored', jobs: 2 },
  ...more,
});
