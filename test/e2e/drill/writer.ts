import { kubectl, type Place } from '../story/tools.js';
import { type ClientPod, startClientPod } from './client-pod.js';
import type { Target } from './targets.js';

/** A pod that writes through the target's Service until it is deleted. */
export interface Writer extends ClientPod {
  /** Ids that were acknowledged and are not there. */
  readonly lost: () => Promise<readonly number[]>;
}

/** Starts it on the node that no member runs on, and waits for its first acknowledged write. */
export async function startWriter(place: Place, { namespace, members }: Target, clientNode: string): Promise<Writer> {
  const login = { PGHOST: 'host', PGPORT: 'port', PGUSER: 'user', PGPASSWORD: 'password', PGDATABASE: 'database' };
  const env = Object.entries(login).map(([variable, key]) => ({ name: variable, valueFrom: { secretKeyRef: { name: 'drill-login', key } } }));
  const request = { namespace, node: clientNode, script: 'writer.sh', env: [...env, { name: 'MEMBERS', value: members.join(' ') }] } as const;
  const pod = await startClientPod(place, request);
  const lost = async () => {
    const acknowledged = (await pod.samples()).flatMap((sample) => (sample.kind === 'ack' ? [sample.id] : [])); // before the look at what is there
    const { stdout } = await kubectl(place, ['exec', '-n', namespace, pod.name, '--', 'psql', '-XAtq', '-c', 'select id from writes']);
    const found = new Set(stdout.split('\n').map(Number));
    return acknowledged.filter((id) => !found.has(id));
  };
  return { ...pod, lost };
}
