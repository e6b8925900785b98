import type { JournalStore } from '../../adapters/journal/journal.js';
import { failure } from '../../errors.js';
import type { CopiedDatabase } from './database-engine.js';
import type { SourceProof } from './database-proofs.js';

/** What a copy step of the run read from its source. NotFound where the step has no result in the journal. */
export async function sourceOf(journal: Pick<JournalStore, 'find'>, run: string, copyStep: string): Promise<SourceProof> {
  const result = (await journal.find(run, copyStep))?.result as Pick<CopiedDatabase, 'source'> | undefined;
  if (!result) throw failure('NotFound', `${copyStep} of run ${run} has no result in the journal: nothing says what its source was`);
  return result.source;
}
