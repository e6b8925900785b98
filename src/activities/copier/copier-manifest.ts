import { createHash } from 'node:crypto';
import type { Act } from '../../model/act.js';
import type { CopierRequest } from '../../model/copier.js';
import type { Container, Job, Secret } from '../../model/kube-object.js';
import { jobOnce } from '../objects/job-once.js';

export const copierLabels = {
  job: 'rehelm.dev/copier-job',
  generation: 'rehelm.dev/generation',
  watches: 'rehelm.dev/copier-watches',
  unfenced: 'rehelm.dev/unfenced',
} as const;

/** A node that is off for longer loses the pod: a Job's pod has no other life. */
const offSeconds = 30;

export interface CopierJobName {
  /** The same for every generation. */
  readonly base: string;
  readonly generation: number;
}

/** The same whenever the same step of the same epoch asks for the same verb: who comes second attaches. `subject` tells apart what has no step of its own. */
export function copierBase({ run, step, epoch }: Act, verb: string, subject = ''): string {
  const hash = createHash('sha256').update([run, step, epoch, verb, subject].join('\0')).digest('hex').slice(0, 10);
  return `rehelm-${run
    .slice(0, 8)
    .toLowerCase()
    .replaceAll(/[^a-z0-9]/g, '')}-${verb.toLowerCase()}-${hash}`;
}

export const nameOf = ({ base, generation }: CopierJobName): string => `${base}-${generation}`;
export const labelsOf = ({ base, generation }: CopierJobName) => ({
  [copierLabels.job]: base,
  [copierLabels.generation]: String(generation),
  'app.kubernetes.io/name': 'rehelm-copier',
});

/** The request with its credentials. It goes with the Job, which owns it. */
export function requestSecret(name: CopierJobName, namespace: string, request: CopierRequest): Secret {
  const data = { 'request.json': Buffer.from(JSON.stringify(request)).toString('base64') };
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name: nameOf(name), namespace, labels: labelsOf(name) }, type: 'rehelm.dev/copier-request', data };
}

/** Often enough for any run: the back-off grows to minutes. */
const restarts = 1000;

/** What has only watched says nothing that anybody comes back for, and its request holds credentials. */
const keepWatcherSeconds = 600;

const asWatcher = <T extends { readonly metadata?: object }>(object: T): T => {
  const { metadata = {} } = object;
  return { ...object, metadata: { ...metadata, labels: { ...('labels' in metadata && (metadata.labels as object)), [copierLabels.watches]: 'true' } } };
};

/** One that watches as long as nobody takes it away: the cluster itself starts its pod again. */
export function lastingJob(job: Job): Job {
  const template = job.spec['template'] as { readonly metadata: object; readonly spec: object };
  const spec = {
    ...job.spec,
    backoffLimit: restarts,
    ttlSecondsAfterFinished: keepWatcherSeconds,
    template: asWatcher({ ...template, spec: { ...template.spec, restartPolicy: 'OnFailure' } }),
  };
  return asWatcher({ ...job, spec });
}

export const lastingSecret = (secret: Secret): Secret => asWatcher(secret);

/** What the pod of a backup has beside its request. */
export interface CopierVolumes {
  /** A claim in the Job's own namespace, at `backupFolder`. */
  readonly claim?: string;
  /** The pod's own volume, at `stagingFolder`; it goes with the pod. */
  readonly staging?: { readonly bytes: number; readonly storageClass?: string };
}

export const requestFolder = '/request';
export const backupFolder = '/backups';
export const stagingFolder = '/staging';

/** Of a volume that is mounted the group may write: who made it is root as a rule. */
const group = 65_532;

function mounted({ claim, staging }: CopierVolumes) {
  const stagingSpec = staging && {
    accessModes: ['ReadWriteOnce'],
    resources: { requests: { storage: String(staging.bytes) } },
    ...(staging.storageClass !== undefined && { storageClassName: staging.storageClass }),
  };
  return {
    mounts: [
      ...(claim === undefined ? [] : [{ name: 'backups', mountPath: backupFolder }]),
      ...(staging === undefined ? [] : [{ name: 'staging', mountPath: stagingFolder }]),
    ],
    volumes: [
      ...(claim === undefined ? [] : [{ name: 'backups', persistentVolumeClaim: { claimName: claim } }]),
      ...(stagingSpec === undefined ? [] : [{ name: 'staging', ephemeral: { volumeClaimTemplate: { spec: stagingSpec } } }]),
    ],
    // A volume of many files is not gone through at every mount.
    security: claim === undefined && staging === undefined ? {} : { fsGroup: group, fsGroupChangePolicy: 'OnRootMismatch' },
  };
}

/** What one program's pod has of its own. */
export type SpeakingPod = Required<Pick<Container, 'image' | 'env' | 'resources'>> &
  Pick<Container, 'command'> & { readonly volumes?: CopierVolumes; readonly labels?: Readonly<Record<string, string>> };

/** One pod, once: its generations are counted by us, since a Job's own back-off grows to minutes. Its Secret is at `/request`; its container is called as the copier's is, which is where the log is read. */
export function speakingJob(name: CopierJobName, namespace: string, { volumes = {}, labels = {}, ...own }: SpeakingPod, act: Act): Job {
  const { mounts, volumes: more, security } = mounted(volumes);
  const leave = (key: string) => ({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: offSeconds });
  const container = {
    name: 'copier',
    imagePullPolicy: 'IfNotPresent',
    ...own,
    securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
    volumeMounts: [{ name: 'request', mountPath: requestFolder, readOnly: true }, { name: 'scratch', mountPath: '/tmp' }, ...mounts],
  };
  const spec = {
    automountServiceAccountToken: false,
    securityContext: { runAsNonRoot: true, runAsUser: 65_532, runAsGroup: group, ...security, seccompProfile: { type: 'RuntimeDefault' } },
    tolerations: [leave('node.kubernetes.io/not-ready'), leave('node.kubernetes.io/unreachable')],
    containers: [container],
    // Clients of PostgreSQL read a certificate's authority from a file.
    volumes: [{ name: 'request', secret: { secretName: nameOf(name) } }, { name: 'scratch', emptyDir: { sizeLimit: '64Mi' } }, ...more],
  };
  return jobOnce({ metadata: { name: nameOf(name), namespace, labels: { ...labelsOf(name), ...labels } }, spec }, act);
}

export function copierJob(name: CopierJobName, namespace: string, image: string, act: Act, volumes: CopierVolumes = {}): Job {
  const env = [
    { name: 'POD_UID', valueFrom: { fieldRef: { fieldPath: 'metadata.uid' } } },
    { name: 'REHELM_REQUEST', value: '/request/request.json' },
  ];
  // No CPU limit: throttled hashing would only make the window longer. Memory: two round trips of 16 MiB for each of a few connections.
  const resources = { requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '1Gi' } };
  return speakingJob(name, namespace, { image, env, resources, volumes }, act);
}
