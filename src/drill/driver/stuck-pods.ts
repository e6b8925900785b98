import type { RawKube } from '../../adapters/kube/kube.js';
import type { Fault } from '../../model/drill.js';
import type { Pod } from '../../model/kube-object.js';
import type { Told } from '../ledger-file.js';
import type { Clock } from './clock.js';

const everyMs = 1000;
/** A pod that ends within its grace period, and a little, hangs on nothing. */
const overdueMs = 5000;

export interface StuckPodsParts {
  readonly kube: Pick<RawKube, 'list'>;
  readonly namespace: string;
  readonly clock: Clock;
  readonly tell: (told: Told) => void;
}

/** Pods of the target that should be gone by now, and are not: nobody is there who could end them. */
export class StuckPods {
  readonly #parts: StuckPodsParts;
  #lookedAt = Number.NEGATIVE_INFINITY;
  #known: readonly Pod[] = [];
  readonly #freed = new Set<string>();

  constructor(parts: StuckPodsParts) {
    this.#parts = parts;
  }

  /** At most once a second; told when it is others than before. While the API server does not answer, what was known. */
  async on(node: string): Promise<readonly Pod[]> {
    const { kube, namespace, clock, tell } = this.#parts;
    if (clock.now() - this.#lookedAt < everyMs) return this.#known;
    this.#lookedAt = clock.now();
    const query = { apiVersion: 'v1', kind: 'Pod', namespace, fieldSelector: `spec.nodeName=${node}` };
    const pods = await kube.list<Pod>(query).catch(() => undefined);
    if (!pods) return this.#known;
    const before = namesOf(this.#known);
    this.#known = pods.filter(({ metadata: { deletionTimestamp } }) => deletionTimestamp && Date.parse(deletionTimestamp) + overdueMs < clock.date());
    if (namesOf(this.#known).join() !== before.join()) tell({ type: 'stuck', pods: namesOf(this.#known) });
    return this.#known;
  }

  /** Each once. `free` says whether they are free now; what fails is tried again a second later: the target may do without it. */
  async free(node: string, how: NonNullable<Fault['stuckPods']>, free: (pods: readonly Pod[]) => Promise<boolean>): Promise<void> {
    const pods = (await this.on(node)).filter(({ metadata }) => !this.#freed.has(metadata.uid ?? ''));
    if (pods.length === 0 || !(await free(pods).catch(() => false))) return;
    for (const { metadata } of pods) this.#freed.add(metadata.uid ?? '');
    this.#parts.tell({ type: 'freed', pods: pods.map(({ metadata }) => metadata.name), how });
  }
}

const namesOf = (pods: readonly Pod[]): readonly string[] => pods.map(({ metadata }) => metadata.name).sort();
