import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Worker } from 'node:worker_threads';
import { run } from '../../src/adapters/process/run.js';
import { until } from './kube.contract.js';

const env = { PATH: process.env['PATH'] ?? '' };
const sh = (script: string, more: Partial<Parameters<typeof run>[0]> = {}) => run({ command: 'sh', args: ['-c', script], env, ...more });

test('answers exit code and output as data', async () => {
  expect(await sh('echo out; echo err >&2; exit 3')).toEqual({ exitCode: 3, stdout: 'out\n', stderr: 'err\n', cancelled: false, overflowed: false });
});

test('takes arguments as they are, quotes and spaces included', async () => {
  const { stdout } = await run({ command: 'printf', args: ['%s|', 'a b', '$HOME', '"; exit 1'], env });
  expect(stdout).toBe('a b|$HOME|"; exit 1|');
});

test('gives the child the environment it was told and nothing of its own', async () => {
  process.env['REHELM_CANARY'] = 'canary';
  const { stdout } = await run({ command: 'env', args: [], env: { ...env, TOLD: 'yes' } });
  delete process.env['REHELM_CANARY'];
  expect(stdout).toContain('TOLD=yes');
  expect(stdout).not.toContain('canary');
});

test('writes the input and closes it', async () => {
  expect(await sh('cat', { input: 'token' })).toMatchObject({ stdout: 'token', exitCode: 0 });
});

test('a program that is not there is data, too', async () => {
  expect(await run({ command: 'no-such-program-anywhere', args: [], env })).toMatchObject({ exitCode: 127 });
});

test('a cancelled child gets SIGTERM, and may put its affairs in order', async () => {
  const abort = new AbortController();
  const ending = sh('trap "echo in order; exit 0" TERM; echo up; while :; do sleep 0.05; done', { signal: abort.signal });
  setTimeout(() => abort.abort(), 300);
  expect(await ending).toMatchObject({ stdout: 'up\nin order\n', cancelled: true });
});

test('one that does not heed is killed once its grace is over', async () => {
  const abort = new AbortController();
  const ending = sh('trap "" TERM; while :; do sleep 0.05; done', { signal: abort.signal, graceSeconds: 0.3 });
  setTimeout(() => abort.abort(), 300);
  expect(await ending).toMatchObject({ signal: 'SIGKILL', cancelled: true });
});

test('one that floods is ended with what it wrote first', async () => {
  const { stdout, overflowed } = await sh('while :; do echo 0123456789; done', { maxOutputBytes: 1000, graceSeconds: 1 });
  expect(overflowed).toBe(true);
  expect(stdout.length).toBeLessThanOrEqual(1000);
});

describe('of a worker that is killed', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'run-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const alive = (pid: number): boolean => existsSync(`/proc/${pid}`) && !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));

  test('the child is gone at once', async () => {
    const script = `import { run } from ${JSON.stringify(resolve('src/adapters/process/run.ts'))};
      await run({ command: 'sh', args: ['-c', 'trap "" TERM; echo $$ > ${folder}/pid; while :; do sleep 0.05; done'], env: { PATH: process.env.PATH } });`;
    await writeFile(join(folder, 'worker.mjs'), script);
    const worker = spawn(process.execPath, [join(folder, 'worker.mjs')], { env: { PATH: process.env['PATH'] ?? '' }, stdio: 'ignore' });
    await until(async () => existsSync(join(folder, 'pid')) && readFileSync(join(folder, 'pid'), 'utf8').trim() !== '');
    const pid = Number(readFileSync(join(folder, 'pid'), 'utf8'));
    expect(alive(pid)).toBe(true);
    worker.kill('SIGKILL');
    await once(worker, 'exit');
    await until(async () => !alive(pid));
  });
});

test('children are refused on another thread: they would die with it', async () => {
  const script = `const { parentPort } = require('node:worker_threads');
    import(${JSON.stringify(resolve('src/adapters/process/run.ts'))})
      .then(({ run }) => run({ command: 'true', args: [], env: {} }))
      .then(() => parentPort.postMessage('ran'), (error) => parentPort.postMessage(error.message));`;
  const worker = new Worker(script, { eval: true });
  const [message] = await once(worker, 'message');
  expect(message).toMatch(/main thread/);
  await worker.terminate();
});
