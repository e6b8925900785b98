import type { FakeChart, FakeCharts } from '../fake-cluster/fake-helm.js';
import { base64, claimSpec, claims, deployment, ingress, type Manifest, service, services, shared, targetNamespace, version } from './parts.js';

export const chartPath = '/charts/shop';

const hook = (object: Manifest, events: string, weight: number): Manifest => ({
  ...object,
  metadata: { ...object.metadata, annotations: { 'helm.sh/hook': events, 'helm.sh/hook-weight': String(weight) } },
});

const secret = (name: string, metadata: object = {}): Manifest => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name, ...metadata },
  type: 'Opaque',
});

/** The chart finds an owned Secret by `lookup` and leaves its value alone, as charts do that draw passwords by lot. */
async function owned(name: string, lookup: Parameters<FakeChart['render']>[1]['lookup'], metadata: object = {}): Promise<Manifest> {
  const there = (await lookup('v1', 'Secret', targetNamespace, name)) as Manifest | undefined;
  return { ...secret(name, metadata), data: there?.['data'] ?? { value: base64('drawn by lot') } };
}

interface Values {
  readonly host: string;
  readonly proxy: { readonly type: string; readonly handle?: string };
  readonly ingress: { readonly enabled: boolean };
}

/** The vendor's chart of the same version: what it makes, what it expects to be there, and a hook that would destroy a Secret. */
const shop: FakeChart = {
  name: 'shop',
  version,
  appVersion: version,
  kubeVersion: '>=1.21.0-0',
  values: { host: '', proxy: { type: 'LoadBalancer' }, ingress: { enabled: true }, storage: {} },
  render: async (given, { lookup }) => {
    const { host, proxy, ingress: entry } = given as unknown as Values;
    return [
      ...shared(targetNamespace, ['services', 'endpoints'], { labels: { chart: 'shop-2' }, annotations: { note: 'made by the chart' } }),
      await owned('app', lookup),
      await owned('kept', lookup, { annotations: { 'helm.sh/resource-policy': 'keep' } }),
      await owned('analytics', lookup),
      ...claims
        .filter(({ inChart }) => inChart)
        .map(
          ({ claim }): Manifest => ({
            apiVersion: 'v1',
            kind: 'PersistentVolumeClaim',
            metadata: { name: claim, labels: { chart: 'shop-2' } },
            spec: claimSpec,
          }),
        ),
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings' }, data: { storage: JSON.stringify(given['storage']) } },
      ...services.map((each) => deployment(each)),
      service('proxy', proxy.type, '10.96.2.2'),
      service('web', 'ClusterIP', '10.96.2.3'),
      ...(entry.enabled ? [ingress(host)] : []),
      hook({ ...secret('tokens'), data: { value: base64('made by the hook') } }, 'pre-install,pre-upgrade', -5),
      hook(
        {
          apiVersion: 'batch/v1',
          kind: 'Job',
          metadata: { name: 'prepare' },
          spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'prepare', image: `registry.example.com/web:${version}` }] } } },
        },
        'pre-install',
        0,
      ),
    ];
  },
};

export const charts: FakeCharts = { [chartPath]: shop };
