import { compareWithLive } from '../../../src/activities/inspect/compare-with-live.js';
import type { Workload } from '../../../src/model/kube-object.js';
import { showDifference } from '../../../src/plans/kustomize-to-helm-notes.js';

const web = (spec: object = {}, pod: object = {}, container: object = {}): Workload =>
  ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web' },
    spec: { selector: {}, ...spec, template: { spec: { ...pod, containers: [{ name: 'main', image: 'web:1', ...container }] } } },
  }) as Workload;

const carried = [{ name: 'token-old', to: 'token-new', class: 'plain' as const }];
const differences = (live: readonly Workload[], chart: readonly Workload[], autoscaled: readonly string[] = []) =>
  compareWithLive(live, chart, carried, new Set(autoscaled)).map(showDifference);

const variable = (valueFrom: object) => ({ env: [{ name: 'X', valueFrom }] });

test.each<[string, Workload, Workload]>([
  ['replicas that are left out and 1', web(), web({ replicas: 1 })],
  ['an absent and an empty field', web({}, { nodeSelector: {}, tolerations: [] }, { env: [] }), web()],
  ['keys in another order', web({}, { nodeSelector: { a: '1', b: '2' } }), web({}, { nodeSelector: { b: '2', a: '1' } })],
  [
    'amounts written otherwise',
    web({}, {}, { resources: { requests: { cpu: '500m', memory: '1Gi' }, limits: { cpu: '2' } } }),
    web({}, {}, { resources: { requests: { cpu: 0.5, memory: '1024Mi' }, limits: { cpu: 2 } } }),
  ],
  [
    'environment in another order',
    web({}, {}, { env: [{ name: 'A', value: '1' }, { name: 'B' }] }),
    web(
      {},
      {},
      {
        env: [
          { name: 'B', value: '' },
          { name: 'A', value: '1' },
        ],
      },
    ),
  ],
  [
    'a Secret under its new name',
    web({}, {}, variable({ secretKeyRef: { name: 'token-old', key: 'k' } })),
    web({}, {}, variable({ secretKeyRef: { name: 'token-new', key: 'k' } })),
  ],
  [
    'a whole environment under its new name',
    web({}, {}, { envFrom: [{ secretRef: { name: 'token-old' } }] }),
    web({}, {}, { envFrom: [{ secretRef: { name: 'token-new' } }] }),
  ],
  [
    'a mounted Secret under its new name',
    web({}, { volumes: [{ name: 'v', secret: { secretName: 'token-old', defaultMode: 420 } }] }),
    web({}, { volumes: [{ name: 'v', secret: { secretName: 'token-new' } }] }),
  ],
  [
    'a ConfigMap with Kustomize’s hash',
    web({}, { volumes: [{ name: 'v', configMap: { name: 'c-5h7k' } }] }),
    web({}, { volumes: [{ name: 'v', configMap: { name: 'c' } }] }),
  ],
  [
    'the server’s apiVersion in a fieldRef',
    web({}, {}, variable({ fieldRef: { apiVersion: 'v1', fieldPath: 'x' } })),
    web({}, {}, variable({ fieldRef: { fieldPath: 'x' } })),
  ],
  [
    'the server’s divisor in a resourceFieldRef',
    web({}, {}, variable({ resourceFieldRef: { resource: 'limits.memory', divisor: '0' } })),
    web({}, {}, variable({ resourceFieldRef: { resource: 'limits.memory' } })),
  ],
])('%s: the same', (_, live, chart) => {
  expect(differences([live], [chart])).toEqual([]);
});

test.each<[string, Workload, Workload, string]>([
  ['replicas', web({ replicas: 3 }), web({ replicas: 1 }), 'replicas differs (live 3, chart 1)'],
  ['images', web(), web({}, {}, { image: 'web:2' }), 'main: image differs (live "web:1", chart "web:2")'],
  [
    'resources',
    web({}, {}, { resources: { limits: { memory: '2Gi' } } }),
    web({}, {}, { resources: { limits: { memory: '1Gi' } } }),
    'main: resources differs (live {limits: {memory: "2Gi"}}, chart {limits: {memory: "1Gi"}})',
  ],
  ['node rules', web({}, { nodeSelector: { disk: 'ssd' } }), web(), 'nodeSelector only in the source (live {disk: "ssd"}, chart -)'],
  ['init containers', web({}, { initContainers: [{ name: 'wait', image: 'w:1' }] }), web(), 'init wait: image only in the source (live "w:1", chart -)'],
  [
    'claims',
    web(),
    web({}, { volumes: [{ name: 'v', persistentVolumeClaim: { claimName: 'files' } }] }),
    'volume files only in the chart (live -, chart "claim")',
  ],
])('%s are shown with their values', (_, live, chart, shown) => {
  expect(differences([live], [chart])).toEqual([`Deployment web: ${shown}`]);
});

test('values of the environment are never shown, literal or not', () => {
  const env = (value: string) => web({}, {}, { env: [{ name: 'KEY', value }], envFrom: [{ secretRef: { name: value } }] });
  const found = compareWithLive([env('canary-1')], [env('canary-2')], [], new Set());
  expect(found.map(showDifference)).toEqual(['Deployment web: main: env KEY differs', 'Deployment web: main: envFrom differs']);
  expect(JSON.stringify(found)).not.toContain('canary');
});

test('replicas that an autoscaler sets are nobody’s intent; the rest of its workload is compared', () => {
  expect(differences([web({ replicas: 5 })], [web({}, {}, { image: 'web:2' })], ['web'])).toEqual([
    'Deployment web: main: image differs (live "web:1", chart "web:2")',
  ]);
});

test('a workload on one side only is told by name', () => {
  const api = { ...web(), metadata: { name: 'api' } };
  const set = { ...web(), kind: 'StatefulSet' };
  expect(differences([web(), api], [web(), set])).toEqual(['Deployment api: workload only in the source', 'StatefulSet web: workload only in the chart']);
});
