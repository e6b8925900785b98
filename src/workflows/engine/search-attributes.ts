import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import { upsertSearchAttributes } from '@temporalio/workflow';

/** Registered by `rehelm setup`; used only where the worker found them registered, since an unknown one fails the workflow task. */
export const attributes = {
  phase: defineSearchAttributeKey('RehelmPhase', SearchAttributeType.KEYWORD),
  waitingFor: defineSearchAttributeKey('RehelmWaitingFor', SearchAttributeType.KEYWORD),
  /** Every namespace that the spec names: who may see the run, and whose it is. */
  namespaces: defineSearchAttributeKey('RehelmNamespaces', SearchAttributeType.KEYWORD_LIST),
} as const;

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
