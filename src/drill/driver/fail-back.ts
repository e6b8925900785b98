import type { RunInPod } from '../../adapters/kube/run-in-pod.js';
import type { DrillRequest, Mark } from '../../model/drill.js';
import type { Member, Members } from '../members.js';
import type { Clock } from './clock.js';
import type { Watch } from './watch.js';

const pollMs = 250;

export interface FailBackParts {
  readonly request: DrillRequest;
  readonly members: Pick<Members, 'known'>;
  readonly watch: Pick<Watch, 'latest'>;
  readonly clock: Clock;
  readonly runInPod: RunInPod;
}

/** Makes a member primary again by the program that the spec names. False where nothing was asked for, the target is not whole, it is primary already, or it is not in time. */
export async function failBack(
  { request, members, watch, clock, runInPod }: FailBackParts,
  { name }: Pick<Member, 'name'>,
  mark: (mark: Mark, note?: string) => void,
): Promise<boolean> {
  const { failback, target } = request;
  const primary = () => watch.latest.members.find(({ role }) => role === 'primary')?.name ?? '';
  if (!failback || !watch.latest.redundant || primary() === name) return false;
  const withinMs = failback.withinSeconds * 1000;
  const until = clock.now() + withinMs;
  const command = failback.command.map((word) => word.replaceAll('{member}', name).replaceAll('{primary}', primary()));
  // Its pod may be another one by now.
  const [container = ''] = Object.keys(members.known.find((member) => member.name === name)?.containers ?? {});
  mark('failingBack', `${primary()} to ${name}`);
  const { exitCode, output } = await runInPod({ namespace: target.namespace, name, container }, command, withinMs);
  if (exitCode !== 0) throw new Error(`${command[0]} ended with ${exitCode}: ${output.slice(0, 500)}`);
  while (primary() !== name || !watch.latest.redundant) {
    if (clock.now() > until) return false;
    await clock.sleep(pollMs);
  }
  mark('failedBack');
  return true;
}
