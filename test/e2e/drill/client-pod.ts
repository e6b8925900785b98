import { readFileSync } from 'node:fs';
import { apply, kubectl, type Place, soon } from '../story/tools.js';
import { readSamples, type Sample } from './gauge.js';

/** A pod beside a target that tells in its log how the target treats it. */
export interface ClientPod {
  readonly name: string;
  readonly log: () => Promise<string>;
  readonly samples: () => Promise<readonly Sample[]>;
  readonly stop: () => Promise<void>;
}

/** Where it runs, and the script of this folder that it runs. */
export interface ClientPodRequest {
  readonly namespace: string;
  readonly node: string;
  readonly script: 'writer.sh' | 'knocker.sh';
  /** Variables as a container has them. */
  readonly env: readonly object[];
}

/** Starts it and waits for the first good answer that it gets. */
export async function startClientPod(place: Place, { namespace, node, script, env }: ClientPodRequest): Promise<ClientPod> {
  const name = script.replace('.sh', '');
  const command = ['bash', '-c', readFileSync(`test/e2e/drill/${script}`, 'utf8')];
  const container = { name, image: 'lab.local/postgres-ha:15', imagePullPolicy: 'IfNotPresent', command, env };
  const spec = { nodeSelector: { 'kubernetes.io/hostname': node }, terminationGracePeriodSeconds: 0, containers: [container] };
  await apply(place, [{ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace }, spec }]);
  const log = async () => (await kubectl(place, ['logs', '-n', namespace, name], { mayFail: true })).stdout;
  const samples = async () => readSamples(await log());
  await soon('a first good answer', 60, async () => ((await samples()).some(({ kind }) => kind === 'ack') ? true : undefined));
  const stop = async () => void (await kubectl(place, ['delete', 'pod', '-n', namespace, name, '--now', '--ignore-not-found']));
  return { name, log, samples, stop };
}
