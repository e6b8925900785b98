import { once } from 'node:events';
import type { Server } from 'node:http';
import type { NodePower, PowerState } from '../../lab/power/node-power.js';
import { createPowerServer } from '../../lab/power/power-server.js';

let server: Server;
let address: string;
let switches: string[];

function fakePower(): NodePower {
  const states = new Map<string, PowerState>([
    ['n1', 'on'],
    ['n2', 'on'],
  ]);
  const turn = async (name: string, state: PowerState) => {
    switches.push(`${name} ${state}`);
    if (name === 'n2') throw new Error('the switch of n2 is stuck');
    await new Promise((next) => setTimeout(next, 20));
    states.set(name, state);
  };
  return { read: (name) => states.get(name), switchOff: (name) => turn(name, 'off'), switchOn: (name) => turn(name, 'on') };
}

beforeEach(async () => {
  switches = [];
  server = createPowerServer('secret', fakePower()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const bound = server.address();
  if (typeof bound !== 'object' || bound === null) throw new Error('not bound');
  address = `http://127.0.0.1:${bound.port}`;
});
afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

async function ask(method: string, path: string, token: string | undefined = 'secret'): Promise<readonly [number, unknown]> {
  const response = await fetch(`${address}${path}`, { method, headers: token === '' ? {} : { authorization: `Bearer ${token}` } });
  return [response.status, await response.json()];
}

test('a node is switched off and on, and each answer is the state after the act', async () => {
  expect(await ask('GET', '/nodes/n1')).toEqual([200, { state: 'on' }]);
  expect(await ask('POST', '/nodes/n1/off')).toEqual([200, { state: 'off' }]);
  expect(await ask('GET', '/nodes/n1')).toEqual([200, { state: 'off' }]);
  expect(await ask('POST', '/nodes/n1/on')).toEqual([200, { state: 'on' }]);
});

test('pressing a switch twice is the same as once', async () => {
  await ask('POST', '/nodes/n1/off');
  expect(await ask('POST', '/nodes/n1/off')).toEqual([200, { state: 'off' }]);
});

test.each(['', 'wrong', 'secret2'])('without the token (%p) nothing is told and nothing switched', async (token) => {
  expect((await ask('GET', '/nodes/n1', token))[0]).toBe(401);
  expect((await ask('POST', '/nodes/n1/off', token))[0]).toBe(401);
  expect((await ask('GET', '/nodes/n9', token))[0]).toBe(401);
  expect(switches).toEqual([]);
});

test('an unknown node, another path and another method are refused', async () => {
  expect(await ask('POST', '/nodes/n9/off')).toEqual([404, { error: 'there is no node n9' }]);
  expect((await ask('GET', '/nodes/n1/../../etc'))[0]).toBe(404);
  expect((await ask('POST', '/nodes/n1/reset'))[0]).toBe(404);
  expect((await ask('GET', '/nodes/n1/off'))[0]).toBe(405);
  expect((await ask('POST', '/nodes/n1'))[0]).toBe(405);
  expect(switches).toEqual([]);
});

test('a switch that fails says why, and the port goes on', async () => {
  expect(await ask('POST', '/nodes/n2/off')).toEqual([500, { error: 'the switch of n2 is stuck' }]);
  expect(await ask('GET', '/nodes/n2')).toEqual([200, { state: 'on' }]);
});

test('a port without a token is not opened', () => {
  expect(() => createPowerServer('', fakePower())).toThrow('empty token');
});
