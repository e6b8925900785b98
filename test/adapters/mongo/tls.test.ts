import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { pipeline } from 'node:stream';
import { createServer } from 'node:tls';
import { connectMongo } from '../../../src/adapters/mongo/driver.js';
import type { MongoAddress } from '../../../src/model/mongo-facts.js';
import { certificate } from '../../support/certificate.js';
import { FakeMongod } from './fake/fake-mongod.js';

describe('a server that speaks TLS only', () => {
  const server = new FakeMongod();
  let port: number;
  const front = createServer(certificate, (socket) => {
    const behind = connect(port, '127.0.0.1');
    pipeline(socket, behind, () => undefined);
    pipeline(behind, socket, () => undefined);
  });
  let at: MongoAddress;
  beforeAll(async () => {
    port = Number(new URL((await server.start()).uri).port);
    front.on('tlsClientError', () => undefined);
    await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve));
    at = { uri: `mongodb://127.0.0.1:${(front.address() as AddressInfo).port}/?directConnection=true&serverSelectionTimeoutMS=500` };
  });
  afterAll(async () => {
    front.close();
    await server.stop();
  });
  const reach = async (tls?: MongoAddress['tls']) => {
    const mongo = await connectMongo({ ...at, ...(tls && { tls }) }, 1);
    return mongo.command('admin', { ping: 1 }).finally(() => mongo.close());
  };

  test('is reached where its authority is trusted, or nobody is asked for one', async () => {
    expect(await reach({ ca: certificate.cert })).toMatchObject({ ok: 1 });
    expect(await reach({ insecure: true })).toMatchObject({ ok: 1 });
  });

  test.each([
    ['without TLS', undefined],
    ['where nobody vouches for it', {}],
  ])('is not reached %s', async (_, tls) => {
    await expect(reach(tls)).rejects.toMatchObject({ type: 'Unreachable' });
  });
});
