import { readLedger } from '../../judge/chain.js';
import { judge } from '../../judge/judge.js';
import { courseOf, type DrillRequest, type DrillResult } from '../../model/drill.js';
import { again, wordsOf } from '../again.js';
import type { LedgerFile } from '../ledger-file.js';
import { type Course, Refused } from './course.js';

type Ledger = Pick<LedgerFile, 'tell' | 'text'>;

const retryMs = 1000;
const revertWithinMs = 300_000;

/** Takes one course from its first look to its verdict. Whatever happens, the fault is taken back and the target left as it was, as far as that can be. */
export async function drive(request: DrillRequest, course: Course, ledger: Ledger): Promise<DrillResult> {
  const told = courseOf(request);
  ledger.tell({ type: 'begin', course: told, startedAt: new Date().toISOString() });
  await attempt(ledger, 'before the revert', async () => {
    await course.look();
    await course.call();
    await course.steady();
    await course.arm();
    await course.inject();
    await course.observe();
  });
  // Not given up because one answer failed.
  await attempt(ledger, 'in the revert', () => again(() => course.revert(), { everyMs: retryMs, withinMs: revertWithinMs }));
  const isHealed = course.isFaulty && (await attempt(ledger, 'while it healed', () => course.heal()));
  if (isHealed) await attempt(ledger, 'in the failback', () => course.failBack());
  if (course.isWritten) await attempt(ledger, 'in the final read', () => course.close());
  await attempt(ledger, 'in the comparison', async () => ledger.tell({ type: 'end', diffAfter: await course.compare() }));
  await attempt(ledger, 'at the end', () => course.confirm());
  return judge(readLedger(ledger.text()), told);
}

/** Whether it came to its end. */
async function attempt(ledger: Ledger, when: string, stage: () => Promise<void>): Promise<boolean> {
  try {
    await stage();
    return true;
  } catch (error) {
    ledger.tell(error instanceof Refused ? { type: 'refused', why: wordsOf(error) } : { type: 'problem', why: `${when}: ${wordsOf(error)}` });
    return false;
  }
}
