import type { Question, Report } from '../../../src/model/report.js';
import { type Done, kubectl, type Place, rehelm, run, soon } from '../story/tools.js';
import { type Eyes, runId } from '../story/watch.js';

/** One run of the example's migration, and the hands of the people around it. */
export interface Scene {
  readonly place: Place;
  readonly eyes: Eyes;
  /** Path of the spec. */
  readonly spec: string;
  /** Hash of its plan. */
  readonly hash: string;
  readonly tell: (line: string) => void;
}

/** How a case went until its end. */
export interface Told {
  /** What rehelm said to the person, as a quote. */
  readonly said: string;
  /** Ids of items that somebody wrote to the source meanwhile: they must be in the source after a rollback. */
  readonly written?: readonly string[];
  /** Id of the run, where others of the same workflow id came after it. */
  readonly run?: string;
}

export interface PeopleCase {
  readonly name: string;
  readonly end: 'Succeeded' | 'RolledBack';
  /** From the beginning to the end; throws where rehelm did not do or say what it should. */
  readonly play: (scene: Scene) => Promise<Told>;
}

const patienceSeconds = 420;

export const begin = ({ place, spec, hash }: Scene): Promise<Done> => rehelm(place, ['run', '-f', spec, '--approve', 'start', '--plan', hash, '--detach']);

/** Waits until a step of the run has got that far. Looks often: the moment must not pass. */
export async function reachesStep({ eyes, tell }: Scene, id: string, states: readonly string[] = ['begun', 'done']): Promise<void> {
  await soon(
    `${id} to be ${states.join(' or ')}`,
    patienceSeconds,
    async () => {
      const report = await eyes.report();
      if (report?.endedAt) throw new Error(`${report.phase} before ${id}: ${report.cause ?? 'without a cause'}`);
      if (report?.question) throw new Error(`parked before ${id}: ${report.question.text}`);
      return report?.steps.some((step) => step.id === id && states.includes(step.state)) ? true : undefined;
    },
    50,
  );
  tell(`  at ${id}`);
}

interface Asking {
  readonly isIt?: (question: Question) => boolean;
  /** The commit is approved already. */
  readonly committing?: true;
}

/** The question that the run asks; an Error where it comes to the commit or to its end without one. */
export const asked = ({ eyes }: Scene, { isIt = () => true, committing }: Asking = {}): Promise<Question> =>
  soon('a question', patienceSeconds, async () => {
    const report = await eyes.report();
    if (report?.question && isIt(report.question)) return report.question;
    if (report?.gate === 'commit' && !committing) throw new Error('nothing was said: the run waits for its commit as if nothing had happened');
    if (report?.endedAt) throw new Error(`nothing was asked: the run is ${report.phase}`);
    return undefined;
  });

/** About a step that failed, not the pause before it. */
export const aboutAFailure = ({ choices }: Question): boolean => choices.includes('retry');

export const atCommit = ({ eyes }: Scene): Promise<Report> => eyes.reaches(['AwaitingApproval'], patienceSeconds);

export const approve = ({ place, hash }: Scene): Promise<Done> =>
  rehelm(place, ['approve', runId, '--gate', 'commit', '--plan', hash, '--reason', 'looked at it']);

export async function finish(scene: Scene): Promise<void> {
  await atCommit(scene);
  await approve(scene);
  await scene.eyes.reaches(['Succeeded'], patienceSeconds);
}

export const decide = ({ place }: Scene, { number }: Question, choice: string): Promise<Done> =>
  rehelm(place, ['decide', runId, '--question', String(number), '--choice', choice, '--reason', 'people']);

/** Has the run pause, and answers the question that it then asks. */
export async function pause(scene: Scene): Promise<Question> {
  await rehelm(scene.place, ['pause', runId, '--reason', 'somebody is about to do something']);
  return asked(scene, { isIt: ({ choices }) => choices.includes('resume') });
}

/** Takes it back by command, whatever state it is in. `name` is the workflow's id or the run's. */
export const takeBack = ({ place }: Scene, name = runId): Promise<Done> =>
  rehelm(place, ['rollback', name, '--reason', 'people go back', '--accept-data-loss', '--wait', '8m', '-o', 'json']);

/** The temporal program, as in the UI: no rehelm in between. */
export const temporal = ({ place }: Scene, args: readonly string[], options?: { readonly mayFail?: boolean }): Promise<Done> =>
  run(place, place.env['REHELM_TEMPORAL'] ?? 'temporal', args, options);

/** Somebody scales a deployment of the source. Up: until a pod runs. It is not ready, for what it needs beside its database is down. */
export async function scaleSource({ place, tell }: Scene, deployment: string, replicas: number): Promise<void> {
  await kubectl(place, ['scale', 'deployment', '-n', 'default', deployment, `--replicas=${replicas}`]);
  if (replicas > 0) await soon(`a pod of ${deployment}`, 120, () => podAddress(place, deployment));
  tell(`  somebody scaled default/${deployment} to ${replicas}`);
}

/** A user's write by way of a service of the source, acknowledged by its database. */
export async function writeToSource({ place, tell }: Scene, service: string, id: string): Promise<void> {
  await soon(`${service} to write`, 60, async () => {
    const answer = await ask(place, service, '/items', { method: 'POST', body: JSON.stringify({ id, value: 'precious' }) });
    return answer?.['written']?.mongodb === true ? true : undefined;
  });
  tell(`  a user wrote ${id}`);
}

/** Does a service of the source have the item in its database? */
export async function sourceHas(place: Place, service: string, id: string): Promise<boolean> {
  const answer = await soon(`${service} to answer`, 60, async () => (await ask(place, service, `/items/${id}`))?.['found']);
  return answer.mongodb === true;
}

type Answer = { readonly [of in 'written' | 'found']?: { readonly mongodb?: unknown } };

async function ask(place: Place, service: string, path: string, request: RequestInit = {}): Promise<Answer | undefined> {
  const address = await podAddress(place, service);
  if (address === undefined) return undefined;
  const answer = await fetch(`http://${address}:8080${path}`, { ...request, signal: AbortSignal.timeout(5000) }).catch(() => undefined);
  return (await answer?.json().catch(() => undefined)) as Answer | undefined;
}

/** By its pod: while the source is stopped nothing is ready, and a Service leads nowhere. */
async function podAddress(place: Place, app: string): Promise<string | undefined> {
  const { stdout } = await kubectl(place, ['get', 'pod', '-n', 'default', '-l', `app=${app}`, '--field-selector=status.phase=Running', '-o', 'json']);
  const items: readonly { readonly metadata: { readonly deletionTimestamp?: string }; readonly status: { readonly podIP?: string } }[] =
    JSON.parse(stdout).items;
  return items.find(({ metadata }) => metadata.deletionTimestamp === undefined)?.status.podIP;
}

/** What was said must name the thing; else the case fails with what was said instead. */
export function mustSay(text: string, ...wanted: readonly RegExp[]): string {
  const missing = wanted.filter((each) => !each.test(text));
  if (missing.length > 0) throw new Error(`does not say ${missing.join(', ')}: ${text}`);
  return text.trim();
}
