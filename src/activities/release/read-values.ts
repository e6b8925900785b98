import { LineCounter, parseDocument } from 'yaml';
import type { Values } from '../../adapters/helm/helm.js';
import type { KubeReader } from '../../adapters/kube/kube.js';
import { failure } from '../../errors.js';
import type { KubeObject, Secret } from '../../model/kube-object.js';
import { type ObjectRef, showRef } from '../../model/refs.js';
import type { ValuesOverlay, ValuesRef, ValuesSource } from '../../model/values-source.js';
import { setValues } from './set-values.js';

type ConfigMap = KubeObject & { readonly data?: Readonly<Record<string, string>> };

interface Located {
  readonly ref: ObjectRef;
  readonly key: string;
}

/**
 * Reads values where they are used, with the overlay on top. They may hold secrets: nobody logs, returns or heartbeats them.
 * NotFound where object or key is missing, Invalid where the text is no YAML mapping; neither message quotes the text.
 */
export async function readValues(kube: KubeReader, source: ValuesSource, overlay: ValuesOverlay = {}): Promise<Values> {
  return setValues('inline' in source ? source.inline : parseValues(await readText(kube, locate(source)), locate(source)), overlay);
}

/** Differs when the source has changed, without telling anything of what it holds: a hash of values could be guessed at. */
export async function versionOfValues(kube: KubeReader, source: ValuesSource): Promise<string> {
  if ('inline' in source) return 'inline';
  const found = await kube.get(locate(source).ref);
  return `${found?.metadata.uid}/${found?.metadata.resourceVersion}`;
}

function locate(source: { readonly secretRef: ValuesRef } | { readonly configMapRef: ValuesRef }): Located {
  const kind = 'secretRef' in source ? 'Secret' : 'ConfigMap';
  const { namespace, name, key = 'values.yaml' } = 'secretRef' in source ? source.secretRef : source.configMapRef;
  return { ref: { apiVersion: 'v1', kind, namespace, name }, key };
}

async function readText(kube: KubeReader, { ref, key }: Located): Promise<string> {
  const found = await kube.get<Secret | ConfigMap>(ref);
  if (!found) throw failure('NotFound', `${showRef(ref)} with the values is not there`);
  const value = found.data?.[key];
  if (value === undefined) throw failure('NotFound', `${showRef(ref)} has no key ${key}; it has ${Object.keys(found.data ?? {}).join(', ') || 'none'}`);
  return ref.kind === 'Secret' ? Buffer.from(value, 'base64').toString() : value;
}

/**
 * YAML as Helm reads it: 1.1 for yes, no, on, off, y and n, but neither dates nor numbers of base 60; of a key that comes twice the last one counts.
 * Only code and line of an error are told: the parser's own words quote the text.
 */
function parseValues(text: string, { ref, key }: Located): Values {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    schema: 'yaml-1.1',
    prettyErrors: false,
    uniqueKeys: false,
    lineCounter: lines,
    customTags: (tags) =>
      tags.filter((tag) => typeof tag === 'string' || !(('format' in tag && tag.format === 'TIME') || tag.tag === 'tag:yaml.org,2002:timestamp')),
  });
  const [error] = document.errors;
  if (error) throw failure('Invalid', `${key} of ${showRef(ref)} is no YAML: ${error.code} in line ${lines.linePos(error.pos[0]).line}`);
  const values: unknown = document.toJS() ?? {};
  if (typeof values !== 'object' || Array.isArray(values) || values === null) throw failure('Invalid', `${key} of ${showRef(ref)} is no mapping of values`);
  return { ...values };
}
