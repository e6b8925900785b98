import { isCreated } from '../../adapters/kube/is-created.js';
import type { KubeWriter } from '../../adapters/kube/kube.js';
import { isFailure } from '../../errors.js';
import { type Act, systemNamespace } from '../../model/act.js';
import { hasCondition } from '../../model/has-condition.js';
import type { Job, KubeObject, Pod, Secret } from '../../model/kube-object.js';
import type { Adapters } from '../adapters.js';
import { type CopierJobName, copierLabels, nameOf } from './copier-manifest.js';

/** What one generation of a Job is made of. Its container is called `copier`. */
export interface JobManifests {
  readonly secret: (name: CopierJobName) => Secret;
  readonly job: (name: CopierJobName) => Job;
}

interface JobPlan {
  readonly base: string;
  readonly namespace: string;
  readonly manifests: JobManifests;
  /** Before each generation that is started; not where one is found that can still give an answer. */
  readonly prepare?: (() => Promise<void>) | undefined;
}

/** The Jobs of one copier request, generation by generation, each with the Secret that holds the request. */
export class CopierJobs {
  readonly step: string;
  readonly #kube: Adapters['kube'];
  readonly #writer: KubeWriter;
  readonly #manifests: JobManifests;
  readonly #base: string;
  readonly #namespace: string;
  readonly #prepare: JobPlan['prepare'];

  constructor({ kube }: Pick<Adapters, 'kube'>, act: Act, { base, namespace, manifests, prepare }: JobPlan) {
    this.step = act.step;
    this.#kube = kube;
    this.#writer = kube.writeAs(act);
    this.#manifests = manifests;
    this.#base = base;
    this.#namespace = namespace;
    this.#prepare = prepare;
  }

  /** The newest generation where it still can give an answer, else the next one, started. `spent`: one that gave none. */
  async startOrAttach(spent: number): Promise<CopierJobName> {
    const [newest] = await this.#generations();
    const job = newest && (await this.job(newest));
    if (newest && job && newest.generation !== spent && !hasFailed(job)) {
      await this.#own(newest, job);
      return newest;
    }
    const next = { base: this.#base, generation: job ? newest.generation + 1 : Math.max(newest?.generation ?? 1, spent + 1) };
    await this.#prepare?.();
    await this.#start(next);
    if (newest && newest.generation !== next.generation) await this.#removeOne(newest);
    return next;
  }

  job(name: CopierJobName): Promise<Job | undefined> {
    return this.#kube.get<Job>(this.#ref('batch/v1', 'Job', name));
  }

  async pod(name: CopierJobName): Promise<Pod | undefined> {
    const pods = await this.#kube.list<Pod>({ apiVersion: 'v1', kind: 'Pod', namespace: this.#namespace, labelSelector: `job-name=${nameOf(name)}` });
    return pods.toSorted((a, b) => ((a.metadata.creationTimestamp ?? '') < (b.metadata.creationTimestamp ?? '') ? 1 : -1))[0];
  }

  /** The last lines; empty where they cannot be had: its node may be off, or the pod just gone. */
  async log({ metadata }: Pod, tailLines: number): Promise<string> {
    try {
      return await this.#kube.logs({ namespace: this.#namespace, name: metadata.name, container: 'copier', tailLines });
    } catch (error) {
      if (!isFailure(error, 'NotFound', 'Unreachable', 'Invalid')) throw error;
      return '';
    }
  }

  /** All generations, the Secrets with them. */
  async remove(): Promise<void> {
    for (const name of await this.#generations()) await this.#removeOne(name);
  }

  #ref(apiVersion: string, kind: string, name: CopierJobName) {
    return { apiVersion, kind, namespace: this.#namespace, name: nameOf(name) };
  }

  /** Newest first; of Jobs, and of Secrets whose Job was never made. */
  async #generations(): Promise<readonly CopierJobName[]> {
    const query = { namespace: this.#namespace, labelSelector: `${copierLabels.job}=${this.#base}` };
    const [jobs, secrets] = await Promise.all([
      this.#kube.list<KubeObject>({ apiVersion: 'batch/v1', kind: 'Job', ...query }),
      this.#kube.list<KubeObject>({ apiVersion: 'v1', kind: 'Secret', ...query }),
    ]);
    const numbers = [...jobs, ...secrets].map(({ metadata }) => Number(metadata.labels?.[copierLabels.generation] ?? 0));
    return [...new Set(numbers)].sort((a, b) => b - a).map((generation) => ({ base: this.#base, generation }));
  }

  /** The Secret comes first: a pod that finds none waits for a minute. What an attempt left of it is written anew, as credentials may have changed. */
  async #start(name: CopierJobName): Promise<void> {
    const secret = this.#manifests.secret(name);
    await this.#inNamespace(async () => {
      if (await isCreated(this.#writer.create(secret))) return;
      await this.#writer.edit(this.#ref('v1', 'Secret', name), () => ({ data: secret.data }));
    });
    await isCreated(this.#writer.create(this.#manifests.job(name)));
    const job = await this.job(name);
    if (job) await this.#own(name, job);
  }

  /** So that the Secret goes with its Job, whoever deletes that. */
  async #own(name: CopierJobName, { metadata: { uid = '', name: job } }: Job): Promise<void> {
    const ref = this.#ref('v1', 'Secret', name);
    const secret = await this.#kube.get(ref);
    if (!secret || secret.metadata.ownerReferences?.some((each) => each.uid === uid)) return;
    await this.#writer.edit(ref, () => ({ metadata: { ownerReferences: [{ apiVersion: 'batch/v1', kind: 'Job', name: job, uid }] } }));
  }

  async #inNamespace(create: () => Promise<void>): Promise<void> {
    try {
      await create();
    } catch (error) {
      if (!isFailure(error, 'NotFound') || this.#namespace !== systemNamespace) throw error;
      const ref = { apiVersion: 'v1', kind: 'Namespace', name: systemNamespace };
      // Somebody may have made it since: two servers are asked at once.
      if (!(await this.#kube.get(ref)))
        await isCreated(this.#writer.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: systemNamespace } }, { labelled: false }));
      await create();
    }
  }

  async #removeOne(name: CopierJobName): Promise<void> {
    await this.#writer.remove(this.#ref('batch/v1', 'Job', name), { propagation: 'Background' });
    await this.#writer.remove(this.#ref('v1', 'Secret', name));
  }
}

export const hasFailed = (job: Job): boolean => hasCondition(job, 'Failed');
export const isComplete = (job: Job): boolean => hasCondition(job, 'Complete');
