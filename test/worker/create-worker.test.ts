import { Writable } from 'node:stream';
import { Context } from '@temporalio/activity';
import type { WorkflowHandle } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { pino } from 'pino';
import { failure } from '../../src/errors.js';
import { createWorker } from '../../src/worker/create-worker.js';
import { env, startTemporal, stopTemporal } from '../support/temporal.js';
import { workflowBundle } from '../support/workflow-bundle.js';
import type { Call } from '../support/workflows/call.js';

let calls = 0;

beforeAll(startTemporal, 60_000);
afterAll(stopTemporal);

type Handle = WorkflowHandle<(call: Call) => Promise<unknown>>;

const sleep = (milliseconds: number) => new Promise((next) => setTimeout(next, milliseconds));
/** Far longer than the worker's throttle, so that a busy machine makes no difference. */
const heartbeatTimeout = '4 seconds';
const canary = 'hunter2-canary';

/** Starts a workflow that calls one activity of the given ones; answers what was logged. */
async function calling(activities: Record<string, (input: unknown) => Promise<unknown>>, call: Call, body: (handle: Handle) => Promise<void>): Promise<string> {
  const lines: string[] = [];
  const stream = new Writable({
    write: (chunk, _encoding, done) => {
      lines.push(String(chunk));
      done();
    },
  });
  const taskQueue = `worker-${process.pid}-${++calls}`;
  const worker = await createWorker({
    connection: env.nativeConnection,
    namespace: 'default',
    settings: { taskQueue },
    activities,
    workflowBundle: await workflowBundle(),
    logger: pino({ level: 'debug' }, stream),
  });
  await worker.runUntil(async () =>
    body(await env.client.workflow.start<(call: Call) => Promise<unknown>>('call', { taskQueue, workflowId: taskQueue, args: [call] })),
  );
  return lines.join('');
}

const pendingDetails = async (handle: Handle): Promise<unknown> => {
  const { raw } = await handle.describe();
  const payload = raw.pendingActivities?.[0]?.heartbeatDetails?.payloads?.[0]?.data;
  return payload ? JSON.parse(Buffer.from(payload).toString()) : undefined;
};

describe('heartbeats', () => {
  test('an activity that never reports is not taken for dead', () =>
    calling({ nap: () => sleep(6000).then(() => 'rested') }, { activity: 'nap', options: { heartbeatTimeout } }, async (handle) => {
      expect(await handle.result()).toBe('rested');
    }));

  test('what an activity reported last is said again and not overwritten, without what looks like a secret', () =>
    calling(
      {
        copy: async () => {
          Context.current().heartbeat({ table: 'users', from: `postgres://app:${canary}@db` });
          await sleep(6000);
        },
      },
      { activity: 'copy', options: { heartbeatTimeout } },
      async (handle) => {
        await sleep(4500);
        expect(await pendingDetails(handle)).toEqual({ table: 'users', from: 'postgres://app:…@db' });
        await handle.result();
      },
    ));

  test('a retry begins with what the attempt before reported, and keeps it until it reports itself', async () => {
    const begun: unknown[] = [];
    const copy = async () => {
      const { info } = Context.current();
      begun.push(info.heartbeatDetails);
      if (info.attempt === 1) Context.current().heartbeat({ done: 7 });
      await sleep(800);
      if (info.attempt < 3) throw new Error('connection lost');
    };
    await calling({ copy }, { activity: 'copy', options: { heartbeatTimeout, retry: { initialInterval: 10, maximumAttempts: 3 } } }, (handle) =>
      handle.result().then(() => undefined),
    );
    expect(begun).toEqual([undefined, { done: 7 }, { done: 7 }]);
  });

  test('a cancel reaches an activity that never reports', () =>
    calling({ wait: () => Context.current().cancelled }, { activity: 'wait', options: { heartbeatTimeout: '6 seconds' } }, async (handle) => {
      await sleep(500);
      const asked = Date.now();
      await handle.cancel();
      await expect(handle.result()).rejects.toThrow();
      expect(Date.now() - asked).toBeLessThan(5000);
    }));
});

describe('secrets', () => {
  const leaks = async (handle: Handle) => JSON.stringify(historyToJSON(await handle.fetchHistory())) + JSON.stringify(await handle.describe(), bigintsAsText);
  const bigintsAsText = (_key: string, value: unknown) => (typeof value === 'bigint' ? String(value) : value);

  test('of an error reach neither the history nor the log', async () => {
    const connect = async () => {
      throw new Error(`mongodb://root:${canary}@db refused`, { cause: new Error(`password=${canary}`) });
    };
    const log = await calling({ connect }, { activity: 'connect' }, async (handle) => {
      await expect(handle.result()).rejects.toMatchObject({ cause: { cause: { message: 'mongodb://root:…@db refused' } } });
      expect(await leaks(handle)).not.toContain(canary);
    });
    expect(log).toContain('mongodb://root:…@db refused');
    expect(log).not.toContain(canary);
  });

  test("of a step's result are blanked, and the log says where", async () => {
    const log = await calling({ install: async () => ({ admin: { password: canary } }) }, { activity: 'install' }, async (handle) => {
      expect(await handle.result()).toEqual({ admin: { password: '…' } });
      expect(await leaks(handle)).not.toContain(canary);
    });
    expect(log).not.toContain(canary);
  });

  test('of a spec are refused with their path, since a plan with blanks would be carried out', () =>
    calling({ inspectShop: async () => ({ spec: { target: { values: [{ password: canary }] } } }) }, { activity: 'inspectShop' }, async (handle) => {
      const problems = [{ path: ['target', 'values', 0, 'password'], message: expect.stringContaining('put it into a Secret') }];
      await expect(handle.result()).rejects.toMatchObject({ cause: { cause: { type: 'InvalidSpec', details: [{ problems }] } } });
      expect(await leaks(handle)).not.toContain(canary);
    }));
});

describe('the log', () => {
  test('has one line per step, with what failed and how often', async () => {
    const act = { run: 'r-1', epoch: 1, step: 'stop/api' };
    const scaleDown = async (...args: unknown[]) => {
      expect(args).toEqual([act]);
      throw failure('Forbidden', 'patch Deployment shop/api: 403');
    };
    const log = await calling({ scaleDown }, { activity: 'scaleDown', input: act }, async (handle) => {
      await expect(handle.result()).rejects.toThrow();
    });
    const lines = log
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines).toEqual([
      expect.objectContaining({ activity: 'scaleDown', run: 'r-1', attempt: 1, failure: 'Forbidden', msg: 'stop/api: patch Deployment shop/api: 403' }),
    ]);
  });
});
