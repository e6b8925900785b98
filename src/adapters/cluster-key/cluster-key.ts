import { randomBytes } from 'node:crypto';
import { isFailure } from '../../errors.js';
import { systemNamespace } from '../../model/act.js';
import type { Secret } from '../../model/kube-object.js';
import type { ObjectRef } from '../../model/refs.js';
import { inSystemNamespace } from '../journal/system-object.js';
import type { RawKube } from '../kube/kube.js';

/** 32 random bytes in a Secret of rehelm-system: made once, by whoever needs them first, and the same for everybody after. */
export async function clusterKey(raw: RawKube, name: string, labels: Readonly<Record<string, string>>): Promise<Buffer> {
  const ref: ObjectRef = { apiVersion: 'v1', kind: 'Secret', namespace: systemNamespace, name };
  const stored = (await raw.get<Secret>(ref)) ?? (await create(raw, ref, labels));
  return Buffer.from(stored.data?.['key'] ?? '', 'base64');
}

async function create(raw: RawKube, ref: ObjectRef, labels: Readonly<Record<string, string>>): Promise<Secret> {
  const secret: Secret = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: ref.name, namespace: systemNamespace, labels },
    data: { key: randomBytes(32).toString('base64') },
    immutable: true,
  };
  try {
    return await inSystemNamespace(raw, () => raw.create(secret));
  } catch (error) {
    const made = isFailure(error, 'AlreadyExists') ? await raw.get<Secret>(ref) : undefined;
    if (made === undefined) throw error;
    return made;
  }
}
