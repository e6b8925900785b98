import { Context } from '@temporalio/activity';
import { isCreated } from '../adapters/kube/is-created.js';
import { failure } from '../errors.js';
import { type Act, systemNamespace } from '../model/act.js';
import { type DrillRequest, type DrillResult, drillArtifacts } from '../model/drill.js';
import type { CourseInput } from '../model/failover-drill.js';
import type { Job, Pod, Secret } from '../model/kube-object.js';
import type { Adapters } from './adapters.js';
import { type DrillLog, podOf, readDrillLog } from './drill/drill-log.js';
import { courseName, driverJob } from './drill/drill-manifests.js';
import { endDriver, tellDriver } from './drill/remove-course.js';
import { shortReasons } from './objects/pod-reasons.js';

export interface DriveDrillInput extends CourseInput {
  readonly withinSeconds: number;
}

export interface DriveDrillUndo {
  readonly name: string;
}

interface Seen {
  readonly driver: DrillLog;
  readonly guard: DrillLog;
  readonly pod: readonly Pod[];
  /** The driver ended, or it is gone. */
  readonly isLost: boolean;
}

const pollMs = 1000;
/** Nothing is said any more by a guard in these states: it never heard of a driver, or the driver's report is kept. */
const idle: readonly string[] = ['waiting', 'ended'];
/** The guard needs this long to find the driver lost, to take the fault back and to say so. */
const guardWithinSeconds = 300;

/** The course itself: a Job that writes, injects, measures and judges. The worker only watches; neither it nor Temporal is needed for the revert or the report. */
export function driveDrill({ kube, journal }: Pick<Adapters, 'kube' | 'journal'>) {
  /** One driver to a course: where one was there and is gone, what it began is not begun again. */
  async function start(input: CourseInput, act: Act, name: string, misplaced?: string): Promise<void> {
    if ((await podOf(kube, name, 'driver')) ?? (await podOf(kube, name, 'guard')) ?? (await published(act, name, { isLost: true }))) return;
    const secret = await kube.get<Secret>({ apiVersion: 'v1', kind: 'Secret', namespace: systemNamespace, name });
    if (!secret?.data?.['request.json']) throw failure('NotFound', `Secret ${systemNamespace}/${name} is not there: was the course removed?`);
    const request = JSON.parse(Buffer.from(secret.data['request.json'], 'base64').toString()) as DrillRequest;
    await isCreated(kube.writeAs(act).create(driverJob(request, input, act, misplaced)));
  }

  async function look(name: string): Promise<Seen> {
    // The Job first: where it is over, what the log says after that is all it will ever say.
    const job = await kube.get<Job>({ apiVersion: 'batch/v1', kind: 'Job', namespace: systemNamespace, name: `${name}-driver` });
    const pod = await podOf(kube, name, 'driver');
    const driver = await readDrillLog(kube, pod);
    const guard = await readDrillLog(kube, await podOf(kube, name, 'guard'));
    return { driver, guard, pod: pod ? [pod] : [], isLost: !job || (job.status?.failed ?? 0) + (job.status?.succeeded ?? 0) > 0 };
  }

  /** What driver or guard put into the run's store: it is there when their pods are gone. */
  async function published({ run }: Act, name: string, { isLost }: Pick<Seen, 'isLost'>): Promise<DrillResult | undefined> {
    if (!isLost) return undefined;
    const kept = await journal.getArtifact(run, drillArtifacts(name).result);
    return kept && (JSON.parse(Buffer.from(kept).toString()) as DrillResult);
  }

  /** The driver's word, else the guard's. */
  const resultIn = async (seen: Seen, act: Act, name: string) => seen.driver.result ?? seen.guard.result ?? (await published(act, name, seen));

  /** Nothing was begun: the driver found itself on the node that would fail. */
  async function startElsewhere(input: CourseInput, act: Act, name: string, node: string): Promise<void> {
    await endDriver(kube, name, act);
    await start(input, act, name, node);
  }

  async function watch(input: DriveDrillInput, act: Act, name: string): Promise<DrillResult> {
    const context = Context.current();
    await start(input, act, name);
    for (let lostSince: number | undefined; ; await context.sleep(pollMs)) {
      const seen = await look(name);
      const result = await resultIn(seen, act, name);
      if (result) return result;
      if (seen.isLost && seen.driver.misplaced !== undefined) await startElsewhere(input, act, name, seen.driver.misplaced);
      else lostSince = stayHopeful(seen, lostSince);
      stayWithin(input.withinSeconds, name);
      context.heartbeat(shown(seen));
    }
  }

  return {
    async checkDriveDrill(_: DriveDrillInput): Promise<readonly string[]> {
      return [];
    },

    async captureDriveDrill({ profile }: DriveDrillInput, act: Act): Promise<DriveDrillUndo> {
      return { name: courseName(act.run, profile) };
    },

    /**
     * Starts the driver or attaches to it, and answers what it, or the guard, found. A red drill is a result, not a failure. A pause, a cancel and a rollback end
     * the driver, which takes the fault back at once; gone on with, the course is what it was until then. A worker that is shut down only lets go.
     */
    async driveDrill(input: DriveDrillInput, act: Act): Promise<DrillResult> {
      const name = courseName(act.run, input.profile);
      try {
        return await watch(input, act, name);
      } catch (error) {
        if (Context.current().cancellationDetails?.cancelRequested) await tellDriver(kube, name, act);
        throw error;
      }
    },

    /** Ends the driver, which takes the fault back first; where it is gone already, the guard does. Safe to repeat. */
    async undoDriveDrill({ name }: DriveDrillUndo, act: Act): Promise<void> {
      await endDriver(kube, name, act);
    },
  };
}

function stayWithin(seconds: number, name: string): void {
  if ((Date.now() - Context.current().info.scheduledTimestampMs) / 1000 > seconds)
    throw failure('TimedOut', `the drill ${name} has no result after ${seconds} s`);
}

const shown = ({ driver, guard, pod }: Seen) => ({
  stage: driver.stage ?? 'starting',
  guard: guard.guard ?? 'unknown',
  ...(driver.stuck && driver.stuck.length > 0 && { stuckPods: driver.stuck.join(', ').slice(0, 300) }),
  waiting: shortReasons(pod).join('; ').slice(0, 300),
});

/** Since when the driver is lost, if it is. DriverLost where nobody will say anything any more. */
function stayHopeful({ driver, guard, pod, isLost }: Seen, since = Date.now()): number | undefined {
  const isEnding = pod.some(({ status }) => status?.phase === 'Running');
  const mayAct = isEnding || (guard.guard !== undefined && !idle.includes(guard.guard));
  if (!isLost) return undefined;
  if (mayAct && (Date.now() - since) / 1000 < guardWithinSeconds) return since;
  throw failure('DriverLost', `the driver ended without a result${driver.noise.length > 0 ? `: ${driver.noise.join(' | ')}` : ''}`);
}
