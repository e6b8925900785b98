import { publish } from '../../../src/drill/publish.js';
import { judge } from '../../../src/judge/judge.js';
import { systemNamespace } from '../../../src/model/act.js';
import { type DrillRequest, type DrillResult, drillLabels, type Mark, type Verdict } from '../../../src/model/drill.js';
import type { Job, KubeObject, Pod, Secret } from '../../../src/model/kube-object.js';
import { course, Scene } from '../../judge/support/ledger.js';
import { createFakeCluster, type FakeCluster } from '../fake-cluster/fake-cluster.js';

/** Where a played driver can be held: before its guard, or at a mark of its course. */
export type Stage = 'looking' | Extract<Mark, 'steady' | 'faulted' | 'reverted' | 'closed'>;

/** In order. */
export const stages: readonly Stage[] = ['looking', 'steady', 'faulted', 'reverted', 'closed'];
const guardActsAfterMs = 300;

/** What one course is doing now. */
interface Played {
  readonly request: DrillRequest;
  readonly job: Job;
  driver: string[];
  guard: string[];
  isOver: boolean;
}

/**
 * Driver and guard of every course as the cluster would show them: pods, logs, artifacts, and what is done to the target. A driver whose Job is deleted takes the fault back
 * first, as it does when it is told to end; of one that is lost, the guard does.
 */
export class PlayedDrill {
  readonly fake: FakeCluster;
  /** What was done to the target, and by whom. */
  readonly acts: string[] = [];
  verdict: Verdict = 'green';
  /** The first driver finds itself on this node, which would fail. */
  misplacedOn: string | undefined;
  #holdAt: Stage | undefined;
  #reached = Promise.withResolvers<void>();
  #isFaulty = false;
  readonly #courses = new Map<string, Played>();

  constructor(objects: readonly KubeObject[]) {
    this.fake = createFakeCluster();
    this.fake.seed(...objects);
    this.fake.behaviour.job = (job) => {
      queueMicrotask(() => this.#begin(job));
      return 'running';
    };
    this.fake.behaviour.log = ({ metadata: { labels = {} } }) => {
      const played = this.#courses.get(labels[drillLabels.drill] ?? '');
      const lines = labels[drillLabels.role] === 'guard' ? played?.guard : played?.driver;
      return (lines ?? []).map((line) => `${line}\n`).join('');
    };
    this.fake.onChange((change) => this.#see(change));
  }

  /** Every driver stops there until `goOn`. Settles once one has. */
  holdAt(stage: Stage): Promise<void> {
    this.#holdAt = stage;
    this.#reached = Promise.withResolvers();
    return this.#reached.promise;
  }

  goOn(): void {
    const from = this.#holdAt;
    this.#holdAt = undefined;
    for (const played of this.#courses.values()) if (!played.isOver) this.#play(played, stages.slice(stages.indexOf(from ?? 'closed') + 1));
  }

  /** The driver's pod is deleted by force. */
  loseDriver(): void {
    for (const played of this.#courses.values()) {
      if (played.isOver) continue;
      played.isOver = true;
      this.fake.endJob({ namespace: systemNamespace, name: played.job.metadata.name }, { failed: 'the pod was deleted' });
      if (played.guard.length > 0) setTimeout(() => this.#guardActs(played), guardActsAfterMs);
    }
  }

  /** What courses made and is still there; `[]` once they are cleaned. */
  leftovers(): readonly string[] {
    const kinds = [
      ['batch/v1', 'Job'],
      ['v1', 'Pod'],
      ['v1', 'ServiceAccount'],
      ['rbac.authorization.k8s.io/v1', 'Role'],
      ['rbac.authorization.k8s.io/v1', 'RoleBinding'],
      ['rbac.authorization.k8s.io/v1', 'ClusterRole'],
      ['rbac.authorization.k8s.io/v1', 'ClusterRoleBinding'],
    ] as const;
    const made = kinds.flatMap(([apiVersion, kind]) => this.fake.all(apiVersion, kind).filter(({ metadata }) => metadata.name.startsWith('drill-')));
    const secrets = this.fake.all<Secret>('v1', 'Secret', systemNamespace).filter(({ type }) => type === 'rehelm.dev/drill-request');
    return [...made, ...secrets].map(({ kind, metadata }) => `${kind} ${metadata.name}`);
  }

  #begin(job: Job): void {
    const name = job.metadata.name.replace(/-driver$/, '');
    const secret = this.fake.find<Secret>({ apiVersion: 'v1', kind: 'Secret', namespace: systemNamespace, name });
    const request = JSON.parse(Buffer.from(secret?.data?.['request.json'] ?? '', 'base64').toString()) as DrillRequest;
    const played: Played = { request, job, driver: [], guard: [], isOver: false };
    this.#courses.set(name, played);
    if (this.misplacedOn !== undefined) this.#misplace(played, this.misplacedOn);
    else this.#play(played, stages);
  }

  #misplace(played: Played, node: string): void {
    this.misplacedOn = undefined;
    played.isOver = true;
    played.driver.push(JSON.stringify({ misplaced: node }));
    this.fake.endJob({ namespace: systemNamespace, name: played.job.metadata.name }, { succeeded: true, log: `${played.driver.join('\n')}\n` });
  }

  #play(played: Played, left: readonly Stage[]): void {
    for (const stage of left) {
      this.#enter(played, stage);
      if (stage === this.#holdAt) {
        this.#reached.resolve();
        return;
      }
      if (this.verdict === 'notRun' && stage === 'steady') break;
    }
    this.#end(played, resultOf(this.verdict, played.request));
  }

  #enter({ request, driver, guard }: Played, stage: Stage): void {
    if (stage === 'looking') return;
    driver.push(JSON.stringify({ stage }));
    if (stage === 'steady') {
      this.#makeGuard(request);
      guard.push(JSON.stringify({ guard: 'waiting' }), JSON.stringify({ guard: 'watching' }));
    }
    if (stage === 'faulted') {
      guard.push(JSON.stringify({ guard: 'armed' }));
      this.#isFaulty = true;
      this.acts.push('fault');
    }
    if (stage === 'reverted') {
      this.#revert('driver');
      guard.push(JSON.stringify({ guard: 'disarmed' }));
    }
  }

  #makeGuard({ name, run }: DrillRequest): void {
    const labels = { [drillLabels.drill]: name, [drillLabels.role]: 'guard', 'rehelm.dev/run': run };
    const pod: Pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { namespace: systemNamespace, name: `${name}-guard`, labels },
      spec: { containers: [{ name: 'guard' }] },
    };
    this.fake.seed(pod);
  }

  #revert(by: string): void {
    if (!this.#isFaulty) return;
    this.#isFaulty = false;
    this.acts.push(`revert by the ${by}`);
  }

  #end(played: Played, result: DrillResult): void {
    played.isOver = true;
    this.#publish(played, result);
    if (played.guard.length > 0) played.guard.push(JSON.stringify({ guard: 'ended' }));
    const log = `${[...played.driver, JSON.stringify({ result })].join('\n')}\n`;
    this.fake.endJob({ namespace: systemNamespace, name: played.job.metadata.name }, { succeeded: true, log });
  }

  #guardActs(played: Played): void {
    played.guard.push(JSON.stringify({ guard: 'reverting' }));
    this.#revert('guard');
    const result = resultOf('inconclusive', played.request);
    played.guard.push(JSON.stringify({ guard: 'reverted' }), JSON.stringify({ result }));
  }

  #see(change: string): void {
    for (const [name, played] of this.#courses) {
      if (change === `delete Job ${systemNamespace}/${name}-driver` && !played.isOver) this.#abort(played);
      if (change === `delete Pod ${systemNamespace}/${name}-guard` && this.#isFaulty) this.acts.push('the guard was removed under the fault');
    }
  }

  /** Told to end. */
  #abort(played: Played): void {
    played.isOver = true;
    this.#revert('driver');
    if (played.guard.length > 0) played.guard.push(JSON.stringify({ guard: 'ended' }));
    this.#publish(played, resultOf('inconclusive', played.request));
  }

  /** As somebody else's write: faults that a test plants are for the worker's own. */
  #publish({ request }: Played, result: DrillResult): void {
    const create = async <T extends KubeObject>(object: T): Promise<T> => {
      this.fake.seed(object);
      return object;
    };
    void publish({ create, get: (ref) => this.fake.get(ref) }, request, 'ledger', result);
  }
}

/** As the judge gives it. */
function resultOf(verdict: Verdict, { profile, fault }: DrillRequest): DrillResult {
  const scene = new Scene();
  if (verdict === 'red') scene.downMs = 15_000;
  if (verdict === 'inconclusive') scene.records.push({ type: 'problem', at: 61_000, why: 'the drill was told to stop' });
  if (verdict === 'notRun') scene.records.push({ type: 'refused', at: 61_000, why: 'the target is not fully redundant: pg-2 silent' });
  return judge(scene.ledger(), { ...course, profile, fault });
}
