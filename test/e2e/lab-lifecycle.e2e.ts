import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { execa } from 'execa';

/** Starts and ends a cluster of its own, beside whatever runs. */
const name = 'lab-lifecycle';
const root = join(import.meta.dirname, '../..');
const folder = join(process.env['REHELM_LAB_STATE'] ?? '/var/lib/rehelm-lab', name);
const runLab = (...args: string[]) => execa(join(root, 'bin/lab'), [...args, '--name', name], { reject: false });
const lines = async (file: string, ...args: string[]) => (await execa(file, args)).stdout.split('\n');

function commandLines(): string[] {
  const pids = readdirSync('/proc').filter((entry) => /^\d+$/.test(entry));
  return pids.flatMap((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
    } catch {
      return [];
    }
  });
}

/** Everything on the machine that carries the cluster's name, folder or bridge. */
async function remains(bridge: string): Promise<string[]> {
  const controllers = readdirSync('/sys/fs/cgroup').filter((entry) => existsSync(`/sys/fs/cgroup/${entry}/cgroup.procs`));
  const cgroups = ['', ...controllers].flatMap((controller) => readdirSync(join('/sys/fs/cgroup', controller)));
  const all = [
    ...(await lines('ip', '-o', 'link')),
    ...(await lines('ip', 'netns')),
    ...(await lines('ip', 'route')),
    ...(await lines('iptables', '-S')),
    ...readFileSync('/proc/mounts', 'utf8').split('\n'),
    ...cgroups,
    ...commandLines().filter((line) => !line.includes('jest') && !line.includes('main.js down')),
    ...(existsSync(folder) ? [folder] : []),
  ];
  return all.filter((line) => line.includes(`${bridge}n`) || line.includes(`${bridge}-`) || line.includes(`${bridge} `) || line.includes(folder));
}

let bridge: string;

afterAll(() => runLab('down'));

test('a cluster comes up, and a second `up` says so and changes nothing', async () => {
  expect(await runLab('up', '--nodes', '1')).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('n1 Ready') });
  const state = readFileSync(join(folder, 'state.json'), 'utf8');
  bridge = `rhlab${JSON.parse(state).slot}`;
  expect(await remains(bridge)).not.toEqual([]);
  expect(await runLab('up')).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('is up already') });
  expect(readFileSync(join(folder, 'state.json'), 'utf8')).toBe(state);
});

test('a part that died is named by `status` and started again by `up`', async () => {
  process.kill(JSON.parse(readFileSync(join(folder, 'state.json'), 'utf8')).processes.coredns.pid, 'SIGKILL');
  await delay(100);
  expect((await runLab('status')).stdout).toContain('coredns');
  expect(await runLab('up')).toMatchObject({ exitCode: 0, stdout: expect.not.stringContaining('coredns') });
});

test('`down` leaves no process, link, route, rule, mount, cgroup or file', async () => {
  expect((await runLab('down')).exitCode).toBe(0);
  expect(await remains(bridge)).toEqual([]);
});

test.each([1000, 2500, 5000])('`up` that is interrupted after %d ms cleans up after itself', async (milliseconds) => {
  const up = runLab('up', '--nodes', '1');
  await delay(milliseconds);
  up.kill('SIGTERM');
  const { exitCode, stdout, signal } = await up;
  if (exitCode === 0) {
    expect(stdout).toContain('n1 Ready'); // a quick machine was ready by then
    await runLab('down');
  } else expect(exitCode ?? signal).toBe(exitCode === undefined ? 'SIGTERM' : 130); // a slow one had not begun
  expect(await remains(bridge)).toEqual([]);
});

test.each([1500, 3500])('after an `up` that was killed after %d ms, `down` finds everything', async (milliseconds) => {
  const up = runLab('up', '--nodes', '1');
  await delay(milliseconds);
  up.kill('SIGKILL');
  await up;
  expect((await runLab('down')).exitCode).toBe(0);
  expect(await remains(bridge)).toEqual([]);
});
