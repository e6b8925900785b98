import { chartPath } from './chart.js';
import { claims, release, sourceNamespace, version } from './parts.js';

/** An age recipient whose key nobody has kept: what is encrypted to it is only counted. */
export const escrowRecipient = 'age1e3ct25sa3cqwxn43c38gwjqc66maj0d29we2w20agkl4cxdt0vkq9cnd5m';

const waived = { waived: { by: 'test', reason: 'nothing is real here' } };
const analyticsUri = { secretRef: { name: 'analytics-provider', key: 'value' } };

/** Two phases may ask a person; here nobody is asked, and what fails goes back at once. */
export const unattended = { approval: 'none', onFailure: { wait: '0s', then: 'rollback' } } as const;
/** Whoever is asked answers: nothing happens by itself. */
export const attended = { approval: 'none', onFailure: { wait: '1h', then: 'rollback' } } as const;

/** The spec as its user would write it, values read by the CLI; `more` is laid over it. */
export const specOf = (more: object = unattended): Readonly<Record<string, unknown>> => ({
  apiVersion: 'rehelm.dev/v1alpha1',
  kind: 'KustomizeToHelm',
  metadata: { name: 'shop' },
  source: { namespace: sourceNamespace, workloads: { selector: 'app.kubernetes.io/part-of=shop' } },
  target: {
    namespace: release.namespace,
    release: release.name,
    chart: chartPath,
    version,
    values: { secretRef: { namespace: 'rehelm-request', name: 'values' } },
    set: { 'storage.files': { volume: 'files', field: 'handle' } },
    compareWithLive: 'refuse',
    readyWithin: '1m',
  },
  sourceVersion: { fromImageTagOf: 'deployment/api', atLeast: '1.9.0' },
  secrets: {
    carry: ['app', 'kept', 'tokens', 'plain', 'analytics-*'],
    change: [{ name: 'analytics-provider', to: 'analytics', replace: { key: 'value', from: '/analytics-provider', to: '/analytics' } }],
    escrow: true,
  },
  volumes: claims.map(({ claim }) => ({ claim })),
  databases: [
    {
      engine: 'mongodb',
      at: { service: 'mongodb/mongodb-headless', admin: { secretRef: { namespace: 'mongodb', name: 'root' } }, singleReplica: waived },
      rename: [
        { from: 'analytics-provider', to: 'analytics', user: { name: 'analytics', password: { fromUri: analyticsUri }, roles: ['readWrite'] } },
        { from: 'conversations-provider', to: 'conversations' },
      ],
    },
  ],
  snapshots: { default: waived },
  traffic: { hold: ['ingress/*', 'service/proxy'], closed: { set: { 'proxy.type': 'ClusterIP', 'ingress.enabled': false } } },
  probes: [{ name: 'web', http: 'http://shop.example.com/healthz', via: 'service/proxy:80' }],
  externalAddress: { service: 'proxy' },
  ...more,
});
