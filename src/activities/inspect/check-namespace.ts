import type { Rendered } from '../../adapters/helm/helm.js';
import type { KubeReader } from '../../adapters/kube/kube.js';
import type { KubeObject } from '../../model/kube-object.js';
import type { Problem } from '../../model/plan.js';
import { chartPods } from './chart-pods.js';
import { enforceLabel, podSecurityObjections } from './pod-security.js';
import { type DemandedClaim, demandOf, type Quota, quotaObjections, silentPods } from './quota.js';

/** Does the target namespace let the chart's pods in, and has it room? One that is not there yet has no rules of its own. */
export async function checkNamespace(
  kube: KubeReader,
  namespace: KubeObject | undefined,
  rendered: readonly Rendered[],
  claims: readonly DemandedClaim[],
): Promise<readonly Problem[]> {
  if (!namespace) return [];
  const { name } = namespace.metadata;
  const [quotas, limits] = await Promise.all([
    kube.list<Quota>({ apiVersion: 'v1', kind: 'ResourceQuota', namespace: name }),
    kube.list({ apiVersion: 'v1', kind: 'LimitRange', namespace: name }),
  ]);
  const quota = [...quotaObjections(quotas, demandOf(rendered, claims)), ...(limits.length ? [] : silentPods(quotas, rendered))];
  return [
    ...podSecurityOf(namespace, rendered).map((message) => ({ check: 'podSecurity', message })),
    ...quota.map((message) => ({ check: 'quota', message })),
  ];
}

function podSecurityOf({ metadata }: KubeObject, rendered: readonly Rendered[]): readonly string[] {
  const level = metadata.labels?.[enforceLabel];
  if (level !== 'baseline' && level !== 'restricted') return [];
  return podSecurityObjections(level, chartPods(rendered)).map((objection) => `namespace ${metadata.name} enforces ${level}: ${objection}`);
}
