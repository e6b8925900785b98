import { readLedger } from '../../judge/chain.js';
import { judge } from '../../judge/judge.js';
import { courseOf, type DrillRequest, type DrillResult } from '../../model/drill.js';
import { again } from '../again.js';
import { publish } from '../publish.js';
import { say } from '../say.js';
import { type DrillTools, drillTools } from '../tools.js';
import { serve } from '../wire.js';
import { Guard } from './guard.js';

const cleanWithinMs = 180_000;
const retryMs = 2000;

/** The guard's pod: stays until it is removed. Where it had to act, the report is its own, and never green. */
export async function runGuard(request: DrillRequest): Promise<void> {
  const tools = drillTools(request, () => 0);
  const guard = new Guard({
    now: () => performance.now(),
    revertAfterSeconds: request.fault.revertAfterSeconds,
    revert: (captured) => tools.fault.revert(captured),
    tookOver: (why, ledger) => reportFor(request, tools, why, ledger),
    log: say,
  });
  await serve(guard.routes, request.token);
  say({ guard: 'waiting' });
  guard.watch();
  process.on('SIGTERM', () => process.exit(0));
}

async function reportFor(request: DrillRequest, tools: DrillTools, why: string, ledger: string): Promise<void> {
  await untilDone(async () => {
    await tools.members.read();
    await tools.target.remove();
    await tools.helpers.removeHands();
  });
  const read = readLedger(ledger);
  const tookOver = { type: 'problem', at: read.records.at(-1)?.at ?? 0, why: `the guard took over: ${why}` } as const;
  // Without its driver a drill proves nothing, neither way.
  const result: DrillResult = { ...judge({ ...read, records: [...read.records, tookOver] }, courseOf(request)), verdict: 'inconclusive' };
  let kept = result;
  await untilDone(async () => {
    kept = await publish(tools.kube, request, ledger, result);
  });
  say({ result: kept });
}

/** What cannot be done in this time is left, and said: the report comes all the same. */
async function untilDone(body: () => Promise<void>): Promise<void> {
  const failed = (why: string) => say({ guard: 'trying', failed: why });
  await again(body, { everyMs: retryMs, withinMs: cleanWithinMs, failed }).catch(() => undefined);
}
