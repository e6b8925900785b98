import { failure } from '../../errors.js';
import { labels, systemNamespace } from '../../model/act.js';
import type { Secret } from '../../model/kube-object.js';
import type { ObjectRef } from '../../model/refs.js';
import { labelValue } from '../kube/label-value.js';

export type DocumentKind = 'begun' | 'state' | 'run' | 'artifact' | 'piece';

/** Says what a Secret of rehelm-system holds. */
export const documentLabel = 'rehelm.dev/document';

/** An API server takes 1 MiB of data per Secret; Base64 and etcd's own limit (1.5 MiB per request) leave this much. */
export const maxDocumentBytes = 900 * 1024;

const key = 'content';

export const documentRef = (name: string): ObjectRef => ({ apiVersion: 'v1', kind: 'Secret', namespace: systemNamespace, name });

export interface DocumentOptions {
  readonly run: string;
  readonly kind: DocumentKind;
  readonly immutable?: true;
}

export const documentSecret = (name: string, options: DocumentOptions, content: unknown): Secret =>
  binarySecret(name, options, Buffer.from(JSON.stringify(content)));

export function binarySecret(name: string, { run, kind, immutable }: DocumentOptions, content: Uint8Array): Secret {
  if (content.byteLength > maxDocumentBytes)
    throw failure('Invalid', `${name} would hold ${content.byteLength} bytes, more than a Secret takes; keep big things as artifacts`);
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, namespace: systemNamespace, labels: { [labels.run]: labelValue(run), [documentLabel]: kind } },
    type: 'rehelm.dev/document',
    data: { [key]: Buffer.from(content).toString('base64') },
    ...(immutable && { immutable }),
  };
}

export function bytesOf(secret: Secret): Buffer {
  const data = secret.data?.[key];
  if (data === undefined) throw failure('Invalid', `Secret ${systemNamespace}/${secret.metadata.name} holds no rehelm document`);
  return Buffer.from(data, 'base64');
}

/** What was stored, as the code that stored it typed it. */
export const contentOf = <T>(secret: Secret): T => JSON.parse(bytesOf(secret).toString()) as T;
