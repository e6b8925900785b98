import type { KubeObject } from '../../model/kube-object.js';
import type { ObjectRef } from '../../model/refs.js';

export const refOf = ({ apiVersion, kind, metadata: { namespace, name } }: KubeObject): ObjectRef => ({
  apiVersion,
  kind,
  name,
  ...(namespace !== undefined && { namespace }),
});
