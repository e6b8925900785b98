import { createHmac } from 'node:crypto';
import { failure, isFailure } from '../../errors.js';
import { systemNamespace } from '../../model/act.js';
import type { KubeObject, Secret } from '../../model/kube-object.js';
import type { ObjectRef } from '../../model/refs.js';
import { clusterKey } from '../cluster-key/cluster-key.js';
import { inSystemNamespace } from '../journal/system-object.js';
import type { RawKube } from '../kube/kube.js';
import { labelValue } from '../kube/label-value.js';
import type { RequestFiles } from './request-files.js';

const requestLabel = 'rehelm.dev/request';
const putAt = 'rehelm.dev/put-at';
const claimPrefix = 'claim.rehelm.dev/';
const namePattern = /^req-[0-9a-f]{24}$/;

/** An API server takes 1 MiB of data per Secret; Base64 and etcd's own limit leave this much. */
const maxBytes = 900 * 1024;

/** Put again within this time it need not say so: far below the age at which unclaimed files go. */
const recentSeconds = 3600;

const ref = (name: string): ObjectRef => ({ apiVersion: 'v1', kind: 'Secret', namespace: systemNamespace, name });
/** The runs that claim it, as label values. */
const claimants = ({ metadata }: KubeObject): readonly string[] =>
  Object.keys(metadata.labels ?? {}).flatMap((each) => (each.startsWith(claimPrefix) ? [each.slice(claimPrefix.length)] : []));
const label = (run: string) => `${claimPrefix}${labelValue(run)}`;

/** The port over an API server; needs get, list, create, patch and delete of Secrets in rehelm-system, the first four for putting alone. */
export function createRequestFiles(raw: RawKube): RequestFiles {
  const list = (selector: string) => raw.list<Secret>({ apiVersion: 'v1', kind: 'Secret', namespace: systemNamespace, labelSelector: selector });

  return {
    async put(fileName, content) {
      if (content.byteLength > maxBytes)
        throw failure('InvalidSpec', `${fileName} has ${content.byteLength} bytes, more than a Secret takes (${maxBytes}): split it, or put it into the chart`);
      const key = fileName.replace(/[^-._a-zA-Z0-9]/g, '-');
      const name = `req-${createHmac('sha256', await clusterKey(raw, 'request-key', { [requestLabel]: 'key' }))
        .update(`${key}\0`)
        .update(content)
        .digest('hex')
        .slice(0, 24)}`;
      const annotations = { [putAt]: new Date().toISOString() };
      const secret: Secret = {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name, namespace: systemNamespace, labels: { [requestLabel]: 'file' }, annotations },
        type: 'rehelm.dev/request',
        data: { [key]: Buffer.from(content).toString('base64') },
        immutable: true,
      };
      const seen = await raw.get<Secret>(ref(name));
      if (seen === undefined) await createOnce(raw, secret);
      else if (putSeconds(seen) > recentSeconds) await raw.patch(ref(name), { metadata: { annotations } });
      return { namespace: systemNamespace, name, key };
    },

    async claim({ namespace, name }, run) {
      if (namespace === systemNamespace && namePattern.test(name)) await raw.patch(ref(name), { metadata: { labels: { [label(run)]: '' } } });
    },

    async release(run) {
      const mine = await list(`${requestLabel}=file,${label(run)}`);
      await Promise.all(mine.map(({ metadata }) => raw.patch(ref(metadata.name), { metadata: { labels: { [label(run)]: null } } })));
    },

    async sweep(olderThanSeconds, isNeeded) {
      const old = (await list(`${requestLabel}=file`)).filter((secret) => putSeconds(secret) > olderThanSeconds);
      const free = old.filter((secret) => !isNeeded(secret.metadata.name, claimants(secret)));
      return Promise.all(free.map((secret) => removeUnchanged(raw, secret)));
    },
  };
}

/** Two at once put the same content: the first wins. */
async function createOnce(raw: RawKube, secret: Secret): Promise<void> {
  await inSystemNamespace(raw, () => raw.create(secret)).catch((error: unknown) => {
    if (!isFailure(error, 'AlreadyExists')) throw error;
  });
}

/** Seconds since it was last put. */
const putSeconds = ({ metadata }: Secret): number => (Date.now() - Date.parse(metadata.annotations?.[putAt] ?? '')) / 1000;

/** With its resourceVersion: put again or claimed in this moment, it stays. */
async function removeUnchanged(raw: RawKube, { metadata: { name, resourceVersion } }: Secret): Promise<string> {
  await raw.delete(ref(name), { ...(resourceVersion !== undefined && { resourceVersion }) });
  return name;
}
