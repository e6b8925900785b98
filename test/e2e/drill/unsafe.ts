import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { courseName } from '../../../src/activities/drill/drill-manifests.js';
import { getArtifact } from '../../../src/adapters/journal/artifacts.js';
import { connectCluster } from '../../../src/adapters/kube/connect.js';
import { readLedger } from '../../../src/judge/chain.js';
import { drillArtifacts, type LedgerRecord } from '../../../src/model/drill.js';
import { kubectl, type Place, sleep } from '../story/tools.js';
import { containerProcesses } from './container-processes.js';
import { followCourse } from './follow-course.js';
import { installTarget, removeTarget } from './install-target.js';
import { readMembers, stateOf } from './members.js';
import { type DrillRun, runDrill } from './run-drill.js';
import type { Scene } from './scene.js';
import { exerciseOf, steadySeconds } from './spec.js';
import { targets } from './targets.js';

interface UnsafeOutcome {
  readonly what: string;
  readonly verdict: string;
  readonly lost: number;
  /** As the suite counts it; where two members took writes, nobody can say beforehand. */
  readonly expectedLost?: number;
  readonly twoPrimaries: number;
  readonly reasons: readonly string[];
}

const heldSeconds = 3;
const repmgr = targets.repmgr;

/** Targets that must go red: a suite in which nothing ever does proves nothing. */
export async function drillUnsafe(scene: Scene): Promise<void> {
  const done: UnsafeOutcome[] = [];
  for (const play of [asynchronousAndBehind, withoutItsFence]) {
    const { missed, ...outcome } = await play(scene);
    scene.tell(JSON.stringify(outcome));
    if (missed) scene.miss(`${outcome.what}: ${missed}`);
    done.push(outcome);
    scene.keep('unsafe', done);
    await removeTarget(scene.place, repmgr);
  }
}

type Play = (scene: Scene) => Promise<UnsafeOutcome & { readonly missed?: string }>;

/** Nothing waits for a replica, and for three seconds before the power goes no replica receives anything. */
const asynchronousAndBehind: Play = async ({ place, out }) => {
  await installTarget(place, repmgr, ['synchronous=loose']);
  const exercise = exerciseOf({ target: 'repmgr', fault: 'nodeOff', profile: 'asConfigured' }, { name: 'unsafe-asynchronous' });
  const [drill, received] = await Promise.all([runDrill(place, exercise, out), holdReceivers(place)]);
  const expectedLost = ackedWithout(await ledgerOf(place, drill), received);
  const { verdict, lost } = drill.result;
  const isFound = verdict === 'red' && expectedLost > 100 && Math.abs(lost - expectedLost) <= 1;
  return {
    ...outcomeOf('asynchronous, receivers held 3 s before the fault', drill),
    expectedLost,
    ...(!isFound && { missed: `${verdict}, lost ${lost}, acknowledged after the hold ${expectedLost}` }),
  };
};

/** A primary that is frozen for longer than a failover takes wakes up beside the new one. */
const withoutItsFence: Play = async ({ place, out }) => {
  await installTarget(place, repmgr, ['fence=false', 'synchronous=loose']);
  const exercise = exerciseOf(
    { target: 'repmgr', fault: 'sigstop', profile: 'asConfigured' },
    { name: 'unsafe-without-fence', fenced: false, redundancyWithin: '60s' },
  );
  const drill = await runDrill(place, exercise, out);
  const isFound = drill.result.verdict === 'red' && drill.result.twoPrimaries.seen > 0;
  return { ...outcomeOf('repmgr without its fence, frozen for 40 s', drill), ...(!isFound && { missed: 'no second primary was seen' }) };
};

const outcomeOf = (what: string, { result: { verdict, lost, twoPrimaries, reasons } }: DrillRun): UnsafeOutcome => ({
  what,
  verdict,
  lost,
  twoPrimaries: twoPrimaries.seen,
  reasons,
});

/** Freezes what sends to the replicas, so that nothing more is on its way to them; it dies with the primary. Answers the ids that a replica has then. */
async function holdReceivers(place: Place): Promise<ReadonlySet<number>> {
  const course = await followCourse(place);
  await course.reaches('steady', 60);
  const until = Date.now() + (steadySeconds - heldSeconds) * 1000;
  const members = await readMembers(place, repmgr);
  const { primary } = stateOf(members);
  if (!primary) throw new Error('there is no primary');
  const senders = (await containerProcesses(place, repmgr.namespace, primary.name)).filter((pid) => /walsender/.test(commandOf(pid)));
  if (senders.length !== 2) throw new Error(`${primary.name} has ${senders.length} walsenders`);
  await sleep(until - Date.now());
  for (const pid of senders) process.kill(pid, 'SIGSTOP');
  course.close();
  await sleep(500);
  const replicas = members.filter(({ isPrimary }) => !isPrimary);
  const held = await Promise.all(replicas.map(({ name }) => idsOn(place, name, course.name)));
  return held.toSorted((one, other) => other.size - one.size)[0]!;
}

async function idsOn(place: Place, member: string, course: string): Promise<ReadonlySet<number>> {
  const question = `select id from rehelm_${course.replaceAll(/\W/g, '_')}`;
  const psql = ['psql', '-XAtq', '-h', '/run/postgresql', '-U', 'postgres', '-d', 'rehelm_drill', '-c', question];
  const { stdout } = await kubectl(place, ['exec', '-n', repmgr.namespace, member, '--', ...psql]);
  return new Set(stdout.split('\n').filter(Boolean).map(Number));
}

const commandOf = (pid: number): string => readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');

async function ledgerOf({ env }: Place, { run, result }: DrillRun): Promise<readonly LedgerRecord[]> {
  const kept = await getArtifact(connectCluster({ kubeconfig: env['KUBECONFIG']! }), run, drillArtifacts(courseName(run, result.profile)).ledger);
  if (!kept) throw new Error(`run ${run} keeps no ledger`);
  return readLedger(gunzipSync(kept).toString()).records;
}

/** Acknowledged by the old primary, and never received by a replica. */
function ackedWithout(records: readonly LedgerRecord[], received: ReadonlySet<number>): number {
  const old = records.find((record) => record.type === 'ack')!.server;
  return records.filter((record) => record.type === 'ack' && record.server === old && !received.has(record.id)).length;
}
