import type { JournalStore } from '../../adapters/journal/journal.js';
import type { Act } from '../../model/act.js';
import type { ReleaseRef } from '../../model/refs.js';
import { distinct, type ReleaseObject } from './release-objects.js';

type Memory = Pick<JournalStore, 'getArtifact' | 'putArtifact'>;

const nameOf = ({ namespace, name }: ReleaseRef, number: number): string => `release/${namespace}/${name}/objects-${number}`;

/**
 * Notes objects that no earlier note and no capture knows, before helm may make them: a retry with changed values, and the real values after the closed ones,
 * render others than the capture saw. What is known already keeps its first `before`.
 */
export async function rememberObjects(
  journal: Memory,
  release: ReleaseRef,
  captured: readonly ReleaseObject[],
  objects: readonly ReleaseObject[],
  act: Act,
): Promise<void> {
  for (;;) {
    const notes = await readNotes(journal, release, act.run);
    const known = distinct([...captured, ...notes.flat()]);
    const unknown = distinct([...known, ...objects]).slice(known.length);
    if (unknown.length === 0) return;
    await journal.putArtifact(act, nameOf(release, notes.length), Buffer.from(JSON.stringify(unknown)));
  }
}

export async function rememberedObjects(journal: Memory, release: ReleaseRef, { run }: Pick<Act, 'run'>): Promise<readonly ReleaseObject[]> {
  return (await readNotes(journal, release, run)).flat();
}

async function readNotes(journal: Memory, release: ReleaseRef, run: string): Promise<readonly (readonly ReleaseObject[])[]> {
  const notes: (readonly ReleaseObject[])[] = [];
  for (;;) {
    const note = await journal.getArtifact(run, nameOf(release, notes.length));
    if (note === undefined) return notes;
    notes.push(JSON.parse(Buffer.from(note).toString()) as readonly ReleaseObject[]);
  }
}
