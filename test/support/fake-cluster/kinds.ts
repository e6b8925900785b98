/** A kind as discovery lists it. */
export interface Kind {
  readonly apiVersion: string;
  readonly kind: string;
  readonly plural: string;
  readonly namespaced: boolean;
}

const namespaced = (apiVersion: string, kinds: Readonly<Record<string, string>>): Kind[] =>
  Object.entries(kinds).map(([kind, plural]) => ({ apiVersion, kind, plural, namespaced: true }));
const clusterWide = (apiVersion: string, kinds: Readonly<Record<string, string>>): Kind[] =>
  namespaced(apiVersion, kinds).map((kind) => ({ ...kind, namespaced: false }));

/** What every cluster serves. */
export const builtInKinds: readonly Kind[] = [
  ...clusterWide('v1', { Namespace: 'namespaces', Node: 'nodes', PersistentVolume: 'persistentvolumes' }),
  ...namespaced('v1', {
    ConfigMap: 'configmaps',
    Endpoints: 'endpoints',
    Event: 'events',
    PersistentVolumeClaim: 'persistentvolumeclaims',
    Pod: 'pods',
    ResourceQuota: 'resourcequotas',
    Secret: 'secrets',
    Service: 'services',
    ServiceAccount: 'serviceaccounts',
  }),
  ...namespaced('apps/v1', { DaemonSet: 'daemonsets', Deployment: 'deployments', ReplicaSet: 'replicasets', StatefulSet: 'statefulsets' }),
  ...namespaced('batch/v1', { CronJob: 'cronjobs', Job: 'jobs' }),
  ...namespaced('autoscaling/v2', { HorizontalPodAutoscaler: 'horizontalpodautoscalers' }),
  ...namespaced('policy/v1', { PodDisruptionBudget: 'poddisruptionbudgets' }),
  ...namespaced('networking.k8s.io/v1', { Ingress: 'ingresses', NetworkPolicy: 'networkpolicies' }),
  ...clusterWide('networking.k8s.io/v1', { IngressClass: 'ingressclasses' }),
  ...namespaced('rbac.authorization.k8s.io/v1', { Role: 'roles', RoleBinding: 'rolebindings' }),
  ...clusterWide('rbac.authorization.k8s.io/v1', { ClusterRole: 'clusterroles', ClusterRoleBinding: 'clusterrolebindings' }),
  ...namespaced('coordination.k8s.io/v1', { Lease: 'leases' }),
  ...namespaced('discovery.k8s.io/v1', { EndpointSlice: 'endpointslices' }),
  ...clusterWide('storage.k8s.io/v1', { StorageClass: 'storageclasses', VolumeAttachment: 'volumeattachments', CSIDriver: 'csidrivers' }),
  ...clusterWide('scheduling.k8s.io/v1', { PriorityClass: 'priorityclasses' }),
  ...clusterWide('admissionregistration.k8s.io/v1', {
    MutatingWebhookConfiguration: 'mutatingwebhookconfigurations',
    ValidatingWebhookConfiguration: 'validatingwebhookconfigurations',
  }),
  ...clusterWide('apiextensions.k8s.io/v1', { CustomResourceDefinition: 'customresourcedefinitions' }),
];

/** Kinds of add-ons that tests install with `fake.install(...)`. */
export const kedaKinds = namespaced('keda.sh/v1alpha1', { ScaledObject: 'scaledobjects', ScaledJob: 'scaledjobs' });
export const fluxKinds = [
  ...namespaced('kustomize.toolkit.fluxcd.io/v1', { Kustomization: 'kustomizations' }),
  ...namespaced('helm.toolkit.fluxcd.io/v2', { HelmRelease: 'helmreleases' }),
];
export const argoKinds = namespaced('argoproj.io/v1alpha1', { Application: 'applications' });
export const snapshotKinds = [
  ...namespaced('snapshot.storage.k8s.io/v1', { VolumeSnapshot: 'volumesnapshots' }),
  ...clusterWide('snapshot.storage.k8s.io/v1', { VolumeSnapshotContent: 'volumesnapshotcontents', VolumeSnapshotClass: 'volumesnapshotclasses' }),
];
