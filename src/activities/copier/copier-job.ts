import { Context } from '@temporalio/activity';
import { CancelledFailure } from '@temporalio/common';
import { labelValue } from '../../adapters/kube/label-value.js';
import { failure } from '../../errors.js';
import { type Act, labels, systemNamespace } from '../../model/act.js';
import type { CopierProgress, CopierRequest, ResultOf } from '../../model/copier.js';
import type { Pod } from '../../model/kube-object.js';
import type { Adapters } from '../adapters.js';
import { isSilent, untilNoPods } from '../objects/end-pods.js';
import { podReasons, shortReasons } from '../objects/pod-reasons.js';
import { CopierJobs, hasFailed, isComplete, type JobManifests } from './copier-jobs.js';
import { type CopierJobName, type CopierVolumes, copierBase, copierJob, copierLabels, lastingJob, lastingSecret, requestSecret } from './copier-manifest.js';
import { type CopierOutput, copierFailure, readOutput } from './copier-output.js';

export interface CopierOptions {
  /** Counted from the activity's first attempt; default 540, within the patience of a short step. */
  readonly withinSeconds?: number;
  /** Where the Job runs: the database must be reachable from there. Default rehelm-system. */
  readonly namespace?: string;
  /** For a check or a capture, which have no step of their own: tells their requests apart. Their Job goes whatever comes of it. */
  readonly subject?: string;
  /** What its pod has beside the request. */
  readonly volumes?: CopierVolumes;
}

export interface CopierRun<R extends CopierRequest> {
  readonly result: ResultOf<R>;
  /** Pods that were needed: more than one where a pod or its node died, or a person retried. */
  readonly attempts: number;
}

type Part = Pick<Adapters, 'kube' | 'settings'>;

/** Generations in a row that end without a word and without progress: more would end the same way. */
const maxFutile = 3;
const defaultWithinSeconds = 540;
const pollSeconds = 0.5;
const logLines = 30;

/**
 * Runs a verb of the copier in a Job next to the database and answers its result. Starts it or attaches to one that runs; the worker only watches.
 * A pod that dies without a word is followed by another as long as that gets further. The copier's failures come as those of src/errors.ts.
 * The Job is removed once its result is read, and on a cancel; on anything else that ends the activity it goes on, for the next attempt to attach.
 */
export function runCopier<R extends CopierRequest>(request: R, act: Act, part: Part, options: CopierOptions = {}): Promise<CopierRun<R>> {
  const { namespace = systemNamespace, volumes } = options;
  const manifests = manifestsOf(request, act, part, namespace, volumes);
  return runJob<ResultOf<R>>({ verb: request.verb, what: `${request.verb} on the database`, manifests }, act, part, options);
}

const manifestsOf = (request: CopierRequest, act: Act, { settings }: Part, namespace: string, volumes?: CopierVolumes): JobManifests => ({
  secret: (name: CopierJobName) => requestSecret(name, namespace, request),
  job: (name: CopierJobName) => copierJob(name, namespace, settings.copierImage, act, volumes),
});

/** A Job that speaks as the copier does: JSON lines, the last with its result or failure. */
export interface SpeakingJob {
  readonly verb: string;
  /** Tells apart what one step asks for more than once. */
  readonly of?: string;
  /** For failures: what it does to what. */
  readonly what: string;
  readonly manifests: JobManifests;
  /** Before each of its pods, where it knows nothing of those before it. */
  readonly prepare?: (() => Promise<void>) | undefined;
}

/** The same for any Job that speaks as the copier does. */
export async function runJob<Result>(
  speaking: SpeakingJob,
  act: Act,
  part: Pick<Adapters, 'kube'>,
  options: CopierOptions = {},
): Promise<{ readonly result: Result; readonly attempts: number }> {
  const { withinSeconds = defaultWithinSeconds, namespace = systemNamespace, subject } = options;
  const { verb, of, manifests, prepare } = speaking;
  const jobs = new CopierJobs(part, act, { base: copierBase(act, verb, subject ?? of), namespace, manifests, prepare });
  try {
    const run = await answerOf<Result>(speaking, part, jobs, withinSeconds);
    await jobs.remove();
    return run;
  } catch (error) {
    // A shutdown, a timeout, a pause and a reset only detach: the next attempt finds the Job where it is by then.
    const given = error instanceof CancelledFailure ? Context.current().cancellationDetails?.cancelRequested : subject !== undefined;
    if (given) await jobs.remove();
    throw error;
  }
}

export interface BeginOptions {
  /** What its progress says when it has begun. */
  readonly until: (progress: CopierProgress) => boolean;
  readonly withinSeconds: number;
}

/** Starts a verb that goes on while the run does, or attaches to one that does, and waits until it has begun. Its Job stays, for runCopier or endCopiers. */
export async function beginCopier(request: CopierRequest, act: Act, part: Part, { until, withinSeconds }: BeginOptions): Promise<void> {
  const [base, what] = [copierBase(act, request.verb), `${request.verb} on the database`];
  const jobs = new CopierJobs(part, act, { base, namespace: systemNamespace, manifests: manifestsOf(request, act, part, systemNamespace) });
  const output = await follow(part, jobs, await jobs.startOrAttach(0), { what, verb: request.verb, withinSeconds, until });
  if (output.failure) throw copierFailure(what, output);
  if (output.result === undefined && !(output.progress && until(output.progress))) throw failure('NotReady', `${what}: its pod ended before it had begun`);
}

/** Starts a verb that watches for as long as the run lives, or leaves one at work that does; one that is over is started anew. Its Job stays, for endWatchers. */
export async function keepCopier(request: CopierRequest, act: Act, part: Part): Promise<void> {
  const once = manifestsOf(request, act, part, systemNamespace);
  const manifests: JobManifests = { secret: (name) => lastingSecret(once.secret(name)), job: (name) => lastingJob(once.job(name)) };
  const jobs = new CopierJobs(part, act, { base: copierBase(act, request.verb), namespace: systemNamespace, manifests });
  const name = await jobs.startOrAttach(0);
  if ((await look(jobs, name)).isOver) await jobs.startOrAttach(name.generation);
}

/**
 * Removes every copier Job of a step and waits for its pods: they write. For undos, before they start their own. What watches goes on. One whose node is silent
 * is not waited for, since the run's epoch on the server keeps it out; one of other programs is, since no epoch stops those.
 */
export const endCopiers = ({ kube }: Pick<Adapters, 'kube'>, act: Act, namespace = systemNamespace): Promise<void> =>
  endJobs(kube, act, namespace, `${ofStep(act)},!${copierLabels.watches}`);

/** Removes what keepCopier left at work for a step, once there is nothing more to watch. */
export const endWatchers = ({ kube }: Pick<Adapters, 'kube'>, act: Act): Promise<void> =>
  endJobs(kube, act, systemNamespace, `${ofStep(act)},${copierLabels.watches}`);

async function endJobs(kube: Adapters['kube'], act: Act, namespace: string, labelSelector: string): Promise<void> {
  const remove = async (apiVersion: string, kind: string) => {
    const found = await kube.list({ apiVersion, kind, namespace, labelSelector });
    for (const { metadata } of found) await kube.writeAs(act).remove({ apiVersion, kind, namespace, name: metadata.name }, { propagation: 'Background' });
  };
  await remove('batch/v1', 'Job');
  await remove('v1', 'Secret');
  await untilNoPods(kube, [{ namespace, labelSelector }], defaultWithinSeconds, (pod) => isSilent(pod) && !isUnfenced(pod));
}

const isUnfenced = ({ metadata }: Pod): boolean => metadata.labels?.[copierLabels.unfenced] !== undefined;

/** Of Jobs, Secrets and pods alike. */
const ofStep = (act: Act): string => `${labels.run}=${labelValue(act.run)},${labels.step}=${labelValue(act.step)},${copierLabels.job}`;

async function answerOf<Result>(
  { verb, what }: SpeakingJob,
  part: Pick<Adapters, 'kube'>,
  jobs: CopierJobs,
  withinSeconds: number,
): Promise<{ readonly result: Result; readonly attempts: number }> {
  let [spent, futile, bytes] = [0, 0, 0];
  for (;;) {
    const name = await jobs.startOrAttach(spent);
    const output = await follow<Result>(part, jobs, name, { what, withinSeconds, verb });
    if (output.result !== undefined) return { result: output.result, attempts: name.generation };
    if (output.failure) throw copierFailure(what, output);
    const now = output.progress?.bytes ?? 0;
    futile = now > bytes ? 0 : futile + 1;
    [bytes, spent] = [Math.max(bytes, now), name.generation];
    if (futile === maxFutile) throw copierFailure(`${what}: ${maxFutile} pods in a row ended without a result`, output);
  }
}

interface Followed {
  readonly what: string;
  readonly verb: string;
  readonly withinSeconds: number;
  readonly until?: (progress: CopierProgress) => boolean;
}

/** Polls until there is a result or a failure, or the Job has ended without either. Heartbeats its progress, flat. */
async function follow<Result>(
  { kube }: Pick<Adapters, 'kube'>,
  jobs: CopierJobs,
  name: CopierJobName,
  { what, verb, withinSeconds, until }: Followed,
): Promise<CopierOutput<Result>> {
  const context = Context.current();
  let progress: CopierProgress | undefined;
  for (let wait = 0.1; ; wait = Math.min(wait * 1.5, pollSeconds)) {
    const { output, pod, isOver } = await look<Result>(jobs, name);
    progress = output.progress ?? progress;
    if (isOver || (progress && until?.(progress))) return { ...output, ...(progress && { progress }) };
    const seconds = (Date.now() - context.info.scheduledTimestampMs) / 1000;
    if (seconds > withinSeconds)
      throw failure('TimedOut', `${what} took longer than ${withinSeconds} s\n${(await podReasons(kube, pod)).join('\n') || 'no pod of it was made'}`);
    context.heartbeat({
      step: jobs.step,
      verb,
      attempt: name.generation,
      seconds: Math.round(seconds),
      ...progress,
      waiting: shortReasons(pod).join('; ').slice(0, 300),
    });
    await context.sleep(wait * 1000);
  }
}

interface Look<Result> {
  readonly output: CopierOutput<Result>;
  readonly pod: readonly Pod[];
  readonly isOver: boolean;
}

/** The Job first: where it is over, what the log says after that is all it will ever say. */
async function look<Result>(jobs: CopierJobs, name: CopierJobName): Promise<Look<Result>> {
  const job = await jobs.job(name);
  const pod = await jobs.pod(name);
  const output = readOutput<Result>(pod ? await jobs.log(pod, logLines) : '');
  const hasAnswer = output.result !== undefined || output.failure !== undefined;
  return { output, pod: pod ? [pod] : [], isOver: hasAnswer || !job || hasFailed(job) || isComplete(job) };
}
