import type { DrillResult } from './drill.js';
import type { Report } from './report.js';

/** The courses of a drill, worst first; none for a run that is no drill. */
export const drillResults = ({ steps }: Pick<Report, 'steps'>): readonly DrillResult[] =>
  steps
    .flatMap(({ step, result }) => (step === 'driveDrill' && result !== undefined ? [result as DrillResult] : []))
    .toSorted((left, right) => order.indexOf(left.verdict) - order.indexOf(right.verdict));

/** The one that counts for the whole run. */
export const worstOf = (results: readonly DrillResult[]): DrillResult | undefined =>
  order.flatMap((wanted) => results.filter(({ verdict }) => verdict === wanted))[0];

const order: readonly DrillResult['verdict'][] = ['red', 'inconclusive', 'notRun', 'green'];
