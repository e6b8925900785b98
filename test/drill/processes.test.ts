import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hand } from '../../src/drill/hand/hand.js';
import { processesOf, stillThere } from '../../src/drill/hand/processes.js';

const container = 'a'.repeat(64);
const proc = mkdtempSync(join(tmpdir(), 'rehelm-proc-'));
afterAll(() => rmSync(proc, { recursive: true }));

function process_(pid: number, cgroup: string, stat: string): void {
  mkdirSync(join(proc, String(pid)), { recursive: true });
  writeFileSync(join(proc, String(pid), 'cgroup'), cgroup);
  writeFileSync(join(proc, String(pid), 'stat'), stat);
}

const stat = (pid: number, name: string, state: string, started: number) =>
  `${pid} (${name}) ${state} 10 1 1 0 -1 4194560 1 0 0 0 1 1 0 0 20 0 1 0 ${started} 100 10`;

test('processes of a container are those of its cgroup, whatever they call themselves', async () => {
  process_(11, `5:cpu:/kubepods/burstable/podx/${container}\n`, stat(11, 'postgres: writer (x) y', 'S', 700));
  process_(12, `0::/../../podx/${container}\n`, stat(12, 'postgres', 'T', 701));
  process_(13, '0::/system.slice\n', stat(13, 'sshd', 'S', 5));
  expect(await processesOf(container, proc)).toEqual([
    { pid: 11, parent: 10, name: 'postgres: writer (x) y', state: 'S', started: 700 },
    { pid: 12, parent: 10, name: 'postgres', state: 'T', started: 701 },
  ]);
});

test('a process that has another start time is another one, and a zombie is gone', () => {
  const before = [11, 12, 13].map((pid) => ({ pid, parent: 1, name: 'postgres', state: 'S', started: 700 }));
  const now = [
    { ...before[0]!, started: 900 },
    { ...before[1]!, state: 'Z' },
    { ...before[2]!, state: 'T' },
  ];
  expect(stillThere(before, now)).toEqual([now[2]]);
});

describe('a hand', () => {
  test('sends a signal to processes that it has seen, and takes a stop back by itself', async () => {
    const child = spawn('sleep', ['60']);
    const look = async () => [{ pid: child.pid!, parent: 1, name: 'sleep', state: 'S', started: 1 }];
    const sent: [number, string][] = [];
    const routes = hand((pid, signal) => void sent.push([pid, String(signal)]), look);
    const processes = await look();
    await routes['signal']!({ container, processes, signal: 'SIGSTOP', backAfterSeconds: 0.1 });
    expect(sent).toEqual([[child.pid, 'SIGSTOP']]);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(sent).toEqual([
      [child.pid, 'SIGSTOP'],
      [child.pid, 'SIGCONT'],
    ]);
    child.kill('SIGKILL');
  });

  test('signals nobody whose pid was given to another process meanwhile', async () => {
    const sent: number[] = [];
    const routes = hand(
      (pid) => void sent.push(pid),
      async () => [{ pid: 7, parent: 1, name: 'sshd', state: 'S', started: 999 }],
    );
    await routes['signal']!({ container, processes: [{ pid: 7, parent: 1, name: 'postgres', state: 'S', started: 1 }], signal: 'SIGKILL' });
    expect(sent).toEqual([]);
  });

  test('looks for nothing but a container’s own name', async () => {
    await expect(hand()['processes']!({ container: '' })).rejects.toThrow('64 hex digits');
  });
});
