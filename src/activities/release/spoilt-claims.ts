import type { KubeReader } from '../../adapters/kube/kube.js';
import type { Act } from '../../model/act.js';
import type { PersistentVolumeClaim } from '../../model/kube-object.js';
import { type ObjectRef, showRef } from '../../model/refs.js';
import { madeByRun } from '../objects/made-by.js';

/**
 * Claims that earlier steps handed over and that are no longer what they were, one sentence each: a chart makes a deleted one anew without a word, with an
 * empty volume, and the product comes up ready without its files.
 */
export async function spoiltClaims(kube: KubeReader, adopts: readonly ObjectRef[], act: Act): Promise<readonly string[]> {
  const claims = adopts.filter(({ kind }) => kind === 'PersistentVolumeClaim');
  const found = await Promise.all(claims.map(async (ref) => whatIsWrong(ref, await kube.get<PersistentVolumeClaim>(ref), act)));
  return found.flat();
}

const keeps = 'its volume is kept with its data, and a rollback binds it again';

function whatIsWrong(ref: ObjectRef, claim: PersistentVolumeClaim | undefined, act: Act): readonly string[] {
  if (!claim) return [`${showRef(ref)}, which was handed over, was deleted by somebody: ${keeps}`];
  if (!madeByRun(claim, act)) return [`${showRef(ref)}, which was handed over, was deleted and made anew with another volume: ${keeps}`];
  if (claim.metadata.deletionTimestamp) return [`${showRef(ref)}, which was handed over, was deleted by somebody and goes when its last pod does: ${keeps}`];
  return [];
}
