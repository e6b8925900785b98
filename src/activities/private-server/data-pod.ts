import type { Container } from '../../model/kube-object.js';
import type { DataOrder, DataVolume } from '../../model/private-server.js';

const mount = '/volume';
export const dataMount = { name: 'data', mountPath: mount } as const;
export const pathOf = (data: string): string => (data === '.' ? mount : `${mount}/${data}`);

export const containerSecurity = { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } } as const;

/** Beside which the volume is; no fsGroup, since that would open a data directory to its group, and servers refuse one that is. */
export const podSecurity = ({ user: { uid, gid } }: DataVolume) =>
  ({ runAsNonRoot: true, runAsUser: uid, runAsGroup: gid, seccompProfile: { type: 'RuntimeDefault' } }) as const;

export const dataVolume = ({ claim }: DataVolume) => ({ name: dataMount.name, persistentVolumeClaim: { claimName: claim.name } });

/** It has to run where its volume is, whatever that node is kept for. */
export const tolerations = [
  { operator: 'Exists', effect: 'NoSchedule' },
  { operator: 'Exists', effect: 'PreferNoSchedule' },
] as const;

/** The program of the copier's image that stands in the directory. */
export function dataContainer(name: string, image: string, order: DataOrder): Container {
  return {
    name,
    image,
    imagePullPolicy: 'IfNotPresent',
    command: ['node', '/app/main.mjs', 'data'],
    env: [{ name: 'REHELM_DATA', value: JSON.stringify(order) }],
    resources: { requests: { cpu: '50m', memory: '64Mi' }, limits: { memory: '256Mi' } },
    securityContext: containerSecurity,
    volumeMounts: [dataMount],
  };
}
