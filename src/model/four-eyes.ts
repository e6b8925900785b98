import { everywhere } from './scope.js';

/** Name in a run's memo: who started it, under the API's signature, where four eyes are asked for. */
export const memoStarted = 'started';

/** Verbs that there need another person than who started the run. */
export type SignedVerb = 'start' | 'approve' | 'skip' | 'rollback' | 'finalize' | 'schedule';

/** What the API signs: that this person asks this of this run. */
export interface Signable {
  /** The run's own, whichever of its workflows takes the verb; of a schedule its id. */
  readonly workflowId: string;
  /** Empty for the start, which has no run yet. */
  readonly run: string;
  readonly verb: SignedVerb;
  /** The gate, the number of the question, or who created a schedule and until when it is approved. */
  readonly about: string;
  /** The plan's hash where the verb is about one; a scheduled spec's. */
  readonly plan: string;
  readonly by: string;
}

/** In the memo. */
export interface StartedBy {
  readonly by: string;
  /** ISO 8601; signed, so that it serves for this start alone. */
  readonly at: string;
  readonly signature: string;
}

/** A run whose namespaces nobody knows may be in any, and one that names every namespace is in these, too. */
export function needsFourEyes(where: readonly string[], namespaces: readonly string[]): boolean {
  if (where.length === 0) return false;
  return where.includes(everywhere) || namespaces.length === 0 || namespaces.some((namespace) => namespace === everywhere || where.includes(namespace));
}

export const isStartedBy = (value: unknown): value is StartedBy =>
  typeof value === 'object' &&
  value !== null &&
  'by' in value &&
  typeof value.by === 'string' &&
  'at' in value &&
  typeof value.at === 'string' &&
  'signature' in value &&
  typeof value.signature === 'string';

/** Whether a spec leaves out a gate that a second person would stand at. As it was given, or read. */
export function leavesOutApproval(spec: unknown): boolean {
  const approval = typeof spec === 'object' && spec !== null && 'approval' in spec ? spec.approval : undefined;
  if (approval === 'none') return true;
  const gates: Readonly<Record<string, unknown>> = typeof approval === 'object' && approval !== null ? { ...approval } : {};
  return gates['start'] === 'none' || gates['commit'] === 'none';
}
