import { z } from 'zod';
import { failure } from '../../errors.js';
import type { Secret } from '../../model/kube-object.js';
import type { ObjectRef, ReleaseRef } from '../../model/refs.js';
import type { RawKube } from '../kube/kube.js';
import type { Helm, Revision } from './helm.js';
import { parseManifest } from './manifest.js';
import { decodeRelease, encodeRelease, spliceFailed } from './release-codec.js';

/** Helm's own labels on a record; all others were given with `--labels`. */
const ownLabels = new Set(['owner', 'name', 'status', 'version', 'createdAt', 'modifiedAt']);

const release = z.object({
  version: z.number(),
  info: z.object({ status: z.string() }),
  chart: z.object({ metadata: z.object({ name: z.string(), version: z.string(), appVersion: z.string().optional() }) }),
  manifest: z.string().default(''),
  config: z.record(z.string(), z.unknown()).nullish(),
});

export const recordRef = ({ namespace, name }: ReleaseRef, revision: number): ObjectRef => ({
  apiVersion: 'v1',
  kind: 'Secret',
  namespace,
  name: `sh.helm.release.v1.${name}.v${revision}`,
});

/** The release records that Helm keeps in Secrets, read and mended without Helm. */
export function createReleaseRecords(raw: RawKube): Pick<Helm, 'latest' | 'history' | 'values' | 'markFailed' | 'forget'> {
  const secretsOf = async ({ namespace, name }: ReleaseRef): Promise<readonly Secret[]> => {
    const secrets = await raw.list<Secret>({ apiVersion: 'v1', kind: 'Secret', namespace, labelSelector: `owner=helm,name=${name}` });
    return [...secrets].sort((a, b) => revisionOf(a) - revisionOf(b));
  };
  return {
    latest: async (of) => {
      const last = (await secretsOf(of)).at(-1);
      return last && readRecord(last);
    },
    values: async (of) => {
      const last = (await secretsOf(of)).at(-1);
      return last && (parsed(last).config ?? {});
    },
    history: async (of) => (await secretsOf(of)).map(readRecord),
    markFailed: (of, revision) => markFailed(raw, of, revision),
    forget: async (of, revisions) => {
      for (const revision of revisions) await raw.delete(recordRef(of, revision));
    },
  };
}

const revisionOf = ({ metadata }: Secret): number => Number(metadata.labels?.['version'] ?? 0);

function readRecord(secret: Secret): Revision {
  const { chart, info, manifest, version } = parsed(secret);
  const labels = Object.entries(secret.metadata.labels ?? {}).filter(([key]) => !ownLabels.has(key));
  return {
    revision: version,
    status: info.status,
    chart: chart.metadata.name,
    chartVersion: chart.metadata.version,
    ...(chart.metadata.appVersion !== undefined && { appVersion: chart.metadata.appVersion }),
    labels: Object.fromEntries(labels),
    manifest: parseManifest(manifest),
  };
}

function parsed(secret: Secret): z.infer<typeof release> {
  try {
    return release.parse(JSON.parse(jsonOf(secret)));
  } catch {
    // Without the cause: what cannot be read may still hold secrets, and errors quote what they cannot read.
    throw failure('HelmFailed', `the release record ${secret.metadata.namespace}/${secret.metadata.name} cannot be read`);
  }
}

const jsonOf = (secret: Secret): string => decodeRelease(secret.data?.['release'] ?? '');

async function markFailed(raw: RawKube, of: ReleaseRef, revision: number): Promise<void> {
  const ref = recordRef(of, revision);
  const secret = await raw.get<Secret>(ref);
  if (secret === undefined) throw failure('NotFound', `release ${of.namespace}/${of.name} has no revision ${revision}`);
  const { status } = parsed(secret).info;
  if (status === 'failed') return;
  const spliced = spliceFailed(jsonOf(secret));
  if (spliced === undefined) throw failure('NotOurs', `revision ${revision} of release ${of.namespace}/${of.name} is ${status} and not pending`);
  const modifiedAt = String(Math.floor(Date.now() / 1000));
  await raw.patch(ref, {
    metadata: { resourceVersion: secret.metadata.resourceVersion, labels: { status: 'failed', modifiedAt } },
    data: { release: encodeRelease(spliced) },
  });
}
