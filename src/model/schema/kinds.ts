import type { z } from 'zod';
import { type Kind, type KindName, kinds } from '../kinds.js';
import { kustomizeToHelmSchema } from './kustomize-to-helm.js';

/** A kind with what its specs may say. */
export interface SpecKind extends Kind {
  readonly schema: z.ZodType;
  /** Fits the schema. */
  readonly example: Readonly<Record<string, unknown>>;
}

export type SpecKinds = Readonly<Record<string, SpecKind>>;

const kustomizeToHelm = {
  apiVersion: 'rehelm.dev/v1alpha1',
  kind: 'KustomizeToHelm',
  metadata: { name: 'shop' },
  source: { namespace: 'shop', workloads: { selector: 'app.kubernetes.io/part-of=shop' } },
  target: {
    namespace: 'shop-helm',
    release: 'shop',
    chart: 'oci://registry.example.com/charts/shop',
    version: '1.4.2',
    values: { secretRef: { namespace: 'rehelm-system', name: 'shop-values', key: 'values.yaml' } },
  },
  snapshots: { default: { attested: { by: 'ada@example.com', reference: 'CHG-4711' } } },
  traffic: { hold: ['ingress/*'] },
  approval: { start: {}, commit: { within: '20m', then: 'rollback' } },
};

/** The registry with its schemas; zod stays out of the workflow bundle, hence two files. */
export const specKinds: Readonly<Record<KindName, SpecKind>> = {
  KustomizeToHelm: { ...kinds.KustomizeToHelm, schema: kustomizeToHelmSchema, example: kustomizeToHelm },
};
