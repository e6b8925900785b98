import { setTimeout as sleep } from 'node:timers/promises';
import { read, serveControl, tell } from './control.js';
import { Doors } from './doors.js';
import { Gate } from './gate.js';
import { lieNamed } from './lies.js';
import type { Reply } from './message.js';
import type { Facts, Orders } from './orders.js';
import { closeFor } from './outages.js';
import { type Exchange, serveClient } from './session.js';
import { askedFor, World } from './world.js';

const outageAfterMs = 1500;

function setting(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set`);
  return value;
}

const address = (text: string): { readonly host: string; readonly port: number } => {
  const [host = '', port = ''] = text.split(':');
  return { host, port: Number(port) };
};

const member = Number(/\d+$/.exec(setting('MEMBER'))?.[0]);
const upstream = address(setting('UPSTREAM').replace('$MEMBER', String(member)));
const at = address(setting('LISTEN'));
const primary = setting('PRIMARY');
const login = { user: setting('LOGIN_USER'), password: setting('LOGIN_PASSWORD'), database: 'rehelm_drill' };
const ofPrimary = () => read<Facts>(`${primary}/facts`);
const make = (orders: Orders, isReplacement: boolean): World => new World({ member, upstream, login, orders, ofPrimary, isReplacement });

const gate = new Gate();
const doors = new Doors(at, (client) => void serveClient(client, { upstream, gate, answer }).catch((error: unknown) => console.error(error)));
let world = make(member === 0 ? {} : await ordersOfPrimary(), member !== 0);

/** A replica's proxy is what the fault hits: the one that comes in its place asks what was ordered, until it knows. */
async function ordersOfPrimary(): Promise<Orders> {
  for (;;) {
    const orders = await read<Orders>(`${primary}/orders`).catch(() => undefined);
    if (orders) return orders;
    await sleep(200);
  }
}

async function answer(exchange: Exchange): Promise<Reply> {
  const { lie } = world.orders;
  const asked = askedFor(exchange);
  const told = lie && asked !== 'other' ? lieNamed(lie)[asked] : undefined;
  return told ? told(exchange, world) : exchange.forward();
}

async function fault(): Promise<void> {
  const { outage } = world.orders;
  const now = world;
  if (now.faultAt !== undefined) return;
  now.faultAt = performance.now();
  if (!outage) return;
  const begin = () => closeFor(outage.downSeconds, outage.mode, { at, doors, gate });
  setTimeout(() => void begin().then((seconds) => (now.outageSeconds = seconds)), outageAfterMs);
}

serveControl(address(setting('CONTROL')), {
  'GET /orders': () => world.orders,
  'GET /facts': () => world.facts(),
  'POST /fault': () => fault(),
  async 'POST /orders'(orders) {
    await world.close();
    world = make(orders as Orders, false);
  },
});
await doors.listen();

process.once('SIGTERM', async () => {
  if (member !== 0) await tell(`${primary}/fault`).catch((error: unknown) => console.error(error));
  process.exit(0);
});
