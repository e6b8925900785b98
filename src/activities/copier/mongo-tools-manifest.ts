import type { Act } from '../../model/act.js';
import type { Job, Secret } from '../../model/kube-object.js';
import type { MongoAddress } from '../../model/mongo-facts.js';
import { backupFolder, type CopierJobName, copierLabels, labelsOf, nameOf, requestFolder, speakingJob } from './copier-manifest.js';

type ToolsSide = keyof ToolsConfigs;
const authorityOf = (side: ToolsSide): string => `${side}.pem`;

function tlsOptions({ tls }: MongoAddress, side: ToolsSide): readonly string[] {
  if (!tls) return [];
  return ['tls=true', ...(tls.insecure ? ['tlsInsecure=true'] : []), ...(tls.ca === undefined ? [] : [`tlsCAFile=${requestFolder}/${authorityOf(side)}`])];
}

/** The whole connection string in the tools' own config file, which they read by `--config`: as an argument every user of the node could read it. */
export function toolsConfig(at: MongoAddress, side: ToolsSide): string {
  const { uri, user } = at;
  const [start = '', rest = ''] = uri.split('://');
  const login = user ? `${encodeURIComponent(user.name)}:${encodeURIComponent(user.password)}@` : '';
  const [place = '', options] = rest.split('?');
  const authSource = user ? [`authSource=${encodeURIComponent(user.database ?? 'admin')}`] : [];
  const all = [...(options ? [options] : []), ...authSource, ...tlsOptions(at, side)];
  // JSON is YAML.
  return `uri: ${JSON.stringify(`${start}://${login}${place}${all.length > 0 ? `?${all.join('&')}` : ''}`)}\n`;
}

export interface ToolsConfigs {
  readonly source?: MongoAddress;
  readonly target?: MongoAddress;
}

export function toolsSecret(name: CopierJobName, namespace: string, configs: ToolsConfigs): Secret {
  const encode = (text: string) => Buffer.from(text).toString('base64');
  const filesOf = (side: ToolsSide) => {
    const at = configs[side];
    if (!at) return {};
    return { [`${side}.yaml`]: encode(toolsConfig(at, side)), ...(at.tls?.ca !== undefined && { [authorityOf(side)]: encode(at.tls.ca) }) };
  };
  const data = { ...filesOf('source'), ...filesOf('target') };
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
  const places = { REQUEST: requestFolder, SCRATCH: '/tmp', BACKUP: backupFolder, HOME: '/tmp' };
  const pod = {
    image,
    command: ['/bin/sh', '-c', script],
    env: Object.entries(places).map(([key, value]) => ({ name: key, value })),
    resources: { requests: { cpu: '100m', memory: '256Mi' }, limits: { memory: '2Gi' } },
    // They know nothing of epochs.
    labels: { [copierLabels.unfenced]: 'true' },
    ...(claim !== undefined && { volumes: { claim } }),
  };
  return speakingJob(name, namespace, pod, act);
}
