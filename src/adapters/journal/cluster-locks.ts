import { failure } from '../../errors.js';
import { labels, systemNamespace } from '../../model/act.js';
import type { KubeObject } from '../../model/kube-object.js';
import { areApart } from '../../model/lock-keys.js';
import type { ObjectRef } from '../../model/refs.js';
import type { RawKube } from '../kube/kube.js';
import { labelValue } from '../kube/label-value.js';
import type { LockHolder, LockStore } from './journal.js';
import { inSystemNamespace, namePart, onFreshRead, shortHash } from './system-object.js';

type State = 'busy' | 'revertible';
type Held = LockHolder & { readonly run: string; readonly state: State };

interface Lease extends KubeObject {
  readonly spec?: { readonly holderIdentity?: string; readonly acquireTime?: string; readonly leaseTransitions?: number };
}

const annotations = {
  key: 'rehelm.dev/key',
  workflow: 'rehelm.dev/workflow',
  title: 'rehelm.dev/title',
  since: 'rehelm.dev/since',
  state: 'rehelm.dev/state',
} as const;

/** Locks and epochs as Leases in rehelm-system. A Lease here does not expire: a parked run holds what it holds. */
export function createClusterLocks(raw: RawKube): LockStore {
  return {
    take: async (run, holder, keys) => {
      const taken: string[] = [];
      try {
        for (const key of keys) if (await takeOne(raw, run, holder, key)) taken.push(key);
        // Only now: of two that take at once, the later one sees the other for certain.
        await refuseBeside(raw, run, keys);
      } catch (error) {
        for (const key of taken) await releaseOne(raw, run, key);
        throw error;
      }
    },
    setState: async (run, keys, state) => {
      for (const key of keys) await setStateOf(raw, run, key, state);
    },
    release: async (run, keys) => {
      for (const key of keys) await releaseOne(raw, run, key);
    },
    holder: async (key) => heldBy(await raw.get<Lease>(lockRef(key))),
    beside: (keys) => heldBeside(raw, keys),
    epoch: async (run) => (await raw.get<Lease>(epochRef(run)))?.spec?.leaseTransitions ?? 1,
    raiseEpoch: (run, atLeast) => inSystemNamespace(raw, () => onFreshRead(() => raise(raw, run, atLeast))),
    dropEpoch: (run) => raw.delete(epochRef(run)),
  };
}

const leaseRef = (name: string): ObjectRef => ({ apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', namespace: systemNamespace, name });
const lockRef = (key: string): ObjectRef => leaseRef(`rehelm-lock-${shortHash(key)}`);
const epochRef = (run: string): ObjectRef => leaseRef(`rehelm-epoch-${namePart(run)}`);

/** True when it was taken just now, false when the run had it. */
async function takeOne(raw: RawKube, run: string, holder: LockHolder, key: string): Promise<boolean> {
  return inSystemNamespace(raw, () =>
    onFreshRead(async () => {
      const seen = await raw.get<Lease>(lockRef(key));
      const held = heldBy(seen);
      if (held?.run === run) return false;
      if (held) throw inProgress(key, held);
      const lease = leaseOf(run, holder, key);
      if (seen === undefined) await raw.create(lease);
      else await raw.patch(lockRef(key), { metadata: { ...lease.metadata, resourceVersion: seen.metadata.resourceVersion }, spec: lease.spec });
      return true;
    }),
  );
}

const inProgress = (key: string, { run, workflowId, title, since, state }: Held) =>
  failure('RunInProgress', `${key} is held by ${title} (workflow ${workflowId}) since ${since}`, {
    details: { key, holder: { run, workflowId, title, since, state } },
  });

async function refuseBeside(raw: RawKube, run: string, keys: readonly string[]): Promise<void> {
  const other = (await heldBeside(raw, keys)).find((held) => held.run !== run && held.state === 'busy');
  if (other) throw inProgress(other.key, other);
}

async function heldBeside(raw: RawKube, keys: readonly string[]): Promise<readonly (Held & { readonly key: string })[]> {
  const leases = await raw.list<Lease>({ apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', namespace: systemNamespace });
  return leases.flatMap((lease) => {
    const [held, key] = [heldBy(lease), lease.metadata.annotations?.[annotations.key]];
    return held && key !== undefined && keys.some((wanted) => areApart(wanted, key)) ? [{ ...held, key }] : [];
  });
}

function leaseOf(run: string, { workflowId, title, since }: LockHolder, key: string): Lease & Required<Pick<Lease, 'spec'>> {
  const { kind, apiVersion, namespace, name } = lockRef(key);
  return {
    apiVersion,
    kind,
    metadata: {
      name,
      ...(namespace !== undefined && { namespace }),
      labels: { [labels.run]: labelValue(run) },
      annotations: {
        [annotations.key]: key,
        [annotations.workflow]: workflowId,
        [annotations.title]: title,
        [annotations.since]: since,
        [annotations.state]: 'busy' satisfies State,
      },
    },
    spec: { holderIdentity: run },
  };
}

function heldBy(lease: Lease | undefined): Held | undefined {
  const run = lease?.spec?.holderIdentity;
  if (!run) return undefined;
  const said = (name: string): string => lease?.metadata.annotations?.[name] ?? '';
  return {
    run,
    workflowId: said(annotations.workflow),
    title: said(annotations.title),
    since: said(annotations.since),
    state: said(annotations.state) === 'revertible' ? 'revertible' : 'busy',
  };
}

async function setStateOf(raw: RawKube, run: string, key: string, state: State): Promise<void> {
  await onFreshRead(async () => {
    const seen = await raw.get<Lease>(lockRef(key));
    const held = heldBy(seen);
    if (held?.run !== run) throw failure('NotOurs', `${key} is not held by run ${run}${held ? `, but by ${held.title} (workflow ${held.workflowId})` : ''}`);
    if (held.state !== state)
      await raw.patch(lockRef(key), { metadata: { resourceVersion: seen?.metadata.resourceVersion, annotations: { [annotations.state]: state } } });
  });
}

async function releaseOne(raw: RawKube, run: string, key: string): Promise<void> {
  await onFreshRead(async () => {
    const seen = await raw.get<Lease>(lockRef(key));
    const { uid, resourceVersion } = seen?.metadata ?? {};
    if (heldBy(seen)?.run === run && uid && resourceVersion) await raw.delete(lockRef(key), { uid, resourceVersion });
  });
}

async function raise(raw: RawKube, run: string, atLeast: number): Promise<number> {
  const { kind, apiVersion, namespace, name } = epochRef(run);
  const seen = await raw.get<Lease>(epochRef(run));
  const current = seen?.spec?.leaseTransitions ?? 1;
  if (seen !== undefined && current >= atLeast) return current;
  const wanted = Math.max(current, atLeast);
  const spec = { holderIdentity: run, leaseTransitions: wanted };
  const metadata = { name, ...(namespace !== undefined && { namespace }), labels: { [labels.run]: labelValue(run) } };
  const lease: Lease = { apiVersion, kind, metadata, spec };
  if (seen === undefined) await raw.create(lease);
  else await raw.patch(epochRef(run), { metadata: { resourceVersion: seen.metadata.resourceVersion }, spec });
  return wanted;
}
