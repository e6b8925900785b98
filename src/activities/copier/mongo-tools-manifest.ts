import type { Act } from '../../model/act.js';
import type { MongoAddress } from '../../model/copier-mongo.js';
import type { Job, Secret } from '../../model/kube-object.js';
import { backupFolder, type CopierJobName, labelsOf, nameOf, speakingJob } from './copier-manifest.js';

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

export function toolsJob(name: CopierJobName, { namespace, image, script, claim }: ToolsPod, act: Act): Job {
  const places = { REQUEST: '/request', SCRATCH: '/tmp', BACKUP: backupFolder, HOME: '/tmp' };
  const pod = {
    image,
    command: ['/bin/sh', '-c', script],
    env: Object.entries(places).map(([key, value]) => ({ name: key, value })),
    resources: { requests: { cpu: '100m', memory: '256Mi' }, limits: { memory: '2Gi' } },
    ...(claim !== undefined && { volumes: { claim } }),
  };
  return speakingJob(name, namespace, pod, act);
}
