import { isDeepStrictEqual } from 'node:util';
import type { Kube } from '../../adapters/kube/kube.js';
import type { Act } from '../../model/act.js';
import type { Json, KubeObject, Service } from '../../model/kube-object.js';
import type { ObjectRef } from '../../model/refs.js';
import { type Field, fieldsPatch, readFields } from '../objects/fields.js';
import { isRemade } from '../objects/former-uid.js';
import { owningRelease } from './helm-ownership.js';
import { createAnew, handBack, isJob, isService } from './remake-object.js';

export interface RestoreOptions {
  /** Don't make it anew: its own undo may have taken it away. */
  readonly onlyIfThere?: boolean;
}

/** What their own steps hand over and take back: a claim made anew would find its volume bound to the former one. */
const isStorage = ({ kind }: ObjectRef): boolean => kind === 'PersistentVolumeClaim' || kind === 'PersistentVolume';

/** Makes an object again what it was before, and anew where it is gone; a Job stays away. One that somebody made anew under its name is left alone. Safe to repeat. */
export async function restoreObject(kube: Kube, ref: ObjectRef, before: KubeObject, act: Act, { onlyIfThere }: RestoreOptions = {}): Promise<void> {
  const live = await kube.get(ref);
  if (!live) {
    if (!onlyIfThere && !isStorage(ref) && !isJob(ref)) await createAnew(kube, before, act);
    return;
  }
  const isAnew = isRemade(live, before.metadata.uid);
  if (!isAnew && live.metadata.uid !== before.metadata.uid) return;
  await kube.writeAs(act).edit(ref, (seen) => fieldsPatch(seen, [...(isStorage(ref) ? [] : bodyOf(seen, addressed(before, seen))), ...marksOf(seen, before)]));
  if (isAnew) await handBack(kube, before, act);
}

const ofAddress = new Set(['clusterIP', 'clusterIPs', 'healthCheckNodePort', 'ports']);

/** One made anew has the address that was to be had. */
function addressed(before: KubeObject, seen: KubeObject): KubeObject {
  if (!isService(before) || !isService(seen) || before.spec.clusterIP === seen.spec.clusterIP) return before;
  const entries = [
    ...Object.entries(before.spec).filter(([name]) => !ofAddress.has(name)),
    ...Object.entries(seen.spec).filter(([name]) => ofAddress.has(name)),
  ];
  const service: Service = { ...before, spec: Object.fromEntries(entries) };
  return service;
}

/** spec, rules, provisioner, data, …: whatever either of them has beside its identity and its status. */
function bodyOf(seen: KubeObject, before: KubeObject): readonly Field[] {
  const aside = new Set(['apiVersion', 'kind', 'metadata', 'status']);
  const names = [...new Set([...Object.keys(seen), ...Object.keys(before)])].filter((name) => !aside.has(name));
  return readFields(
    before,
    names.map((name) => [name]),
  );
}

/** Written by controllers at their own time, not by Helm; or by us. */
const ofControllers = /^(pv|volume|volume\.beta|deployment|autoscaling|endpoints)\.kubernetes\.io\/|^rehelm\.dev\/(touched|former-uid)$/;

/** Where the adoption has been taken back by now, labels and annotations are as they should be. */
function marksOf(seen: KubeObject, before: KubeObject): readonly Field[] {
  if (!isDeepStrictEqual(owningRelease(seen), owningRelease(before))) return [];
  const kept = Object.entries(seen.metadata.annotations ?? {}).filter(([key]) => ofControllers.test(key));
  const annotations = { ...before.metadata.annotations, ...Object.fromEntries(kept) };
  const value: Json = Object.keys(annotations).length > 0 ? annotations : null;
  return [...readFields(before, [['metadata', 'labels']]), { path: ['metadata', 'annotations'], value }];
}
