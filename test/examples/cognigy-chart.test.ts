import { renamedDatabases } from '../../examples/cognigy/seed/product-data.js';
import { builtKustomization, describeWith, helm, kubectl, type Manifest, ofKind, renderedChart, secretsNeeded } from './cognigy-manifests.js';

describeWith({ helm, kubectl }, 'the chart beside the Kustomize tree', () => {
  const live = builtKustomization('kustomize/overlays/prod');
  const chart = renderedChart();
  const deployments = ofKind(chart, 'Deployment');

  it('has the same deployments with the same image, environment, resources, volumes, node rules and probes', () => {
    const comparable = (manifests: readonly Manifest[]) =>
      Object.fromEntries([...ofKind(manifests, 'Deployment')].map(([name, { spec }]) => [name, podOf(spec.template.spec)]));
    expect(comparable(chart)).toEqual(comparable(live));
    expect(comparable(renderedChart('--set-string', 'services.service-execution.env.CODE_NODE_TIMEOUT=21'))).not.toEqual(comparable(live));
  });

  it('has the same replicas, where no autoscaler decides', () => {
    const replicas = (manifests: readonly Manifest[]) =>
      [...ofKind(manifests, 'Deployment')].filter(([name]) => name !== 'service-api').map(([name, { spec }]) => `${name} ${spec.replicas}`);
    expect(replicas(chart).sort()).toEqual(replicas(live).sort());
    expect(deployments.get('service-api')?.['spec']).not.toHaveProperty('replicas');
    expect(ofKind(chart, 'HorizontalPodAutoscaler').get('service-api')?.['spec']).toEqual(ofKind(live, 'HorizontalPodAutoscaler').get('service-api')?.['spec']);
  });

  it('declares every cluster-scoped object of the tree under its name, with what can never be changed unchanged', () => {
    const lasting = ({ apiVersion, kind, metadata: { name }, provisioner, reclaimPolicy, volumeBindingMode, parameters, roleRef, spec }: Manifest) =>
      JSON.stringify({ apiVersion, kind, name, provisioner, reclaimPolicy, volumeBindingMode, parameters, roleRef, spec });
    const clusterScoped = (manifests: readonly Manifest[]) =>
      manifests
        .filter(({ kind }) => /^(StorageClass|ClusterRole|ClusterRoleBinding|IngressClass)$/.test(kind))
        .map(lasting)
        .sort();
    expect(clusterScoped(chart)).toEqual(clusterScoped(live));
    expect(clusterScoped(chart)).toHaveLength(7);
  });

  it('renders claims as the bound ones are, and no volumeName', () => {
    const claims = (manifests: readonly Manifest[]) =>
      Object.fromEntries([...ofKind(manifests, 'PersistentVolumeClaim')].map(([name, { spec }]) => [name, { storageClassName: 'local-path', ...spec }]));
    expect(claims(chart)).toEqual(claims(live));
    expect(JSON.stringify(claims(chart))).not.toContain('volumeName');
  });

  it('has its secrets in every class, and all that its pods need', () => {
    const secrets = ofKind(chart, 'Secret');
    const where = (test: (annotations: Record<string, string>) => boolean) =>
      [...secrets.values()].filter(({ metadata }) => test(metadata.annotations ?? {})).map(({ metadata }) => metadata.name);
    expect(where((annotations) => 'helm.sh/hook' in annotations)).toEqual(['cognigy-encryption-key']);
    expect(where((annotations) => annotations['helm.sh/resource-policy'] === 'keep')).toHaveLength(11);
    expect(where((annotations) => Object.keys(annotations).length === 0).sort()).toEqual(['cognigy-rabbitmq', 'redis-password', 'redis-persistent.password']);
    expect([...secretsNeeded(deployments.values())].filter((name) => !secrets.has(name))).toEqual([]);
  });

  it('comes up closed: no Ingress and nothing of type LoadBalancer or NodePort', () => {
    const closed = renderedChart('--set', 'traefik.service.type=ClusterIP,ingress.enabled=false');
    expect([...ofKind(closed, 'Service').values()].filter(({ spec }) => spec.type && spec.type !== 'ClusterIP')).toEqual([]);
    expect(ofKind(closed, 'Ingress').size).toBe(0);
  });

  it('takes the ids of the file systems and puts them where they can be changed', () => {
    const classes = ofKind(renderedChart('--set', 'efs.flowModules.id=fs-1,efs.functions.id=fs-2'), 'StorageClass');
    expect([...classes.values()].map(({ metadata }) => metadata.annotations?.['cognigy.ai/file-system-id'])).toEqual(['fs-1', 'fs-2']);
  });

  it('refuses values it does not know', () => {
    expect(() => renderedChart('--set', 'services.service-apo.replicas=2')).toThrow(/service-apo/);
  });
});

/** What the two sides must agree on: environment by name, in whatever order, and the secrets of renamed databases by their new names. */
const podOf = (pod: Manifest): unknown => ({
  nodeSelector: pod['nodeSelector'] ?? {},
  volumes: pod['volumes'] ?? [],
  containers: pod['containers'].map(({ env, ...container }: { readonly env: readonly Variable[] }) => ({
    ...container,
    env: Object.fromEntries(env.map(({ name, value, valueFrom }) => [name, value ?? renamed(valueFrom)])),
  })),
});

type Variable = { readonly name: string; readonly value?: string; readonly valueFrom?: { readonly secretKeyRef?: { readonly name: string } } };

const newNames = new Map(Object.entries(renamedDatabases).map(([from, to]) => [`cognigy-${from}`, `cognigy-${to}`]));

const renamed = (valueFrom: Variable['valueFrom']): unknown => {
  const secret = valueFrom?.secretKeyRef;
  return secret ? { secretKeyRef: { ...secret, name: newNames.get(secret.name) ?? secret.name } } : valueFrom;
};
