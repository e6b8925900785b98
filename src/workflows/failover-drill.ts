import { failure } from '../errors.js';
import type { DrillResult } from '../model/drill.js';
import { drillResults } from '../model/drill-results.js';
import type { Report } from '../model/report.js';
import { Run } from './engine/run.js';
import { prepareFailoverDrill } from './prepare-failover-drill.js';

const closes = { red: 'DrillRed', inconclusive: 'DrillInconclusive', notRun: 'DrillNotRun' } as const;

/**
 * Drills a failover and says what came of it. The input is the spec as one JSON object, see docs/specs.md. Only a green drill completes its workflow:
 * a schedule that pauses on failures sees nothing else. The report is in the failure's details then.
 */
export async function failoverDrill(spec: unknown): Promise<Report> {
  const report = await new Run('FailoverDrill', () => prepareFailoverDrill(spec)).carryOut();
  const worst = drillResults(report).find(({ verdict }) => verdict !== 'green');
  if (worst && worst.verdict !== 'green') throw failure(closes[worst.verdict], wordsOf(worst), { details: { report } });
  if (report.phase !== 'Succeeded')
    throw failure(closes.inconclusive, `it is ${report.phase}: ${report.cause ?? 'it did not come to its end'}`, { details: { report } });
  return report;
}

const wordsOf = ({ profile, verdict, reasons }: DrillResult): string => `${profile} is ${verdict}: ${reasons.join('; ')}`;
