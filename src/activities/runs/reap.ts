import { labelValue } from '../../adapters/kube/label-value.js';
import { isFailure } from '../../errors.js';
import { labels, systemNamespace } from '../../model/act.js';
import type { JournalRecord } from '../../model/journal.js';
import type { KubeObject } from '../../model/kube-object.js';
import { type ObjectRef, showRef } from '../../model/refs.js';
import type { Adapters } from '../adapters.js';

/** An object that carries the label of a run that nobody knows, or that was taken back. */
export interface Orphan {
  readonly object: ObjectRef;
  readonly uid: string;
  readonly run: string;
  readonly since: string;
  /** Only what can hold no data of a product: Jobs, Pods, and our own bookkeeping. The rest is for a person to look at. */
  readonly removable: boolean;
}

export interface Reaped {
  readonly orphans: readonly Orphan[];
  readonly removed: readonly string[];
  /** What could not be looked at, and why. */
  readonly notes: readonly string[];
}

interface KindToReap {
  readonly apiVersion: string;
  readonly kind: string;
}

const kinds: readonly KindToReap[] = [
  { apiVersion: 'batch/v1', kind: 'Job' },
  { apiVersion: 'v1', kind: 'Pod' },
  { apiVersion: 'v1', kind: 'Secret' },
  { apiVersion: 'v1', kind: 'ConfigMap' },
  { apiVersion: 'v1', kind: 'PersistentVolumeClaim' },
  { apiVersion: 'v1', kind: 'Service' },
  { apiVersion: 'apps/v1', kind: 'StatefulSet' },
  { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy' },
  { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease' },
  { apiVersion: 'v1', kind: 'Namespace' },
];

const removableAnywhere = ['Job', 'Pod'];
const removableOfOurs = ['Job', 'Pod', 'Secret', 'ConfigMap', 'Lease'];

/** A run writes its record after its first checks; a probe pod may be older than that. */
const youngMilliseconds = 3_600_000;
const unclaimedSeconds = 86_400;

/**
 * Finds, and on demand removes, what runs left behind: a run that has neither journal nor record, and a step of a run that was taken back: the API server
 * may carry out a create whose sender has long gone.
 */
export function reap({ kube, journal, locks, temporal, requestFiles }: Pick<Adapters, 'kube' | 'journal' | 'locks' | 'temporal' | 'requestFiles'>) {
  async function labelled(kind: KindToReap): Promise<readonly KubeObject[] | string> {
    try {
      const found = await kube.list<KubeObject>({ ...kind, labelSelector: labels.run });
      return found.map((object) => ({ ...object, ...kind }));
    } catch (error) {
      if (isFailure(error, 'Forbidden')) return `${kind.kind}: not looked at, the worker may not list them`;
      throw error;
    }
  }

  /** Journal, record, or an open workflow: the run is known, and what it made is its own business. */
  async function knownRuns(records: readonly JournalRecord[]): Promise<(run: string) => Promise<boolean>> {
    const open = await openRuns();
    const known = new Set([...open, ...records.map(({ run }) => run)].map(labelValue));
    return async (run) => known.has(run) || (await journal.read(run)).length > 0;
  }

  /** Runs that are open, or can still be taken back or finalized, need the files that they claim or name. */
  async function neededFiles(): Promise<(name: string, runs: readonly string[]) => boolean> {
    const records = (await journal.listRuns()).filter(({ phase }) => phase !== 'RolledBack' && phase !== 'Finalized');
    const needing = new Set([...(await openRuns()), ...records.map(({ run }) => run)].map(labelValue));
    const named = records.map(({ spec }) => JSON.stringify(spec)).join('\n');
    return (name, runs) => named.includes(name) || runs.some((run) => needing.has(run));
  }

  /** All of them, however many there are: what is taken for closed loses what it needs. */
  async function openRuns(after?: string): Promise<readonly string[]> {
    const { workflows, next } = await temporal.page({ openOr: [] }, 1000, after);
    const runs = workflows.map(({ run }) => run);
    return next === undefined ? runs : [...runs, ...(await openRuns(next))];
  }

  async function findOrphans(): Promise<Omit<Reaped, 'removed'>> {
    const records = await journal.listRuns();
    const isKnown = await knownRuns(records);
    const found = await Promise.all(kinds.map(labelled));
    const notes = found.filter((each) => typeof each === 'string');
    const old = found.flatMap((each) => (typeof each === 'string' ? [] : each)).filter(isOld);
    const known = new Map<string, boolean>();
    for (const run of new Set(old.map(runOf))) known.set(run, await isKnown(run));
    const takenBack = new Set(records.filter(({ phase }) => phase === 'RolledBack').map(({ run }) => labelValue(run)));
    const isOrphan = (object: KubeObject) => !known.get(runOf(object)) || (takenBack.has(runOf(object)) && isOfStep(object));
    return { orphans: old.filter(isOrphan).map(orphanOf), notes };
  }

  async function remove({ object, uid, run }: Orphan): Promise<string> {
    const act = { run, step: 'reap', epoch: await locks.epoch(run) };
    await kube.writeAs(act).remove(object, { uid, propagation: 'Background' });
    return showRef(object);
  }

  return {
    async reap({ remove: wanted }: { readonly remove: boolean }): Promise<Reaped> {
      const { orphans, notes } = await findOrphans();
      if (!wanted) return { orphans, notes, removed: [] };
      const files = await requestFiles.sweep(unclaimedSeconds, await neededFiles());
      const removed = await Promise.all(orphans.filter(({ removable }) => removable).map(remove));
      return { orphans, notes, removed: [...removed, ...files.map((name) => `Secret ${systemNamespace}/${name}`)] };
    },
  };
}

const runOf = ({ metadata }: KubeObject): string => metadata.labels?.[labels.run] ?? '';
/** The journal of a run and its locks are of no step. */
const isOfStep = ({ metadata }: KubeObject): boolean => metadata.labels?.[labels.step] !== undefined;
const isOld = ({ metadata }: KubeObject): boolean => Date.now() - Date.parse(metadata.creationTimestamp ?? '') > youngMilliseconds;

function orphanOf({ apiVersion, kind, metadata }: KubeObject): Orphan {
  const { namespace, name, uid = '', creationTimestamp: since = '' } = metadata;
  const removable = removableAnywhere.includes(kind) || (namespace === systemNamespace && removableOfOurs.includes(kind));
  return { object: { apiVersion, kind, name, ...(namespace !== undefined && { namespace }) }, uid, run: metadata.labels?.[labels.run] ?? '', since, removable };
}
