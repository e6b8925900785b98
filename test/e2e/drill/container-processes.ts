import { readdirSync, readFileSync } from 'node:fs';
import { kubectl, type Place } from '../story/tools.js';

/** Every process of a pod's only container, as the lab's machine numbers them: inside, process 1 ignores SIGKILL and SIGSTOP. */
export async function containerProcesses(place: Place, namespace: string, pod: string): Promise<readonly number[]> {
  const path = 'jsonpath={.status.containerStatuses[0].containerID}';
  const { stdout } = await kubectl(place, ['get', 'pod', '-n', namespace, pod, '-o', path]);
  const id = stdout.replace('containerd://', '');
  if (id === '') throw new Error(`${pod} has no container`);
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry) && cgroupOf(entry).includes(id))
    .map(Number);
}

function cgroupOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cgroup`, 'utf8');
  } catch {
    return ''; // gone
  }
}
