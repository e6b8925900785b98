import { resultsIn, worstOf } from '../../model/drill-results.js';
import type { JournalRecord } from '../../model/journal.js';
import type { TrendPoint } from '../../model/trend.js';
import type { Adapters } from '../adapters.js';
import type { FoundRun } from './found-run.js';
import { newestOfEach } from './newest-of-each.js';

/** So many runs are shown at most. */
const most = 10;

/**
 * The last runs of the same drill up to this one, newest first: from their journals, which outlive Temporal; and those that were refused before they had one, which
 * Temporal knows for as long as it keeps them. Runs that are still open are left out.
 */
export function findTrend({ temporal, journal }: Pick<Adapters, 'temporal' | 'journal'>) {
  async function ofRecord({ run, startedAt, phase }: JournalRecord): Promise<TrendPoint> {
    const results = resultsIn(await journal.read(run));
    const worst = worstOf(results);
    const courses = results.map(({ profile, fault, verdict, recoverySeconds, lost }) => ({
      ...{ profile, fault, verdict, lost },
      ...(recoverySeconds !== undefined && { recoverySeconds }),
    }));
    if (worst && phase !== 'Succeeded' && worst.verdict === 'green') return { run, startedAt, courses, verdict: 'inconclusive', why: `it is ${phase}` };
    if (!worst) return { run, startedAt, courses, verdict: 'inconclusive', why: `it is ${phase}, and no course of it has a result` };
    const why = worst.verdict === 'green' ? undefined : worst.reasons[0];
    return { run, startedAt, courses, verdict: worst.verdict, ...(why !== undefined && { why }) };
  }

  return async ({ run, workflowId, startedAt }: FoundRun, records: readonly JournalRecord[]): Promise<readonly TrendPoint[]> => {
    const own = records.filter((record) => record.workflowId === workflowId);
    // Its journal says when the run itself began: a moment after its workflow was started, which is what Temporal tells.
    const until = own.find((record) => record.run === run)?.startedAt ?? startedAt;
    const begun = new Set(own.map(({ run }) => run));
    const refused = (await temporal.executions(workflowId)).filter(({ run, status }) => !begun.has(run) && status !== 'RUNNING');
    const all = [...own.filter(({ endedAt }) => endedAt !== undefined), ...newestOfEach(refused)]
      .filter(({ startedAt }) => startedAt <= until)
      .toSorted((left, right) => right.startedAt.localeCompare(left.startedAt))
      .slice(0, most);
    return Promise.all(all.map((each) => ('phase' in each && 'kind' in each ? ofRecord(each) : gap(each))));
  };
}

const gap = ({ run, startedAt }: { readonly run: string; readonly startedAt: string }): TrendPoint => ({
  ...{ run, startedAt, courses: [], verdict: 'notRun' },
  why: 'it was refused, or ended, before it touched anything',
});
