import { readFileSync } from 'node:fs';
import { apply, kubectl, type Place, soon } from '../story/tools.js';
import { readSamples, type Sample } from './gauge.js';
import type { Target } from './targets.js';

const name = 'writer';
const environment = { PGHOST: 'host', PGPORT: 'port', PGUSER: 'user', PGPASSWORD: 'password', PGDATABASE: 'database' };

/** A pod that writes through the target's Service until it is deleted. */
export interface Writer {
  readonly log: () => Promise<string>;
  readonly samples: () => Promise<readonly Sample[]>;
  /** Ids that were acknowledged and are not there. */
  readonly lost: () => Promise<readonly number[]>;
  readonly stop: () => Promise<void>;
}

/** Starts it on the node that no member runs on, and waits for its first acknowledged write. */
export async function startWriter(place: Place, { namespace, members }: Target, clientNode: string): Promise<Writer> {
  const script = readFileSync('test/e2e/drill/writer.sh', 'utf8');
  const env = Object.entries(environment).map(([variable, key]) => ({ name: variable, valueFrom: { secretKeyRef: { name: 'drill-login', key } } }));
  const container = {
    name,
    image: 'lab.local/postgres-ha:15',
    imagePullPolicy: 'IfNotPresent',
    command: ['bash', '-c', script],
    env: [...env, { name: 'MEMBERS', value: members.join(' ') }],
  };
  const spec = { nodeSelector: { 'kubernetes.io/hostname': clientNode }, terminationGracePeriodSeconds: 0, containers: [container] };
  await apply(place, [{ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace }, spec }]);
  const log = async () => (await kubectl(place, ['logs', '-n', namespace, name], { mayFail: true })).stdout;
  const samples = async () => readSamples(await log());
  await soon('a first acknowledged write', 60, async () => ((await samples()).some(({ kind }) => kind === 'ack') ? true : undefined));
  return {
    log,
    samples,
    lost: async () => {
      const acknowledged = (await samples()).flatMap((sample) => (sample.kind === 'ack' ? [sample.id] : [])); // before the look at what is there
      const { stdout } = await kubectl(place, ['exec', '-n', namespace, name, '--', 'psql', '-XAtq', '-c', 'select id from writes']);
      const found = new Set(stdout.split('\n').map(Number));
      return acknowledged.filter((id) => !found.has(id));
    },
    stop: async () => void (await kubectl(place, ['delete', 'pod', '-n', namespace, name, '--now', '--ignore-not-found'])),
  };
}
