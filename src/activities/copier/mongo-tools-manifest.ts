import { labelValue } from '../../adapters/kube/label-value.js';
import { type Act, labels as ofRun } from '../../model/act.js';
import type { MongoAddress } from '../../model/copier-mongo.js';
import type { Job, Secret } from '../../model/kube-object.js';
import { type CopierJobName, keepSeconds, labelsOf, nameOf } from './copier-manifest.js';

const nobody = 65_532;

/** The whole connection string in the tools' own config file, which they read by `--config`: as an argument every user of the node could read it. */
export function toolsConfig({ uri, user }: MongoAddress): string {
  const [start = '', rest = ''] = uri.split('://');
  const login = user ? `${encodeURIComponent(user.name)}:${encodeURIComponent(user.password)}@` : '';
  const [place = '', options] = rest.split('?');
  const all = [...(options ? [options] : []), ...(user ? [`authSource=${encodeURIComponent(user.database ?? 'admin')}`] : [])];
  // JSON is YAML.
  return `uri: ${JSON.stringify(`${start}://${login}${place}${all.length > 0 ? `?${all.join('&')}` : ''}`)}\n`;
}

export interface ToolsConfigs {
  readonly source?: MongoAddress;
  readonly target?: MongoAddress;
}

export function toolsSecret(name: CopierJobName, namespace: string, { source, target }: ToolsConfigs): Secret {
  const encode = (at: MongoAddress) => Buffer.from(toolsConfig(at)).toString('base64');
  const data = { ...(source && { 'source.yaml': encode(source) }), ...(target && { 'target.yaml': encode(target) }) };
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name: nameOf(name), namespace, labels: labelsOf(name) }, type: 'rehelm.dev/copier-request', data };
}

export interface ToolsPod {
  readonly namespace: string;
  /** The user's, with mongodump, mongorestore, a shell and sha256sum. */
  readonly image: string;
  readonly script: string;
  /** Of the backup volume; none where nothing is kept. */
  readonly claim?: string;
}

/** One pod, once. Its container is called as the copier's is, which is where the log is read. */
export function toolsJob(name: CopierJobName, { namespace, image, script, claim }: ToolsPod, { run, step }: Act): Job {
  const labels = labelsOf(name);
  const places = { REQUEST: '/request', SCRATCH: '/tmp', BACKUP: '/backup', HOME: '/tmp' };
  const container = {
    name: 'copier',
    image,
    imagePullPolicy: 'IfNotPresent',
    command: ['/bin/sh', '-c', script],
    env: Object.entries(places).map(([key, value]) => ({ name: key, value })),
    resources: { requests: { cpu: '100m', memory: '256Mi' }, limits: { memory: '2Gi' } },
    securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
    volumeMounts: [
      { name: 'request', mountPath: places.REQUEST, readOnly: true },
      { name: 'scratch', mountPath: places.SCRATCH },
      ...(claim === undefined ? [] : [{ name: 'backup', mountPath: places.BACKUP }]),
    ],
  };
  const pod = {
    restartPolicy: 'Never',
    automountServiceAccountToken: false,
    securityContext: { runAsNonRoot: true, runAsUser: nobody, runAsGroup: nobody, fsGroup: nobody, seccompProfile: { type: 'RuntimeDefault' } },
    containers: [container],
    volumes: [
      { name: 'request', secret: { secretName: nameOf(name) } },
      { name: 'scratch', emptyDir: { sizeLimit: '64Mi' } },
      ...(claim === undefined ? [] : [{ name: 'backup', persistentVolumeClaim: { claimName: claim } }]),
    ],
  };
  const podLabels = { ...labels, [ofRun.run]: labelValue(run), [ofRun.step]: labelValue(step) };
  const spec = { backoffLimit: 0, ttlSecondsAfterFinished: keepSeconds, template: { metadata: { labels: podLabels }, spec: pod } };
  return { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: nameOf(name), namespace, labels }, spec };
}
