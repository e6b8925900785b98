import { jest } from '@jest/globals';
import { Load } from '../../src/drill/driver/load.js';
import type { Told } from '../../src/drill/ledger-file.js';
import { RefusedWrite, type Writer } from '../../src/drill/targets/target.js';

/** A load against a server that does with each write what the test says. */
function loading(answer: (id: number) => Promise<void>, { writers = 2, perSecond = 50, connect = async () => {} } = {}) {
  const told: Told[] = [];
  const opened: Writer[] = [];
  const open = async (): Promise<Writer> => {
    await connect();
    let drop: (reason: Error) => void = () => {};
    const dropped = new Promise<never>((_, reject) => {
      drop = reject;
    });
    dropped.catch(() => {});
    const writer = {
      drop: () => drop(new Error('dropped')),
      write: async (id: number) => {
        await Promise.race([answer(id), dropped]);
        return { server: '10.0.0.1', timeline: 1 };
      },
    };
    opened.push(writer);
    return writer;
  };
  const load = new Load({
    load: { writers, writesPerSecond: perSecond, steadySeconds: 1, settleSeconds: 5 },
    open,
    tell: (each) => told.push(each),
    now: () => performance.now(),
  });
  const of = (type: Told['type']) => told.filter((each) => each.type === type).map((each) => ('id' in each ? each.id : 0));
  return { load, told, opened, of };
}

const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Time passes as the test says: what the load does by the millisecond does not depend on the machine. */
const pass = (ms: number) => jest.advanceTimersByTimeAsync(ms);

async function stop(load: Load): Promise<void> {
  const stopped = load.stop();
  await pass(60_000);
  await stopped;
}

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

describe('an open-loop load', () => {
  test('writes at its rate, whatever is answered, and acknowledges each once', async () => {
    const { load, of } = loading(() => sleep(5));
    load.start();
    await pass(1000);
    await stop(load);
    expect(of('intent').length).toBeGreaterThanOrEqual(48);
    expect(of('intent').length).toBeLessThanOrEqual(54);
    expect(of('ack').toSorted((a, b) => a - b)).toEqual(of('intent'));
  });

  test('goes on intending while the server is silent: what finds no connection for a second was never sent', async () => {
    const silent = Promise.withResolvers<void>();
    const { load, of, opened } = loading((id) => (id > 10 ? silent.promise : sleep(1)), { writers: 2 });
    load.start();
    await pass(2500);
    silent.resolve();
    await stop(load);
    expect(of('intent').length).toBeGreaterThan(80);
    expect(of('late').slice(0, 2)).toEqual([11, 12]);
    expect(of('unsent').length).toBeGreaterThan(0);
    expect(opened.length).toBeLessThanOrEqual(24);
    expect(of('ack')).toEqual(expect.arrayContaining([11, 12]));
    expect(new Set([...of('ack'), ...of('unsent')]).size).toBe(of('intent').length);
  });

  test('a late write keeps its connection, and its late acknowledgement counts; another connection takes its place', async () => {
    const late = Promise.withResolvers<void>();
    const { load, of, opened } = loading((id) => (id === 5 ? late.promise : sleep(1)), { writers: 1, perSecond: 20 });
    load.start();
    await pass(1500);
    expect(of('late')).toContain(5);
    expect(opened.length).toBe(2);
    late.resolve();
    await stop(load);
    expect(of('ack')).toContain(5);
  });

  test('a refusal is failed, a lost connection unknown', async () => {
    const { load, told } = loading(async (id) => {
      if (id === 3) throw new RefusedWrite('25006 read-only');
      if (id === 4) throw new Error('connection lost');
    });
    load.start();
    await pass(400);
    await stop(load);
    expect(told).toContainEqual({ type: 'failed', id: 3, why: '25006 read-only' });
    expect(told).toContainEqual({ type: 'unknown', id: 4, why: 'connection lost' });
  });

  test('where connections hang, attempts do not hang all at once: a service that comes back is found within a quarter of a second', async () => {
    const times: number[] = [];
    let isDown = true;
    const connect = async () => {
      times.push(performance.now());
      if (!isDown) return;
      await sleep(1000);
      throw new Error('no connection within 1000 ms');
    };
    const { load, told } = loading(() => sleep(1), { writers: 10, perSecond: 100, connect });
    load.start();
    await pass(4550);
    isDown = false;
    const back = performance.now();
    await pass(1000);
    await stop(load);
    const gaps = times.filter((at) => at > times[0]! + 1200 && at < back + 100).map((at, index, all) => at - (all[index - 1] ?? at));
    expect(Math.max(...gaps)).toBeLessThan(300);
    expect(times.filter((at) => at > back)).toHaveLength(10);
    expect(told.filter(({ type }) => type === 'ack').length).toBeGreaterThan(90);
  });

  test('after an outage, connections that hang on are replaced at once, not when they are given up', async () => {
    let isDown = true;
    let hanging = 0;
    const connect = async () => {
      if (!isDown) return;
      hanging++;
      await sleep(1000);
      hanging--;
      throw new Error('no connection within 1000 ms');
    };
    const { load, opened } = loading(() => sleep(1), { writers: 10, perSecond: 100, connect });
    load.start();
    await pass(2600);
    expect(hanging).toBeGreaterThan(3);
    isDown = false;
    await pass(350);
    expect(opened.length).toBeGreaterThanOrEqual(10);
    await stop(load);
  });

  test('what waited through an outage does not keep a slow service down: writes are in time again within half a second', async () => {
    let isDown = true;
    const connect = async () => {
      await sleep(10);
      if (isDown) throw new Error('connection refused');
    };
    // 10 connections of 80 ms each: 125 writes a second, of which 100 are due
    const { load, told } = loading(() => sleep(80), { writers: 10, perSecond: 100, connect });
    load.start();
    await pass(3000);
    isDown = false;
    await pass(1500);
    const late = told.filter(({ type }) => type === 'late').length;
    await pass(1000);
    expect(late).toBe(0);
    expect(told.filter(({ type }) => type === 'late')).toHaveLength(0);
    expect(told.slice(-60).filter(({ type }) => type === 'unsent')).toHaveLength(0);
    await stop(load);
  });
});
