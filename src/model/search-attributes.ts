import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';

/** Registered by `rehelm setup`; used only where the worker found them registered, since an unknown one fails the workflow task. */
export const attributes = {
  phase: defineSearchAttributeKey('RehelmPhase', SearchAttributeType.KEYWORD),
  waitingFor: defineSearchAttributeKey('RehelmWaitingFor', SearchAttributeType.KEYWORD),
  /** Every namespace that the spec names: who may see the run, and whose it is. */
  namespaces: defineSearchAttributeKey('RehelmNamespaces', SearchAttributeType.KEYWORD_LIST),
} as const;
