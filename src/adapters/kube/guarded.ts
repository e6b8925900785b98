import { setTimeout as sleep } from 'node:timers/promises';
import { type FailureType, failure, isFailure } from '../../errors.js';
import { type Act, labels } from '../../model/act.js';
import type { KubeObject } from '../../model/kube-object.js';
import { type ObjectRef, showRef } from '../../model/refs.js';
import type { LockStore } from '../journal/journal.js';
import { giveUpFields } from './field-owners.js';
import type { Kube, KubeWriter, MergePatch, RawKube } from './kube.js';
import { labelValue } from './label-value.js';

/** Put on an object and taken off again: the cheapest way to a new resourceVersion (a patch that changes nothing does not give one). */
export const touchAnnotation = 'rehelm.dev/touched';

/** How often an edit starts over on a conflict before it fails as one. Controllers write a few times a second at most. */
const maxTries = 12;
const pauseMilliseconds = 40;

/** The cluster as steps see it: everybody reads, and who writes says for which run's epoch. */
export function createKube(raw: RawKube, locks: Pick<LockStore, 'epoch'>): Kube {
  return {
    version: () => raw.version(),
    get: (ref) => raw.get(ref),
    list: (query) => raw.list(query),
    serves: (kind) => raw.serves(kind),
    isNamespaced: (kind) => raw.isNamespaced(kind),
    mayI: (access) => raw.mayI(access),
    logs: (pod) => raw.logs(pod),
    httpGet: (service) => raw.httpGet(service),
    dryRunCreate: (object) => raw.create(object, { dryRun: true }),
    dryRunPatch: (ref, patch) => raw.patch(ref, patch, { dryRun: true }),
    writeAs: (act) => createWriter(raw, act, () => checkEpoch(locks, act)),
  };
}

async function checkEpoch(locks: Pick<LockStore, 'epoch'>, { run, step, epoch }: Act): Promise<void> {
  const current = await locks.epoch(run);
  if (current !== epoch) throw failure('Superseded', `${step} of run ${run} writes in epoch ${epoch}, and the run is in epoch ${current}`);
}

function createWriter(raw: RawKube, act: Act, check: () => Promise<void>): KubeWriter {
  return {
    create: async (object, options) => {
      await check();
      const created = await raw.create(options?.labelled === false ? object : withLabels(object, act));
      await check().catch((error: unknown) => takeBack(raw, created, error));
      return created;
    },
    edit: (ref, change) => again(() => editOnce(raw, act, check, ref, change)),
    remove: (ref, options) => again(() => removeOnce(raw, check, ref, options)),
  };
}

async function editOnce<T extends KubeObject>(
  raw: RawKube,
  act: Act,
  check: () => Promise<void>,
  ref: ObjectRef,
  change: (seen: T) => MergePatch | undefined,
): Promise<T> {
  const seen = await mustGet<T>(raw, ref);
  await check();
  const patch = change(seen);
  const changed = patch === undefined ? seen : await raw.patch<T>(ref, at(seen, patch));
  const left = giveUpFields(changed);
  const written = left === undefined ? changed : await raw.patch<T>(ref, at(changed, left));
  const untouched = written.metadata.resourceVersion === seen.metadata.resourceVersion || written.metadata.annotations?.[touchAnnotation] !== undefined;
  return act.undo && untouched ? touch(raw, act, ref, written) : written;
}

/** Its trace is gone at the end; where the worker dies in between, the undo's next attempt finds the same annotation and takes it off. */
async function touch<T extends KubeObject>(raw: RawKube, act: Act, ref: ObjectRef, seen: T): Promise<T> {
  const mark = (value: string | null) => ({ metadata: { annotations: { [touchAnnotation]: value } } });
  const marked = await raw.patch<T>(ref, at(seen, mark(labelValue(`${act.run}.${act.epoch}`))));
  return raw.patch<T>(ref, at(marked, mark(null)));
}

/** Only Superseded says that the new object must go. After any other answer it stays, for the retry to find under its name. */
async function takeBack(raw: RawKube, created: KubeObject, error: unknown): Promise<never> {
  if (isFailure(error, 'Superseded')) {
    await again(() => raw.delete(refOf(created), preconditionOf(created, 'uid')), 'Unreachable').catch((left: unknown) => {
      // Of another uid: somebody has deleted it already and made a new one, which is not ours to delete.
      if (!isFailure(left, 'Conflict')) throw left;
    });
  }
  throw error;
}

async function removeOnce(raw: RawKube, check: () => Promise<void>, ref: ObjectRef, options: Parameters<KubeWriter['remove']>[1] = {}): Promise<void> {
  const { uid, propagation } = options;
  const seen = await raw.get(ref);
  if (seen === undefined || (uid !== undefined && seen.metadata.uid !== uid)) return;
  await check();
  if (seen.metadata.deletionTimestamp !== undefined) return;
  await raw.delete(ref, { ...preconditionOf(seen, 'uid', 'resourceVersion'), ...(propagation && { propagation }) });
}

/** Starts over as long as somebody else was faster, each time from a fresh read and a fresh check. */
async function again<T>(attempt: () => Promise<T>, on: FailureType = 'Conflict'): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (!isFailure(error, on) || tries === maxTries) throw error;
      await sleep(pauseMilliseconds * tries * Math.random());
    }
  }
}

async function mustGet<T extends KubeObject>(raw: RawKube, ref: ObjectRef): Promise<T> {
  const seen = await raw.get<T>(ref);
  if (seen === undefined) throw failure('NotFound', `${showRef(ref)} is not there`);
  return seen;
}

const withLabels = <T extends KubeObject>(object: T, { run, step }: Act): T => ({
  ...object,
  metadata: { ...object.metadata, labels: { ...object.metadata.labels, [labels.run]: labelValue(run), [labels.step]: labelValue(step) } },
});

function at(seen: KubeObject, patch: MergePatch): MergePatch {
  const metadata = patch['metadata'];
  return { ...patch, metadata: { ...(typeof metadata === 'object' ? metadata : {}), ...preconditionOf(seen, 'resourceVersion') } };
}

function preconditionOf(
  { metadata }: KubeObject,
  ...fields: readonly ('uid' | 'resourceVersion')[]
): { readonly uid?: string; readonly resourceVersion?: string } {
  return Object.fromEntries(fields.flatMap((field) => (metadata[field] === undefined ? [] : [[field, metadata[field]]])));
}

function refOf({ apiVersion, kind, metadata: { namespace, name } }: KubeObject): ObjectRef {
  return { apiVersion, kind, name, ...(namespace !== undefined && { namespace }) };
}
