import type { Workload } from '../../model/kube-object.js';
import { showRef } from '../../model/refs.js';
import { refOf } from './ref-of.js';

const words = { whenScaled: 'scaled down', whenDeleted: 'deleted' } as const;

/** A StatefulSet can be told to delete its claims with itself: whoever takes it away must not lose what is on them. */
export function losesClaims(live: Workload, when: keyof typeof words): readonly string[] {
  if (live.spec?.persistentVolumeClaimRetentionPolicy?.[when] !== 'Delete') return [];
  return [`${showRef(refOf(live))} deletes its claims when it is ${words[when]} (persistentVolumeClaimRetentionPolicy.${when}): set that to Retain first`];
}
