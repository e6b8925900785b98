import type { Kube } from '../../adapters/kube/kube.js';
import type { KubeObject } from '../../model/kube-object.js';
import type { KustomizeToHelmInventory, KustomizeToHelmSpec } from '../../model/kustomize-to-helm.js';
import type { Problem } from '../../model/plan.js';

interface Quota extends KubeObject {
  readonly status?: { readonly hard?: Readonly<Record<string, string>>; readonly used?: Readonly<Record<string, string>> };
}

/** What the target namespace says about a newcomer: is it ours to fill, has it room, does it let the pods in? */
export async function checkNamespace(kube: Kube, { target, source }: KustomizeToHelmSpec, inventory: KustomizeToHelmInventory): Promise<readonly Problem[]> {
  const problems: Problem[] = [];
  if (target.namespace === source.namespace)
    problems.push({ check: 'target.namespace', message: 'source and target are one namespace: the guide moves to another one' });
  if (!inventory.targetNamespaceExists) return problems;
  const { namespace } = target;
  const clashes = await Promise.all(inventory.chart.workloads.map((ref) => kube.get(ref)));
  for (const clash of clashes)
    if (clash) problems.push({ check: 'target.namespace', message: `${clash.kind} ${namespace}/${clash.metadata.name} is there already` });
  const quotas = await kube.list<Quota>({ apiVersion: 'v1', kind: 'ResourceQuota', namespace });
  for (const { metadata, status } of quotas) {
    const full = Object.entries(status?.hard ?? {}).filter(([resource, hard]) => status?.used?.[resource] === hard);
    for (const [resource, hard] of full) problems.push({ check: 'quota', message: `ResourceQuota ${metadata.name}: ${resource} is used up (${hard})` });
  }
  return problems;
}
