import type { Kube } from '../../adapters/kube/kube.js';
import type { Act } from '../../model/act.js';
import type { Secret } from '../../model/kube-object.js';
import type { ObjectRef } from '../../model/refs.js';
import type { Adapters } from '../adapters.js';
import { fieldsPatch, readFields } from '../objects/fields.js';
import { formerUid } from '../objects/former-uid.js';
import { refOf } from '../objects/ref-of.js';
import { isOfRun } from './release-labels.js';
import { type ReleaseSnapshot, readSnapshot, withSnapshot } from './release-snapshot.js';
import { createAnew } from './remake-object.js';
import { type ReleaseBefore, takeReleaseBack } from './take-release-back.js';

type Part = Pick<Adapters, 'kube' | 'helm' | 'journal'>;

/**
 * For an attempt that finds itself superseded once helm has ended: takes away what helm made. Where another release was uninstalled or upgraded for this one, the
 * rollback may have put it back under the name by now, and helm has written over that one: it becomes what it was. Answers the objects that are again what they were.
 */
export async function takeBackLate(part: Part, before: ReleaseBefore, act: Act): Promise<readonly ObjectRef[]> {
  const kept = before.replaces && (await readSnapshot(part, before.release, act));
  if (!kept) return takeReleaseBack(part, before, act);
  const isBack = before.replaces !== undefined && (await part.journal.find(act.run, before.replaces))?.state === 'undone';
  if (isBack) for (const record of kept.records) await restoreRecord(part.kube, record, act);
  // Of one that was uninstalled nothing is there before its step makes it anew.
  const isUpgraded = before.revisions.length > 0;
  return takeReleaseBack(part, await withFormer(part, before, isBack || isUpgraded ? kept : { ...kept, objects: [] }, act), act);
}

/** Its records are nobody else's; its objects are there again, or about to be made. */
async function withFormer({ helm }: Part, before: ReleaseBefore, kept: ReleaseSnapshot, act: Act): Promise<ReleaseBefore> {
  const numbers = new Set(kept.records.map(({ metadata }) => metadata.labels?.['version']));
  const back = (await helm.history(before.release)).filter((each) => numbers.has(String(each.revision)) && !isOfRun(each, act));
  return { ...withSnapshot(before, kept), revisions: [...before.revisions, ...back.map(({ revision }) => revision)] };
}

/** Helm replaces a record whole, so that nothing on it tells any more whose it is. */
async function restoreRecord(kube: Kube, record: Secret, act: Act): Promise<void> {
  const ref = refOf(record);
  const live = await kube.get(ref);
  if (!live) return createAnew(kube, record, act);
  const annotations = { ...record.metadata.annotations, ...(live.metadata.uid !== record.metadata.uid && formerUid(record)) };
  const marks = readFields(record, [['data'], ['metadata', 'labels']]);
  await kube
    .writeAs(act)
    .edit(ref, (seen) => fieldsPatch(seen, [...marks, { path: ['metadata', 'annotations'], value: Object.keys(annotations).length > 0 ? annotations : null }]));
}
