import { readdir, readFile } from 'node:fs/promises';

/** A process of a container, as the node sees it. Pid and start time together name it for ever. */
export interface NodeProcess {
  readonly pid: number;
  readonly parent: number;
  /** In clock ticks since the node's boot. */
  readonly started: number;
  readonly name: string;
  /** One letter, as in ps: R S D T Z … */
  readonly state: string;
}

/** Every process whose cgroup is the container's. `proc` is the node's own, where its pids are. */
export async function processesOf(container: string, proc = '/proc'): Promise<readonly NodeProcess[]> {
  const pids = (await readdir(proc)).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(pids.map((pid) => look(proc, pid, container)));
  return found.flatMap((each) => each ?? []).toSorted((left, right) => left.pid - right.pid);
}

async function look(proc: string, pid: string, container: string): Promise<NodeProcess | undefined> {
  try {
    const cgroup = await readFile(`${proc}/${pid}/cgroup`, 'utf8');
    return cgroup.includes(container) ? parse(await readFile(`${proc}/${pid}/stat`, 'utf8')) : undefined;
  } catch {
    // It ended while we looked.
    return undefined;
  }
}

/** proc(5): the name is in brackets and may hold anything, brackets as well; state follows it, the start time is the 22nd field. */
function parse(stat: string): NodeProcess {
  const [open, close] = [stat.indexOf('('), stat.lastIndexOf(')')];
  const rest = stat.slice(close + 2).split(' ');
  return { pid: Number(stat.slice(0, open)), name: stat.slice(open + 1, close), state: rest[0] ?? '?', parent: Number(rest[1]), started: Number(rest[19]) };
}

/** Those of `before` that are still the same processes now. */
export const stillThere = (before: readonly NodeProcess[], now: readonly NodeProcess[]): readonly NodeProcess[] =>
  now.filter(({ pid, started, state }) => state !== 'Z' && before.some((each) => each.pid === pid && each.started === started));
