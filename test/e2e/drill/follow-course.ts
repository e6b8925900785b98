import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Mark } from '../../../src/model/drill.js';
import { kubectl, type Place, soon } from '../story/tools.js';

/** A course under way, seen by what its driver says: neither worker nor Temporal is needed for that. */
export interface FollowedCourse {
  readonly name: string;
  /** The driver's pod. */
  readonly pod: string;
  /** Answers when the driver says that it has come this far, at once where it has. */
  reaches(mark: Mark, withinSeconds: number): Promise<void>;
  close(): void;
}

const startsWithinSeconds = 60;

/** Waits for the driver that begins next. */
export async function followCourse(place: Place): Promise<FollowedCourse> {
  const system = ['-n', 'rehelm-system'];
  const running = ['get', 'pods', ...system, '-l', 'rehelm.dev/role=driver', '--field-selector=status.phase=Running', '-o', 'name'];
  const pod = await soon('a driver', startsWithinSeconds, async () => (await kubectl(place, running)).stdout.trim() || undefined);
  const child = spawn(place.env['KUBECTL']!, ['logs', '-f', ...system, pod], { env: place.env, stdio: ['ignore', 'pipe', 'ignore'] });
  const marks = new Set<string>();
  createInterface({ input: child.stdout }).on('line', (line) => marks.add(stageIn(line)));
  return {
    name: pod.replace(/^pod\/(.*)-driver-.*$/, '$1'),
    pod: pod.replace('pod/', ''),
    reaches: async (mark, withinSeconds) => {
      await soon(`the drill to be at ${mark}`, withinSeconds, async () => (marks.has(mark) ? true : undefined), 20);
    },
    close: () => void child.kill(),
  };
}

function stageIn(line: string): string {
  try {
    return String((JSON.parse(line) as { readonly stage?: string }).stage);
  } catch {
    return '';
  }
}
