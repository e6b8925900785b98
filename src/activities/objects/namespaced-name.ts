import type { ObjectRef } from '../../model/refs.js';

/** A namespaced object whose kind is clear from where it is named. */
export interface NamespacedName {
  readonly namespace: string;
  readonly name: string;
}

/** The full reference of a core (`v1`) object. */
export const coreRef = (kind: 'ConfigMap' | 'PersistentVolumeClaim' | 'Secret', { namespace, name }: NamespacedName) =>
  ({ apiVersion: 'v1', kind, namespace, name }) as const satisfies ObjectRef;
