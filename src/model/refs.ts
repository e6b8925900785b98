/** Names a Kubernetes object; cluster-scoped ones have no namespace. */
export interface ObjectRef {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
}

/** For people: `Deployment shop/api`, `StorageClass fast`. */
export const showRef = ({ kind, namespace, name }: ObjectRef): string => `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`;

/** Something with replicas. */
export interface WorkloadRef {
  readonly apiVersion: 'apps/v1';
  readonly kind: 'Deployment' | 'StatefulSet';
  readonly namespace: string;
  readonly name: string;
}

/** One key of a Secret; holds no secret itself. */
export interface SecretKeyRef {
  readonly namespace: string;
  readonly name: string;
  readonly key: string;
}

/** A Helm release. */
export interface ReleaseRef {
  readonly namespace: string;
  readonly name: string;
}

/** A chart by OCI reference or by path on the worker, with its exact version. */
export interface ChartRef {
  readonly chart: string;
  readonly version: string;
  /** A Secret of type kubernetes.io/dockerconfigjson, or one with the keys `username` and `password`. */
  readonly registry?: { readonly namespace: string; readonly name: string };
  /** Talk plain HTTP to the registry. */
  readonly plainHttp?: true;
}
