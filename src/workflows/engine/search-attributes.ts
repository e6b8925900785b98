import { upsertSearchAttributes } from '@temporalio/workflow';
import { attributes } from '../../model/search-attributes.js';

/** Keeps the list page's filters true, with one upsert per change. */
export class Teller {
  #told = '';

  /** Once, when the spec is read. */
  tellNamespaces(namespaces: readonly string[]): void {
    upsertSearchAttributes([{ key: attributes.namespaces, value: [...namespaces] }]);
  }

  tell(phase: string, waitingFor: 'decision' | 'approval' | 'nothing'): void {
    const now = `${phase}/${waitingFor}`;
    if (this.#told === now) return;
    this.#told = now;
    upsertSearchAttributes([
      { key: attributes.phase, value: phase },
      { key: attributes.waitingFor, value: waitingFor },
    ]);
  }
}
