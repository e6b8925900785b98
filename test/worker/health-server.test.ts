import { type HealthServer, startHealthServer } from '../../src/worker/health-server.js';

let why: string | undefined;
let server: HealthServer;

beforeAll(async () => {
  server = await startHealthServer(0, async () => why);
});
afterAll(() => server.stop());

const asked = async (path: string) => {
  const answer = await fetch(`http://127.0.0.1:${server.port}${path}`);
  return [answer.status, await answer.text()];
};

test('a worker that takes work says so', async () => {
  why = undefined;
  expect(await asked('/readyz')).toEqual([200, '{"status":"ok"}']);
});

test('one that takes none says why', async () => {
  why = 'Temporal does not answer';
  expect(await asked('/readyz')).toEqual([503, '{"status":"unready","detail":"Temporal does not answer"}']);
});

test('there is nothing else to be had', async () => expect((await asked('/'))[0]).toBe(404));
