import { failure } from '../../src/errors.js';
import type { KubeObject } from '../../src/model/kube-object.js';
import { harmless } from './drill/orders.js';
import { createFakeCluster, type FakeCluster } from './fake-cluster/fake-cluster.js';

/** What the drills of a test come to; the product's own course needs a cluster. */
export interface Course {
  /** `lost`: its step fails. */
  verdict: 'green' | 'red' | 'inconclusive' | 'lost';
  /** While it is there, a drill lasts until it is done. */
  held?: Promise<void>;
}

/** Steps of a drill that do nothing and find what the test says; everything before them is the product's. */
export function drillSteps(course: Course) {
  const nothing = async () => undefined;
  const ofStep = (name: string) => ({ [`capture${name}`]: nothing, [`undo${name}`]: nothing });
  return {
    ...ofStep('PrepareDrill'),
    ...ofStep('DriveDrill'),
    ...ofStep('CleanDrill'),
    prepareDrill: nothing,
    cleanDrill: nothing,
    driveDrill: async () => {
      const { verdict } = course;
      await course.held;
      if (verdict === 'lost') throw failure('DriverLost', 'the driver is gone');
      return { verdict, profile: 'asConfigured', fault: 'podDelete', reasons: verdict === 'green' ? [] : ['3 acknowledged writes are lost'] };
    },
  };
}

const of = <T extends KubeObject>(object: T): KubeObject => object;

/** A namespace `web` with two pods behind a Service, and nodes enough. */
export const drilledCluster = (): FakeCluster => withDrilled(createFakeCluster(), 'web');

/** The same in a cluster that holds something else, too. */
export function withDrilled(fake: FakeCluster, namespace: string): FakeCluster {
  fake.seed(harmless(namespace));
  for (const name of ['node-1', 'node-2', 'node-3', 'node-4'])
    fake.seed(of({ apiVersion: 'v1', kind: 'Node', metadata: { name }, status: { conditions: [{ type: 'Ready', status: 'True' }] } }));
  for (const [index, name] of ['web-0', 'web-1'].entries())
    fake.seed(
      of({
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name, namespace, labels: { app: 'web' } },
        spec: { nodeName: `node-${index + 1}`, containers: [{ name: 'web', image: 'web:1' }] },
      }),
    );
  const spec = { selector: { app: 'web' }, ports: [{ port: 80 }] };
  fake.seed(of({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'web', namespace }, spec }));
  return fake;
}

/** What an admin says of a controller that switches nodes. */
export const powerOf = (name: string): KubeObject =>
  of({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: `rehelm-power-${name}`, namespace: 'rehelm-system' },
    data: { http: Buffer.from('http://192.0.2.1').toString('base64'), token: Buffer.from('x').toString('base64') },
  });

export const drillSpec = (name: string, schedule?: object, namespace = 'web') => ({
  apiVersion: 'rehelm.dev/v1alpha1',
  kind: 'FailoverDrill',
  metadata: { name },
  target: { engine: 'http', namespace, pods: { selector: 'app=web' }, requestTo: 'service/web' },
  fault: { kind: 'podDelete' },
  ...(schedule && { schedule }),
});

export const nightly = { cron: '30 2 * * *', timeZone: 'Europe/Berlin' };
