import type { DrillResult } from './drill.js';
import type { Report } from './report.js';

/** What courses came to, in the order of their steps, of a report or of a journal. */
export const resultsIn = (steps: readonly { readonly step: string; readonly result?: unknown }[]): readonly DrillResult[] =>
  steps.flatMap(({ step, result }) => (step === 'driveDrill' && result ? [result as DrillResult] : []));

/** The courses of a drill, worst first; none for a run that is no drill. */
export const drillResults = ({ steps }: Pick<Report, 'steps'>): readonly DrillResult[] =>
  resultsIn(steps).toSorted((left, right) => order.indexOf(left.verdict) - order.indexOf(right.verdict));

/** The one that counts for the whole run. */
export const worstOf = (results: readonly DrillResult[]): DrillResult | undefined =>
  order.flatMap((wanted) => results.filter(({ verdict }) => verdict === wanted))[0];

const order: readonly DrillResult['verdict'][] = ['red', 'inconclusive', 'notRun', 'green'];
