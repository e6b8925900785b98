import { z } from 'zod';
import type { KubeObject } from '../../model/kube-object.js';
import type { Rendered } from './helm.js';
import { parseManifest } from './manifest.js';

const answer = z.object({
  manifest: z.string().default(''),
  hooks: z.array(z.object({ manifest: z.string(), events: z.array(z.string()).nullish(), delete_policies: z.array(z.string()).nullish() })).nullish(),
});

/** What `helm upgrade --install --dry-run=server -o json` rendered. Holds the data of Secrets: for this process only. */
export function parseRendered(json: string): readonly Rendered[] {
  const { manifest, hooks } = answer.parse(JSON.parse(json));
  const objects = parseManifest(manifest).map((object): Rendered => ({ object, hooks: [], deletePolicies: [], kept: isKept(object) }));
  const hooked = (hooks ?? []).flatMap((hook) =>
    parseManifest(hook.manifest).map((object): Rendered => {
      const policies = hook.delete_policies ?? [];
      return { object, hooks: hook.events ?? [], deletePolicies: policies.length > 0 ? policies : ['before-hook-creation'], kept: isKept(object) };
    }),
  );
  return [...objects, ...hooked];
}

const isKept = ({ metadata }: KubeObject): boolean => metadata.annotations?.['helm.sh/resource-policy']?.trim().toLowerCase() === 'keep';
