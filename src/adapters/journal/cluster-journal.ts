import { failure, isFailure } from '../../errors.js';
import { type Act, labels, systemNamespace } from '../../model/act.js';
import type { JournalEntry, JournalRecord, StepState } from '../../model/journal.js';
import type { Json, Secret } from '../../model/kube-object.js';
import type { ObjectRef } from '../../model/refs.js';
import { createKube } from '../kube/guarded.js';
import type { RawKube } from '../kube/kube.js';
import { labelValue } from '../kube/label-value.js';
import { getArtifact, putArtifact } from './artifacts.js';
import { contentOf, type DocumentKind, documentLabel, documentRef, documentSecret } from './document.js';
import type { JournalStore, LockStore, NewEntry } from './journal.js';
import { inSystemNamespace, namePart, shortHash } from './system-object.js';

type Begun = NewEntry & { readonly run: string; readonly id: string; readonly epoch: number; readonly at: string };
type Marked = { readonly run: string; readonly id: string; readonly state: StepState; readonly result?: Json; readonly epoch: number; readonly at: string };

/** The state an entry is in, of all that were written for it: the one furthest to the right. */
const order: readonly StepState[] = ['begun', 'done', 'skipped', 'left', 'undone'];

/** The journal as immutable Secrets in rehelm-system, each written once: what is stored is what was first. */
export function createClusterJournal(raw: RawKube, locks: Pick<LockStore, 'epoch'>): JournalStore {
  const guarded = createKube(raw, locks);

  /** Writes a record if there is none, with the epoch checked around it. Answers what is stored. */
  async function once<T extends { readonly run: string }>(act: Act, name: string, kind: DocumentKind, content: T): Promise<T> {
    const secret = documentSecret(name, { run: act.run, kind, immutable: true }, content);
    try {
      await inSystemNamespace(raw, () => guarded.writeAs(act).create(secret));
      return content;
    } catch (error) {
      if (!isFailure(error, 'AlreadyExists')) throw error;
      return (await stored<T>(name, act.run)) ?? once(act, name, kind, content);
    }
  }

  async function stored<T extends { readonly run: string }>(name: string, run: string): Promise<T | undefined> {
    const secret = await raw.get<Secret>(documentRef(name));
    const content = secret && contentOf<T>(secret);
    if (content !== undefined && content.run !== run) throw failure('NotOurs', `the journal record ${name} belongs to run ${content.run}, not to ${run}`);
    return content;
  }

  async function read(run: string): Promise<readonly JournalEntry[]> {
    const begun = (await documents<Begun>(raw, 'begun', [run])).sort((a, b) => a.number - b.number);
    const marks = await documents<Marked>(raw, 'state', [run]);
    return begun.map((entry) => entryOf(entry, marks));
  }

  return {
    begin: async (act, entry) => {
      const { run, step: id, epoch } = act;
      await once<Begun>(act, stepName(run, id, 'begun'), 'begun', { ...entry, run, id, epoch, at: new Date().toISOString() });
      // What is stored, with the states it has by now: a Reset begins steps that are done.
      const found = await find(raw, run, id);
      if (found === undefined) throw failure('NotFound', `the journal entry of ${id} in run ${run} is gone`);
      return found;
    },
    find: (run, id) => find(raw, run, id),
    mark: async (act, state, result) => {
      const { run, step: id, epoch } = act;
      await once<Marked>(act, stepName(run, id, state), 'state', {
        run,
        id,
        state,
        ...(result !== undefined && { result }),
        epoch,
        at: new Date().toISOString(),
      });
    },
    read,
    putRecord: (run, record) => putRecord(raw, run, record),
    getRecord: (run) => stored<JournalRecord>(recordName(run), run),
    listRuns: () => documents<JournalRecord>(raw, 'run'),
    recordsOf: async (runs) => (runs.length === 0 ? [] : documents<JournalRecord>(raw, 'run', runs)),
    putArtifact: (act, name, content) => putArtifact((document) => inSystemNamespace(raw, () => guarded.writeAs(act).create(document)), act.run, name, content),
    getArtifact: (run, name) => getArtifact(raw, run, name),
    drop: (run) => drop(raw, run),
  };
}

const stepName = (run: string, id: string, state: StepState): string => `rehelm-${namePart(run)}-${shortHash(id)}-${state}`;
const recordName = (run: string): string => `rehelm-${namePart(run)}-run`;

const listOf = (raw: RawKube, selector: string): Promise<readonly Secret[]> =>
  raw.list<Secret>({ apiVersion: 'v1', kind: 'Secret', namespace: systemNamespace, labelSelector: selector });

/** Of these runs, or of all. */
async function documents<T extends { readonly run: string }>(raw: RawKube, kind: DocumentKind, runs?: readonly string[]): Promise<T[]> {
  const ofRuns = runs ? `,${labels.run} in (${runs.map(labelValue).join(',')})` : '';
  const contents = (await listOf(raw, `${documentLabel}=${kind}${ofRuns}`)).map((secret) => contentOf<T>(secret));
  return contents.filter(({ run }) => runs?.includes(run) ?? true);
}

async function find(raw: RawKube, run: string, id: string): Promise<JournalEntry | undefined> {
  const [begun, ...marked] = await Promise.all(order.map((state) => raw.get<Secret>(documentRef(stepName(run, id, state)))));
  if (begun === undefined) return undefined;
  return entryOf(
    contentOf<Begun>(begun),
    marked.flatMap((secret) => (secret ? [contentOf<Marked>(secret)] : [])),
  );
}

function entryOf({ number, id, step, title, group, captured }: Begun, marks: readonly Marked[]): JournalEntry {
  const mine = marks.filter((mark) => mark.id === id).sort((a, b) => order.indexOf(b.state) - order.indexOf(a.state));
  const result = mine.find((mark) => mark.result !== undefined)?.result;
  return {
    number,
    id,
    step,
    title,
    ...(group !== undefined && { group }),
    captured,
    state: mine[0]?.state ?? 'begun',
    ...(result !== undefined && { result }),
  };
}

async function putRecord(raw: RawKube, run: string, record: JournalRecord): Promise<void> {
  const secret = documentSecret(recordName(run), { run, kind: 'run' }, record);
  await inSystemNamespace(raw, () =>
    raw.create(secret).catch(async (error: unknown) => {
      if (!isFailure(error, 'AlreadyExists')) throw error;
      await raw.patch(documentRef(recordName(run)), { data: secret.data });
    }),
  );
}

/** The run's own record goes last, so that a drop that was cut short is still listed. */
async function drop(raw: RawKube, run: string): Promise<void> {
  const all = await listOf(raw, `${documentLabel},${labels.run}=${labelValue(run)}`);
  for (const { metadata } of all) if (metadata.name !== recordName(run)) await remove(raw, documentRef(metadata.name), metadata.uid);
  const record = all.find(({ metadata }) => metadata.name === recordName(run));
  if (record) await remove(raw, documentRef(recordName(run)), record.metadata.uid);
}

const remove = (raw: RawKube, ref: ObjectRef, uid: string | undefined): Promise<void> => raw.delete(ref, { ...(uid !== undefined && { uid }) });
