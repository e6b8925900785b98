import type { Access, RawKube } from '../../../src/adapters/kube/kube.js';
import { systemNamespace } from '../../../src/model/act.js';
import type { Job, KubeObject } from '../../../src/model/kube-object.js';
import { type ObjectRef, showRef } from '../../../src/model/refs.js';
import { withDefaults } from './admission.js';
import { type ApiServer, createApiServer } from './api-server.js';
import { type Behaviour, defaultBehaviour, type JobFate } from './behaviour.js';
import { createJobs } from './controllers/jobs.js';
import { reconcilePods } from './controllers/pods.js';
import { reconcileVolumes } from './controllers/volumes.js';
import { reconcileWorkloadStatus, reconcileWorkloads } from './controllers/workloads.js';
import { sweep } from './deletion.js';
import { createFaults, type Faults } from './faults.js';
import { inMemory } from './in-memory.js';
import { builtInKinds, type Kind } from './kinds.js';
import { createStore, refOf } from './store.js';
import { type World, type WorldOptions, worldOf } from './world.js';

/** A cluster in memory: an API server with the controllers that migrations meet. It obeys at once, keeps a list of what was done to it, and breaks on request. */
export interface FakeCluster extends RawKube, Faults {
  /** What clients changed, in order: `patch Deployment shop/api replicas=0`. What lies in rehelm-system is left out. */
  readonly changes: readonly string[];
  /** The same with journal, locks and Jobs of rehelm-system. */
  readonly allChanges: readonly string[];
  /** Handles of volumes that were deleted with their data. */
  readonly destroyed: readonly string[];
  /** What stands in for containers; replace what the test needs. */
  readonly behaviour: Behaviour;
  /** Puts objects there as if they always had been: not a change, with status if given. Namespaces are made as needed. */
  seed(...objects: readonly KubeObject[]): void;
  /** Serves more kinds, as an installed CRD does. */
  install(...kinds: readonly Kind[]): void;
  /** Forbids what fits: `{ verb: 'patch', resource: 'persistentvolumes' }`. */
  deny(access: Partial<Access>): void;
  /** A look without the port, synchronous. */
  find<T extends KubeObject>(ref: ObjectRef): T | undefined;
  all<T extends KubeObject>(apiVersion: string, kind: string, namespace?: string): readonly T[];
  /** Everything that lasts, to compare before and after. */
  world(options?: WorldOptions): World;
  /** Is called after every change, once the controllers are through: somebody else who acts in the cluster. */
  onChange(act: (change: string) => void): void;
  /** Ends a Job whose fate is `running`. */
  endJob(ref: { readonly namespace: string; readonly name: string }, fate: Exclude<JobFate, 'running'>): void;
  /** While true, every call fails as Unreachable. */
  down: boolean;
  /** While true, controllers do nothing: what steps wait for does not come. Set to false, they catch up. */
  stalled: boolean;
  /** Lets the controllers run, after a change of `behaviour`. */
  settle(): void;
  /** The verbs behind the port, for `serve`. */
  readonly api: ApiServer;
}

export interface FakeClusterOptions {
  /** Tells the uids of two clusters apart; 8 hex digits. */
  readonly uidPrefix?: string;
  readonly behaviour?: Partial<Behaviour>;
}

const maxRounds = 200;

export function createFakeCluster({ uidPrefix = '00000000', behaviour: wanted = {} }: FakeClusterOptions = {}): FakeCluster {
  const store = createStore(`${uidPrefix}-0000-4000-8000`);
  const behaviour: Behaviour = { ...defaultBehaviour(), ...wanted };
  const faults = createFaults();
  const kinds: Kind[] = [...builtInKinds];
  const changes: string[] = [];
  const allChanges: string[] = [];
  const destroyed: string[] = [];
  const denials: Partial<Access>[] = [];
  const watchers: ((change: string) => void)[] = [];
  const podLogs = new Map<string, string>();
  const state = { down: false, stalled: false };
  const jobs = createJobs(store, behaviour, podLogs, settle);

  function round(): void {
    sweep(store);
    reconcileWorkloads(store);
    reconcileVolumes(store, destroyed);
    reconcilePods(store, behaviour);
    jobs.reconcile();
    reconcileWorkloadStatus(store);
  }

  function settle(): void {
    if (state.stalled) return;
    for (let rounds = 0; rounds < maxRounds; rounds += 1) {
      const before = store.revision();
      round();
      if (store.revision() === before) return;
    }
    throw new Error('the fake controllers do not come to rest');
  }

  const api = createApiServer({
    store,
    kinds: () => kinds,
    behaviour,
    podLogs,
    denied: (access) => denials.some((denial) => fits(denial, access)),
    record: (change, namespace) => {
      allChanges.push(change);
      if (namespace !== systemNamespace && !change.endsWith(` ${systemNamespace}`)) changes.push(change);
    },
    meet: faults.meet,
    settle: () => {
      settle();
      const last = allChanges.at(-1) ?? '';
      for (const watcher of watchers) watcher(last);
    },
  });

  function seed(...objects: readonly KubeObject[]): void {
    for (const object of objects) {
      const { namespace } = object.metadata;
      if (namespace !== undefined) ensureNamespace(namespace);
      const { status } = object as KubeObject & { readonly status?: unknown };
      const full = withDefaults(object, store, store.revision() - 100);
      store.put(status === undefined ? full : ({ ...full, status } as KubeObject));
    }
    settle();
  }

  function ensureNamespace(name: string): void {
    const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
    if (!store.get(refOf(namespace))) store.put(withDefaults(namespace, store, 0));
  }

  ensureNamespace('default');
  ensureNamespace('kube-system');
  store.put({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'node-1' } });

  return {
    ...inMemory(api, () => state.down),
    ...faults,
    api,
    changes,
    allChanges,
    destroyed,
    behaviour,
    seed,
    settle,
    install: (...more) => void kinds.push(...more),
    deny: (access) => void denials.push(access),
    find: (ref) => store.get(ref),
    all: (apiVersion, kind, namespace) => store.all(apiVersion, kind, namespace),
    world: (options) => worldOf(store.everything(), options),
    onChange: (watcher) => void watchers.push(watcher),
    endJob: ({ namespace, name }, fate) => {
      const ref = { apiVersion: 'batch/v1', kind: 'Job', namespace, name };
      const job = store.get<Job>(ref);
      if (job === undefined) throw new Error(`${showRef(ref)} is not there`);
      jobs.end(job, fate);
    },
    get down() {
      return state.down;
    },
    set down(is) {
      state.down = is;
    },
    get stalled() {
      return state.stalled;
    },
    set stalled(is) {
      state.stalled = is;
      settle();
    },
  };
}

const fits = (denial: Partial<Access>, access: Access): boolean =>
  (['verb', 'group', 'resource', 'namespace'] as const).every((field) => denial[field] === undefined || denial[field] === access[field]);
