import { isDeepStrictEqual } from 'node:util';
import type { KubeObject, PersistentVolumeClaim, Secret, Service } from '../../../src/model/kube-object.js';
import { showRef } from '../../../src/model/refs.js';
import { invalid } from './api-error.js';
import { refOf, type Store } from './store.js';

type Loose = KubeObject & { readonly spec?: Readonly<Record<string, unknown>>; readonly [field: string]: unknown };

/** What a server refuses whatever the kind: illegal names and labels. */
export function validate(object: KubeObject): void {
  const what = showRef(refOf(object));
  const name = object.metadata?.name;
  if (typeof name !== 'string' || name.length > 253 || !/^[a-z0-9]([-a-z0-9.:]*[a-z0-9])?$/.test(name))
    throw invalid(what, 'metadata.name', `Invalid value: "${name}": must be a lowercase RFC 1123 subdomain`);
  validateMarks(object, what);
}

function validateMarks({ metadata: { labels = {}, annotations = {} } }: KubeObject, what: string): void {
  const bad = Object.values(labels).find((value) => value.length > 63 || !/^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$/.test(value));
  if (bad !== undefined) throw invalid(what, 'metadata.labels', `Invalid value: "${bad}": must be no more than 63 characters of a legal label`);
  if (Object.values(annotations).some((value) => typeof value !== 'string')) throw invalid(what, 'metadata.annotations', 'Invalid value: must be strings');
}

/** Fields that a server sets or adds when an object is created. */
export function withDefaults(object: KubeObject, store: Store, number: number): KubeObject {
  const { status: _, ...plain } = object as Loose;
  const defaults = defaulters[object.kind];
  return defaults ? defaults(plain as Loose, store, number) : hasStatus(object.kind) ? (plain as KubeObject) : object;
}

export const hasStatus = (kind: string): boolean =>
  [
    'Deployment',
    'StatefulSet',
    'ReplicaSet',
    'DaemonSet',
    'Pod',
    'Job',
    'CronJob',
    'Namespace',
    'PersistentVolume',
    'PersistentVolumeClaim',
    'Service',
    'Ingress',
  ].includes(kind);

const withSpec = (object: Loose, spec: Readonly<Record<string, unknown>>): Loose => ({ ...object, spec: { ...spec, ...object.spec } });
const withFinalizer = (object: Loose, finalizer: string): Loose => ({
  ...object,
  metadata: { ...object.metadata, finalizers: [...new Set([...(object.metadata.finalizers ?? []), finalizer])] },
});
const encode = (text: string): string => Buffer.from(text).toString('base64');

const defaulters: Readonly<Record<string, (object: Loose, store: Store, number: number) => Loose>> = {
  Deployment: (object) => withSpec(object, { replicas: 1 }),
  StatefulSet: (object) => withSpec(object, { replicas: 1 }),
  ReplicaSet: (object) => withSpec(object, { replicas: 1 }),
  Service: (object, _store, number) => {
    const service = withSpec(object, { type: 'ClusterIP' });
    return service.spec?.['type'] === 'ExternalName' ? service : withSpec(service, { clusterIP: `10.96.${Math.floor(number / 250)}.${(number % 250) + 1}` });
  },
  Secret: normalizeSecret,
  PersistentVolume: (object) => withFinalizer(withSpec(object, { persistentVolumeReclaimPolicy: 'Retain' }), 'kubernetes.io/pv-protection'),
  PersistentVolumeClaim: (object, store) => {
    const standard = store
      .all('storage.k8s.io/v1', 'StorageClass')
      .find((each) => each.metadata.annotations?.['storageclass.kubernetes.io/is-default-class'] === 'true');
    return withFinalizer(
      withSpec(object, { volumeMode: 'Filesystem', ...(standard && { storageClassName: standard.metadata.name }) }),
      'kubernetes.io/pvc-protection',
    );
  },
  Namespace: (object) => ({
    ...object,
    metadata: { ...object.metadata, labels: { 'kubernetes.io/metadata.name': object.metadata.name, ...object.metadata.labels } },
    status: { phase: 'Active' },
  }),
  Job: (object) => withSpec(object, { backoffLimit: 6, completions: 1, parallelism: 1, suspend: false }),
};

/** stringData goes into data, as the server does it. */
export function normalizeSecret(object: KubeObject): Loose {
  const { stringData, ...rest } = object as Loose & { readonly stringData?: Readonly<Record<string, string>> };
  const secret = rest as unknown as Secret;
  const data = { ...secret.data, ...Object.fromEntries(Object.entries(stringData ?? {}).map(([key, text]) => [key, encode(text)])) };
  return { ...rest, type: secret.type ?? 'Opaque', ...(Object.keys(data).length > 0 && { data }) } as Loose;
}

/** Fields that cannot change once an object is there. */
export function checkImmutable(before: KubeObject, after: KubeObject): void {
  const check = immutable[before.kind];
  const field = check?.(before as Loose, after as Loose);
  if (field) throw invalid(showRef(refOf(before)), field, 'Forbidden: field is immutable after creation');
}

type Check = (before: Loose, after: Loose) => string | undefined;

const differs = (before: Loose, after: Loose, ...fields: readonly string[]): string | undefined => {
  const field = fields.find((each) => !isDeepStrictEqual(before.spec?.[each], after.spec?.[each]));
  return field && `spec.${field}`;
};

const immutable: Readonly<Record<string, Check>> = {
  Deployment: (before, after) => differs(before, after, 'selector'),
  StatefulSet: (before, after) => differs(before, after, 'selector', 'serviceName', 'volumeClaimTemplates', 'podManagementPolicy'),
  Job: (before, after) => differs(before, after, 'template', 'selector', 'completions'),
  PersistentVolume: (before, after) => differs(before, after, 'csi', 'nfs', 'hostPath', 'local', 'volumeMode'),
  PersistentVolumeClaim: (before, after) => {
    const frozen = ({ resources: _resources, volumeAttributesClassName: _class, volumeName, ...rest }: PersistentVolumeClaim['spec']) => [rest, volumeName];
    const [was, volume] = frozen((before as unknown as PersistentVolumeClaim).spec);
    const [is, newVolume] = frozen((after as unknown as PersistentVolumeClaim).spec);
    return isDeepStrictEqual(was, is) && (volume === undefined || volume === newVolume) ? undefined : 'spec';
  },
  Service: (before, after) => {
    const [was, is] = [before, after].map((each) => (each as unknown as Service).spec.clusterIP);
    return was && is && was !== is ? 'spec.clusterIPs' : undefined;
  },
  Secret: (before, after) =>
    before['immutable'] === true && !(isDeepStrictEqual(before['data'], after['data']) && after['immutable'] === true) ? 'data' : undefined,
  ConfigMap: (before, after) =>
    before['immutable'] === true && !(isDeepStrictEqual(before['data'], after['data']) && after['immutable'] === true) ? 'data' : undefined,
};
