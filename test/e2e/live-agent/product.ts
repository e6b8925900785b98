import { randomBytes } from 'node:crypto';
import { releaseIn } from '../story/release.js';
import { apply, type Place, soon } from '../story/tools.js';

export const example = 'examples/live-agent';
export const namespace = 'live-agent';
export const release = 'cognigy-live-agent';
export const database = 'live_agent_production';

export const { helm, inNamespace, ask, untilServed, readRelease, remove } = releaseIn({ namespace, release, port: 3000 });

/** What a script answers, unaligned; as the server's superuser, over its own socket. */
export async function query(place: Place, sql: string): Promise<string> {
  const psql = ['psql', '-XAtq', '-v', 'ON_ERROR_STOP=1', '-h', '/tmp', '-U', 'postgres', '-d', database, '-f', '-'];
  return (await inNamespace(place, ['exec', '-i', `${release}-postgresql-0`, '--', ...psql], { input: sql })).stdout.trim();
}

export async function redis(place: Place, args: readonly string[]): Promise<readonly string[]> {
  const { stdout } = await inNamespace(place, ['exec', `${release}-redis-master-0`, '--', 'redis-cli', ...args]);
  return stdout.split('\n').filter((line) => line !== '');
}

/** Runs the product's program once on the volume of files, whoever else is up, in a pod that is gone afterwards: it would hold the claim. Answers its log. */
export async function onFiles(place: Place, role: 'seedFiles' | 'fingerprintFiles', env: Readonly<Record<string, string>> = {}): Promise<string> {
  const name = `files-${randomBytes(4).toString('hex')}`;
  const variables = Object.entries({ ...env, ROLE: role, FILES: '/files' }).map(([variable, value]) => ({ name: variable, value }));
  const container = {
    name: 'files',
    image: 'lab.local/live-agent:4.44.0',
    imagePullPolicy: 'IfNotPresent',
    env: variables,
    volumeMounts: [{ name: 'files', mountPath: '/files' }],
  };
  const volumes = [{ name: 'files', persistentVolumeClaim: { claimName: `${release}-efs` } }];
  await apply(place, [{ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace }, spec: { restartPolicy: 'Never', containers: [container], volumes } }]);
  try {
    await soon(`${role} to end`, 120, async () => {
      const { stdout: phase } = await inNamespace(place, ['get', 'pod', name, '-o', 'jsonpath={.status.phase}']);
      if (phase === 'Failed') throw new Error((await inNamespace(place, ['logs', name])).stdout);
      return phase === 'Succeeded' ? true : undefined;
    });
    return (await inNamespace(place, ['logs', name])).stdout;
  } finally {
    await inNamespace(place, ['delete', 'pod', name, '--wait']);
  }
}
