import { randomBytes } from 'node:crypto';
import type { JournalStore } from '../../adapters/journal/journal.js';
import type { Act } from '../../model/act.js';

const artifact = 'hmac-key';

/**
 * The run's own key for hashes of secrets: a bare hash of a short password can be guessed. Made once, kept in the cluster only, gone with finalize.
 * Read back after it is written: of two steps that make it at once, both get the one that is stored.
 */
export async function runKey(journal: Pick<JournalStore, 'getArtifact' | 'putArtifact'>, act: Act): Promise<Uint8Array> {
  const stored = await journal.getArtifact(act.run, artifact);
  if (stored) return stored;
  const made = randomBytes(32);
  await journal.putArtifact(act, artifact, made);
  return (await journal.getArtifact(act.run, artifact)) ?? made;
}
