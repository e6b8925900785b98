import type { Act } from '../../model/act.js';
import type { Container, KubeObject } from '../../model/kube-object.js';
import { type DataVolume, privateName, type Upgrade, type UpgradeWithin, type WayBack } from '../../model/private-server.js';
import { containerSecurity, dataMount, pathOf } from './data-pod.js';
import { upgradeScript } from './upgrade-script.js';
import type { VolumeJob } from './volume-job.js';

/** What the script does: see there. */
type UpgradeAct = 'upgrade' | 'revert' | 'look' | 'drop';

export const showWayBack = (way: WayBack): string =>
  'claim' in way ? `claim ${way.claim.namespace}/${way.claim.name}` : `VolumeSnapshot ${way.volumeSnapshot.namespace}/${way.volumeSnapshot.name}`;

const scratch = ['sockets', 'tmp'] as const;
const users = 'users';

/** Of one run: a Job that an earlier one left behind finds nothing under its own, and its pod never starts. */
const usersOf = ({ run }: Pick<Act, 'run'>): string => `${users}-${run}`;

const volumesOf = ({ claim }: Pick<DataVolume, 'claim'>, act: Pick<Act, 'run'>) => [
  ...scratch.map((name) => ({ name, emptyDir: { sizeLimit: '64Mi' } })),
  { name: 'shm', emptyDir: { medium: 'Memory', sizeLimit: '256Mi' } },
  { name: users, configMap: { name: privateName(claim), items: [{ key: usersOf(act), path: 'passwd' }] } },
];

/** initdb and pg_upgrade refuse a user without a name, and an image knows few. */
export function upgradeUsers({ claim, user: { uid, gid } }: DataVolume, act: Pick<Act, 'run'>): KubeObject {
  const passwd = `root:x:0:0:root:/root:/bin/sh\npostgres:x:${uid}:${gid}:postgres:/tmp:/bin/sh\n`;
  const metadata = { namespace: claim.namespace, name: privateName(claim) };
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { [usersOf(act)]: passwd } } as KubeObject;
}

/** Next to the volume, in the image with the programs of both versions. */
export const upgradeJob = (upgrade: UpgradeWithin, task: UpgradeAct, act: Pick<Act, 'run'>): VolumeJob => ({
  ...{ volume: upgrade, task, container: containerOf(upgrade, task), volumes: volumesOf(upgrade, act), withinSeconds: upgrade.withinSeconds },
  ...(upgrade.pullSecrets && { pullSecrets: upgrade.pullSecrets }),
});

function containerOf({ image, binaries = '', data, major, to, wayBack }: Upgrade, act: UpgradeAct): Container {
  const told = {
    ...{ ACT: act, VOLUME: dataMount.mountPath, SOCKETS: '/sockets', DATA: pathOf(data), NEW_DATA: pathOf(to.data) },
    ...{ FROM: String(major), TO: String(to.major), OLD_BIN: binaries, NEW_BIN: to.binaries ?? '' },
    // A clone that cannot be what it was any more is left behind; the volume itself has to be replaced.
    ...{ SPOIL: 'claim' in wayBack ? 'yes' : 'no', WAY_BACK: showWayBack(wayBack) },
  };
  return {
    name: act,
    image,
    imagePullPolicy: 'IfNotPresent',
    command: ['sh', '-c', upgradeScript],
    env: Object.entries(told).map(([name, value]) => ({ name, value })),
    resources: { requests: { cpu: '200m', memory: '256Mi' }, limits: { memory: '2Gi' } },
    securityContext: containerSecurity,
    volumeMounts: [
      dataMount,
      ...scratch.map((name) => ({ name, mountPath: `/${name}` })),
      { name: 'shm', mountPath: '/dev/shm' },
      { name: users, mountPath: '/etc/passwd', subPath: 'passwd', readOnly: true },
    ],
  };
}
