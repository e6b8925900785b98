import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import { upsertSearchAttributes } from '@temporalio/workflow';

/** Registered by `rehelm setup`; used only where the worker found them registered, since an unknown one fails the workflow task. */
export const attributes = {
  phase: defineSearchAttributeKey('RehelmPhase', SearchAttributeType.KEYWORD),
  waitingFor: defineSearchAttributeKey('RehelmWaitingFor', SearchAttributeType.KEYWORD),
} as const;

/** Keeps the list page's filters true, with one upsert per change. */
export class Teller {
  #told = '';

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
