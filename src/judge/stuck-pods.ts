import type { LedgerRecord, StuckPod } from '../model/drill.js';
import { tenths } from './tenths.js';

type Stuck = Extract<LedgerRecord, { readonly type: 'stuck' }>;
type Freed = Extract<LedgerRecord, { readonly type: 'freed' }>;

/** Pods that hung in Terminating, in the order in which that was seen: from the first time until they were seen no more. */
export function stuckPodsOf(records: readonly LedgerRecord[], faultAt: number): readonly StuckPod[] {
  const seen = records.filter((record) => record.type === 'stuck');
  const freed = records.filter((record) => record.type === 'freed');
  return [...new Set(seen.flatMap(({ pods }) => pods))].map((name) => storyOf(name, seen, freed, faultAt));
}

function storyOf(name: string, seen: readonly Stuck[], freed: readonly Freed[], faultAt: number): StuckPod {
  const has = ({ pods }: Stuck | Freed) => pods.includes(name);
  const from = seen.find(has)!.at;
  const to = seen[seen.findLastIndex(has) + 1]?.at;
  const freedBy = freed.find(has)?.how;
  return { name, from: tenths(from - faultAt), ...(to !== undefined && { seconds: tenths(to - from) }), ...(freedBy && { freedBy }) };
}
