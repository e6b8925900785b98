import { reachServer } from '../../../src/activities/copier/resolve-credentials.js';
import { databaseServer as spec } from '../../../src/model/schema/database-server.js';
import { databaseServer, isInsecure } from '../../../src/plans/database-server.js';
import { createFakeCluster } from '../../support/fake-cluster/fake-cluster.js';
import { adaptersOver } from '../../support/step-rig.js';

const encode = (data: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(data).map(([key, value]) => [key, Buffer.from(value).toString('base64')]));
const secret = (name: string, data: Readonly<Record<string, string>>) => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { namespace: 'data', name },
  data: encode(data),
});

describe.each(['postgresql', 'mongodb'])('a server of %s, as a spec names it', (engine) => {
  const { kube } = adaptersOver(
    (() => {
      const fake = createFakeCluster();
      fake.seed(secret('admin', { username: 'root', password: 'hunter2' }), secret('authority', { 'ca.crt': 'PEM' }));
      return fake;
    })(),
  );
  const reach = (tls?: object) => {
    const server = spec.parse({ engine, at: { host: 'db.example.com', admin: { secretRef: { namespace: 'data', name: 'admin' } }, ...(tls && { tls }) } });
    return { insecure: isInsecure(server), reached: reachServer(kube, databaseServer(server)) };
  };

  test('is reached with its administrator, and encrypts nothing unless that is asked for', async () => {
    const { insecure, reached } = reach();
    expect(insecure).toBe(false);
    expect((await reached).at).toMatchObject({ user: { name: 'root', password: 'hunter2' } });
    expect((await reached).at.tls).toBeUndefined();
  });

  test('is trusted by the authority that a Secret holds', async () => {
    const { insecure, reached } = reach({ ca: { secretRef: { namespace: 'data', name: 'authority', key: 'ca.crt' } } });
    expect(insecure).toBe(false);
    expect((await reached).at.tls).toEqual({ ca: 'PEM' });
  });

  test('is taken as it comes where the spec says so', async () => {
    const { insecure, reached } = reach({ insecure: true });
    expect(insecure).toBe(true);
    expect((await reached).at.tls).toEqual({ insecure: true });
  });
});
