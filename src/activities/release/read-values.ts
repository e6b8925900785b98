import type { KubeReader } from '../../adapters/kube/kube.js';
import { failure } from '../../errors.js';
import type { KubeObject, Secret } from '../../model/kube-object.js';
import { type ObjectRef, showRef } from '../../model/refs.js';
import type { Values } from '../../model/values.js';
import type { GivenValues, ValuesOverlay, ValuesRef } from '../../model/values-source.js';
import { readValuesText } from '../../values/read-values-text.js';
import { setValues } from '../../values/set-values.js';

type ConfigMap = KubeObject & { readonly data?: Readonly<Record<string, string>> };

interface Located {
  readonly ref: ObjectRef;
  readonly key: string;
}

/**
 * Reads values where they are used, with the overlay on top. They may hold secrets: nobody logs, returns or heartbeats them.
 * NotFound where object or key is missing, Invalid where the text is no YAML mapping; neither message quotes the text.
 */
export async function readValues(kube: KubeReader, source: GivenValues, overlay: ValuesOverlay = {}): Promise<Values> {
  return setValues('inline' in source ? source.inline : parsedAt(locate(source), await readText(kube, locate(source))), overlay);
}

/** Differs when the source has changed, without telling anything of what it holds: a hash of values could be guessed at. */
export async function versionOfValues(kube: KubeReader, source: GivenValues): Promise<string> {
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

const parsedAt = ({ ref, key }: Located, text: string): Values => readValuesText(text, `${key} of ${showRef(ref)}`);
