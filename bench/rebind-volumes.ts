import type { Plan } from '../src/model/plan.js';
import type { Report } from '../src/model/report.js';
import { apply, kubectl, type Place, soon } from '../test/e2e/story/tools.js';
import type { Execute } from './bench-worker.js';

interface Size {
  readonly name: string;
  /** As truncate takes it: `10M`. */
  readonly blob: string;
  readonly bytes: number;
}

export const small: Size = { name: 'small', blob: '10M', bytes: 10 * 2 ** 20 };
export const large: Size = { name: 'large', blob: '10G', bytes: 10 * 2 ** 30 };

const claims = ['one', 'two', 'three'];
const image = 'lab.local/busybox:1';

interface Folder {
  readonly namespace: string;
  readonly claims: readonly string[];
}

const pod = (name: string, { namespace, claims: names }: Folder, script: string) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace },
  spec: {
    restartPolicy: 'Never',
    containers: [
      {
        name,
        image,
        imagePullPolicy: 'IfNotPresent',
        command: ['sh', '-ec', script],
        volumeMounts: names.map((each) => ({ name: each, mountPath: `/data/${each}` })),
      },
    ],
    volumes: names.map((each) => ({ name: each, persistentVolumeClaim: { claimName: each } })),
  },
});

const claim = (namespace: string, name: string) => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name, namespace },
  spec: { storageClassName: 'local-path', accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '11Gi' } } },
});

/** Runs a pod to its end and answers its log; the pod goes, since an ended one still keeps its claims. */
async function runPod(place: Place, name: string, folder: Folder, script: string): Promise<string> {
  const of = ['-n', folder.namespace];
  await apply(place, [pod(name, folder, script)]);
  const phase = await soon(`pod ${folder.namespace}/${name} to end`, 120, async () => {
    const { stdout } = await kubectl(place, ['get', 'pod', name, ...of, '-o', 'jsonpath={.status.phase}']);
    return ['Succeeded', 'Failed'].includes(stdout) ? stdout : undefined;
  });
  const { stdout } = await kubectl(place, ['logs', name, ...of]);
  if (phase === 'Failed') throw new Error(`pod ${folder.namespace}/${name} failed: ${stdout}`);
  await kubectl(place, ['delete', 'pod', name, ...of, '--wait']);
  return stdout;
}

const fill = (size: Size) => claims.map((name) => `truncate -s ${size.blob} /data/${name}/blob; echo ${size.name}-${name} > /data/${name}/mark`).join('; ');
const look = claims.map((name) => `stat -c %s /data/${name}/blob; cat /data/${name}/mark`).join('; ');
const expected = (size: Size) => claims.flatMap((name) => [String(size.bytes), `${size.name}-${name}`]).join('\n');

/** What a migration does to its volumes, and nothing else. */
function planOf(from: string, to: string, volumes: readonly string[]): Plan {
  const each = claims.map((name, index) => ({ name, volume: volumes[index] ?? '' }));
  return {
    kind: 'Bench',
    title: `Hand ${volumes.length} volumes over from ${from} to ${to}`,
    locks: [`bench/${from}`],
    notes: [],
    phases: [
      {
        id: 'prepare',
        title: 'Prepare',
        steps: each.map(({ name, volume }) => ({ id: `retain/${name}`, step: 'retainVolume', title: `Keep ${name}`, group: 'retain', input: { volume } })),
      },
      {
        id: 'volumes',
        title: 'Volumes',
        steps: each.map(({ name, volume }) => ({
          id: `volume/${name}`,
          step: 'handOverVolume',
          title: `Hand ${name} over`,
          group: 'volumes',
          input: { claim: { namespace: from, name }, volume, to: { namespace: to, name }, withinSeconds: 300 },
          withinSeconds: 300,
        })),
      },
    ],
  };
}

/** Seconds of a whole run that keeps three volumes of this size and hands them over: locks, journal and engine included. The data is looked at afterwards; nothing is left. */
export async function rebindVolumes(place: Place, execute: Execute, size: Size): Promise<number> {
  const [from, to] = [`bench-${size.name}-from`, `bench-${size.name}-to`];
  await apply(
    place,
    [from, to].map((name) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })),
  );
  await apply(
    place,
    claims.map((name) => claim(from, name)),
  );
  await runPod(place, 'fill', { namespace: from, claims }, fill(size));
  const { stdout } = await kubectl(place, ['get', 'pvc', '-n', from, ...claims, '-o', 'jsonpath={.items[*].spec.volumeName}']);
  const volumes = stdout.split(' ');
  const report = await execute<Report>('benchPlan', `bench/rebind-${size.name}`, { plan: planOf(from, to, volumes) });
  if (report.phase !== 'Succeeded') throw new Error(`${report.phase}: ${report.cause}`);
  const found = await runPod(place, 'look', { namespace: to, claims }, look);
  if (found.trim() !== expected(size)) throw new Error(`the handed over volumes hold something else: ${found}`);
  await kubectl(place, ['delete', 'namespace', from, to, '--wait']);
  await kubectl(place, ['delete', 'pv', ...volumes, '--wait']);
  return (Date.parse(report.endedAt ?? '') - Date.parse(report.startedAt)) / 1000;
}
