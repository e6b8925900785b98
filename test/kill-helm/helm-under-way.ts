import { readdirSync, readFileSync } from 'node:fs';
import { sleep, soon } from '../e2e/story/tools.js';

/** A program of this machine. */
export interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly args: readonly string[];
}

function processOf(pid: number): Process | undefined {
  try {
    const args = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1);
    const parent = Number(/\) \S (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1]);
    return { pid, parent, args };
  } catch {
    // It ended meanwhile.
    return undefined;
  }
}

const processes = (): readonly Process[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => processOf(Number(name)) ?? []);

function isBelow(process: Process, ancestor: number, all: readonly Process[]): boolean {
  if (process.parent === ancestor) return true;
  const parent = all.find(({ pid }) => pid === process.parent);
  return parent !== undefined && isBelow(parent, ancestor, all);
}

/** The `helm upgrade` that a worker has started, if one is at work; renderings are none. */
export function helmOf(worker: number): Process | undefined {
  const all = processes();
  return all.find(
    (each) =>
      each.args.some((arg) => /(^|\/)helm$/.test(arg)) &&
      each.args.includes('upgrade') &&
      !each.args.some((arg) => arg.startsWith('--dry-run')) &&
      isBelow(each, worker, all),
  );
}

/** Waits for a helm of the worker other than those that were seen, lets it work for a while, and kills it. Answers its pid, or nothing where it was through by then. */
export async function strike(worker: number, afterMs: number, seen: ReadonlySet<number>): Promise<{ readonly pid: number; readonly killed: boolean }> {
  const { pid } = await soon(
    'a helm upgrade',
    900,
    async () => {
      const found = helmOf(worker);
      return found && !seen.has(found.pid) ? found : undefined;
    },
    5,
  );
  await sleep(afterMs);
  if (helmOf(worker)?.pid !== pid) return { pid, killed: false };
  process.kill(pid, 'SIGKILL');
  return { pid, killed: true };
}

/** How long the worker's next helm takes, in milliseconds. */
export async function timeHelm(worker: number): Promise<number> {
  const { pid } = await soon('a helm upgrade', 900, async () => helmOf(worker), 5);
  const started = Date.now();
  await soon('helm to end', 300, async () => (helmOf(worker)?.pid === pid ? undefined : true), 5);
  return Date.now() - started;
}
