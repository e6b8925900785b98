import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startRelay } from '../../../src/copier/relay/relay.js';

/** AuthenticationOk and ReadyForQuery. */
const welcome = Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 0, 0x5a, 0, 0, 0, 5, 0x49]);

describe('the relay', () => {
  const stop = new AbortController();
  const folder = mkdtempSync(join(tmpdir(), 'rehelm-relay-'));
  let server: Server;
  let port: number;
  beforeAll(async () => {
    server = createServer((socket) => void socket.on('error', () => undefined).once('data', () => socket.write(welcome)));
    server.listen(join(folder, '.s.PGSQL.5432'));
    const relay = await startRelay({ folder, user: 'postgres', password: 'relay-canary', port: 0 }, stop.signal);
    port = (relay.address() as AddressInfo).port;
  });
  afterAll(() => {
    stop.abort();
    server.close();
    rmSync(folder, { recursive: true });
  });

  const login = async (password: string): Promise<void> => {
    const client = new pg.Client({ host: '127.0.0.1', port, user: 'postgres', password, database: 'shop' });
    client.on('error', () => undefined);
    await client.connect();
    (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
  };

  test.each([0, 2, 6])('lets others in after a connection that sent %i bytes and went, as probes do', async (bytes) => {
    const probe = connect(port, '127.0.0.1');
    await once(probe, 'connect');
    probe.end(Buffer.alloc(bytes));
    await once(probe, 'close');
    await login('relay-canary');
    await expect(login('wrong')).rejects.toMatchObject({ code: '28P01' });
  });
});
