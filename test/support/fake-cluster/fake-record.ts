import { stringify } from 'yaml';
import type { InstallRequest, Rendered } from '../../../src/adapters/helm/helm.js';
import { recordRef } from '../../../src/adapters/helm/records.js';
import { decodeRelease, encodeRelease } from '../../../src/adapters/helm/release-codec.js';
import type { RawKube } from '../../../src/adapters/kube/kube.js';
import { failure } from '../../../src/errors.js';
import type { Secret } from '../../../src/model/kube-object.js';
import type { ReleaseRef } from '../../../src/model/refs.js';

export interface NewRecord extends Omit<InstallRequest, 'chart'> {
  readonly revision: number;
  readonly chart: { readonly name: string; readonly version: string; readonly appVersion?: string };
  readonly rendered: readonly Rendered[];
  readonly status: string;
}

/** Helm's record of a revision that begins, in Helm's format. */
export async function writePending(raw: RawKube, { release, chart, values, labels, description, revision, rendered, status }: NewRecord): Promise<void> {
  const now = new Date().toISOString();
  const manifest = rendered
    .filter(({ hooks }) => hooks.length === 0)
    .map(({ object }) => `---\n# Source: ${chart.name}/templates/all.yaml\n${stringify(object)}`);
  const hooks = rendered
    .filter((each) => each.hooks.length > 0)
    .map(({ object, hooks: events, deletePolicies }) => ({
      name: object.metadata.name,
      kind: object.kind,
      manifest: stringify(object),
      events,
      delete_policies: deletePolicies,
    }));
  const record = {
    name: release.name,
    info: { first_deployed: now, last_deployed: now, deleted: '', description, status },
    chart: { metadata: chart, values: {} },
    config: values,
    manifest: manifest.join(''),
    hooks,
    version: revision,
    namespace: release.namespace,
  };
  const { kind, apiVersion, namespace, name } = recordRef(release, revision);
  const own = { owner: 'helm', name: release.name, status, version: String(revision), createdAt: String(Math.floor(Date.now() / 1000)) };
  const secret: Secret = {
    apiVersion,
    kind,
    metadata: { name, ...(namespace !== undefined && { namespace }), labels: { ...labels, ...own } },
    type: 'helm.sh/release.v1',
    data: { release: encodeRelease(JSON.stringify(record)) },
  };
  await raw.create(secret);
}

export async function setStatus(raw: RawKube, release: ReleaseRef, revision: number, status: string): Promise<void> {
  const ref = recordRef(release, revision);
  const secret = await raw.get<Secret>(ref);
  if (secret === undefined) throw failure('HelmFailed', `update: failed to update: secrets "${ref.name}" not found`);
  const record = JSON.parse(decodeRelease(secret.data?.['release'] ?? '')) as { readonly info: object };
  const data = { release: encodeRelease(JSON.stringify({ ...record, info: { ...record.info, status } })) };
  // It puts the whole Secret: annotations of others are lost.
  await raw.patch(ref, { metadata: { annotations: null, labels: { status, modifiedAt: String(Math.floor(Date.now() / 1000)) } }, data });
}
