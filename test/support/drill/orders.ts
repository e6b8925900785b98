import type { KubeObject } from '../../../src/model/kube-object.js';
import { courseSecrets } from '../drill-course.js';

const of = <T extends KubeObject>(object: T): KubeObject => object;
const ready = { conditions: [{ type: 'Ready', status: 'True' }] };

const pod = (index: number): KubeObject =>
  of({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: `pg-${index}`, namespace: 'orders', labels: { app: 'pg' } },
    spec: { nodeName: `n${index + 1}`, containers: [{ name: 'postgres', image: 'postgres:15' }] },
  });

/** Nobody's production, as an admin says. */
export const harmless = (name: string): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name, labels: { 'rehelm.dev/production': 'false' } },
});

/** A database of three behind a pooler in namespace `orders`, four nodes, and the Secrets that a drill of it names. */
export const orders: readonly KubeObject[] = [
  harmless('orders'),
  ...['n1', 'n2', 'n3', 'n4'].map((name) => of({ apiVersion: 'v1', kind: 'Node', metadata: { name }, status: ready })),
  ...[0, 1, 2].map(pod),
  of({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'pgpool', namespace: 'orders' }, spec: { selector: { app: 'pgpool' }, ports: [{ port: 5432 }] } }),
  ...courseSecrets,
];

/** The primary's node is switched off; a person approves it. */
export const nodeOffDrill = {
  apiVersion: 'rehelm.dev/v1alpha1',
  kind: 'FailoverDrill',
  metadata: { name: 'orders-node-off' },
  target: {
    engine: 'postgresql',
    namespace: 'orders',
    pods: { selector: 'app=pg' },
    writeTo: 'service/pgpool',
    login: { secretRef: { name: 'drill-login', userKey: 'user' } },
  },
  fault: { kind: 'nodeOff', power: 'rack', lasts: '40s', revertAfter: '4m' },
  profiles: { strict: { expect: { rto: '10s', lostWrites: 0 } } },
  onFailure: { wait: '1h', then: 'rollback' },
} as const;

/** The same with nobody there. */
export const unattended = { ...nodeOffDrill, approval: 'none' };
