import { readFile } from 'node:fs/promises';
import { failure } from '../errors.js';
import type { DataOrder, DataResult } from '../model/private-server.js';
import { startRelay } from './relay/relay.js';
import { holdData } from './volume/hold-data.js';
import { releaseData } from './volume/release-data.js';

const setting = (name: string): string => {
  const value = process.env[name];
  if (value === undefined) throw failure('Invalid', `${name} is not set.`);
  return value;
};

/** Stands in a stopped server's volume. `REHELM_DATA` is a DataOrder. */
async function data(): Promise<DataResult> {
  const order = JSON.parse(setting('REHELM_DATA')) as DataOrder;
  return order.act === 'hold' ? holdData(order) : releaseData(order);
}

/** The way in to a server of ours, until the pod ends. The login is mounted: environments can be read from outside. */
async function relay(signal: AbortSignal): Promise<never> {
  const login = setting('REHELM_LOGIN');
  const [user, password] = await Promise.all(['username', 'password'].map((key) => readFile(`${login}/${key}`, 'utf8')));
  const order = { folder: setting('REHELM_SOCKETS'), port: 5432, user: user ?? '', password: password ?? '' };
  await startRelay(order, signal);
  return new Promise((_, reject) => signal.addEventListener('abort', () => reject(failure('NotReady', 'The relay was asked to stop.'))));
}

/** What a copier's image does beside verbs: programs that its command names. */
export const programs: Readonly<Record<string, (signal: AbortSignal) => Promise<DataResult>>> = { data, relay };
