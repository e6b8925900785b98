import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { endProcess } from '../../lab/process/end-process.js';
import { findMarkedProcesses } from '../../lab/process/marked-processes.js';
import { isAlive, parseStartTicks, recordProcess } from '../../lab/process/process-record.js';

function start(script: string, env: Record<string, string> = {}) {
  const child = spawn('sh', ['-c', script], { stdio: ['ignore', 'pipe', 'ignore'], env: { ...process.env, ...env } });
  return { child, record: recordProcess(child.pid!)! };
}

test('the start time is found behind a command with blanks and brackets', () => {
  const fields = (state: string) => `12 (a) b (c)) ${state} ${Array.from({ length: 18 }, (_, index) => index).join(' ')} 4711 0 0`;
  expect(parseStartTicks(fields('S'))).toBe(4711);
});

test('a zombie counts as gone', () => {
  expect(parseStartTicks('12 (sh) Z 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 4711')).toBeUndefined();
});

test('a process that does not listen to TERM is killed after the grace time', async () => {
  const { child, record } = start('trap "" TERM; echo ready; while :; do sleep 0.1; done');
  await once(child.stdout!, 'data');
  await endProcess(record, 0.2);
  expect(isAlive(record)).toBe(false);
});

test('a later process that was given the same pid is left alone', async () => {
  const { child, record } = start('exec sleep 100');
  await endProcess({ ...record, startTicks: record.startTicks - 1 }, 0.1);
  expect(isAlive(record)).toBe(true);
  child.kill('SIGKILL');
});

test('a process is found by the mark in its environment, and one with a longer mark is not', async () => {
  const marked = start('echo ready; sleep 100; :', { LAB_TEST_MARK: `${process.pid}` });
  const other = start('echo ready; sleep 100; :', { LAB_TEST_MARK: `${process.pid}0` });
  await Promise.all([marked, other].map(({ child }) => once(child.stdout!, 'data')));
  const found = findMarkedProcesses(`LAB_TEST_MARK=${process.pid}`).map((record) => record.pid);
  expect(found).toContain(marked.child.pid);
  expect(found).not.toContain(other.child.pid);
  await Promise.all(
    [...findMarkedProcesses(`LAB_TEST_MARK=${process.pid}`), ...findMarkedProcesses(`LAB_TEST_MARK=${process.pid}0`)].map((record) => endProcess(record, 0)),
  );
});
