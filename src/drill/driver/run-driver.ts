import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { runInPod } from '../../adapters/kube/run-in-pod.js';
import type { DrillRequest } from '../../model/drill.js';
import { LedgerFile } from '../ledger-file.js';
import { publish } from '../publish.js';
import { say } from '../say.js';
import { drillTools } from '../tools.js';
import { Alarm } from './alarm.js';
import { clock } from './clock.js';
import { Course } from './course.js';
import { drive } from './drive.js';
import { GuardLink } from './guard-link.js';
import { Load } from './load.js';
import { StuckPods } from './stuck-pods.js';
import { Watch } from './watch.js';

const troubles: readonly string[] = ['late', 'unsent', 'failed', 'unknown'];

/** The Job's pod: drives the course once and says its result as the last line. A SIGTERM takes the fault back at once. */
export async function runDriver(request: DrillRequest): Promise<void> {
  const stop = new AbortController();
  process.once('SIGTERM', () => stop.abort());
  const time = clock(stop.signal);
  const ledger = new LedgerFile(join(process.env['REHELM_LEDGER'] ?? tmpdir(), 'ledger'), time.now);
  let troubleAt = 0;
  const tell: LedgerFile['tell'] = (told) => {
    ledger.tell(told);
    if (troubles.includes(told.type)) troubleAt = time.now();
    if (told.type === 'mark') say({ stage: told.mark });
    if (told.type === 'stuck') say({ stuck: told.pods });
  };
  const tools = drillTools(request, () => load.highest);
  const { kube, members, target, fault, helpers } = tools;
  const load = new Load({ load: request.load, open: () => target.openWriter(), tell, now: time.now });
  const ownNode = process.env['NODE_NAME'] ?? '';
  const guard = new GuardLink(process.env['POD_UID'] ?? hostname(), ledger, time.now);
  const callGuard = async (failing: string) => guard.start(await helpers.guardOff([ownNode, failing]));
  const watch = new Watch(target, tell);
  const alarm = new Alarm({ stopWhen: request.stopWhen, members: request.members, watch, now: time.now, fetch });
  const stuckPods = new StuckPods({ kube, namespace: request.target.namespace, clock: time, tell });
  const course = new Course({
    stuckPods,
    alarm,
    request,
    kube,
    members,
    target,
    fault,
    load,
    watch,
    guard,
    callGuard,
    clock: time,
    runInPod: runInPod({ inCluster: true }),
    ownNode,
    troubleAt: () => troubleAt,
    tell,
  });
  const result = await drive(request, course, { tell, text: () => ledger.text() });
  alarm.close();
  await watch.close();
  members.close();
  target.close();
  await helpers.removeHands();
  say(course.isMisplaced ? { misplaced: ownNode } : { result: await publish(kube, request, ledger.text(), result) });
  await guard.end();
  process.exit(0);
}
