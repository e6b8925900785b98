import { failure } from '../errors.js';
import type { DrillResult } from '../model/drill.js';
import { drillResults, worstOf } from '../model/drill-results.js';
import type { Report } from '../model/report.js';
import { Run } from './engine/run.js';
import { prepareFailoverDrill } from './prepare-failover-drill.js';

const closes = { red: 'DrillRed', inconclusive: 'DrillInconclusive', notRun: 'DrillNotRun' } as const;

/**
 * Drills a failover and says what came of it. The input is the spec as one JSON object, see docs/specs.md. Only a green drill completes its workflow:
 * a schedule that pauses on failures sees nothing else. The report is in the failure's details then.
 */
export async function failoverDrill(spec: unknown): Promise<Report> {
  const run = new Run('FailoverDrill', () => prepareFailoverDrill(spec));
  const report = await run.carryOut();
  const worst = worstOf(drillResults(report));
  const verdict = worst && worst.verdict !== 'green' ? worst.verdict : undefined;
  if (worst && verdict) return refuse(run, report, verdict, wordsOf(worst));
  const isUntouched = report.steps.every(({ state }) => state === 'planned');
  if (isUntouched) return refuse(run, report, 'notRun', `it was taken back before it began: ${report.cause}`);
  if (report.phase !== 'Succeeded') return refuse(run, report, 'inconclusive', `it is ${report.phase}: ${report.cause ?? 'it did not come to its end'}`);
  return report;
}

async function refuse(run: Run, report: Report, verdict: keyof typeof closes, words: string): Promise<never> {
  await run.tell('drillRed', words);
  throw failure(closes[verdict], words, { details: { report } });
}

const wordsOf = ({ profile, verdict, reasons }: DrillResult): string => `${profile} is ${verdict}: ${reasons.join('; ')}`;
