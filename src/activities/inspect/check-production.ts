import type { KubeReader } from '../../adapters/kube/kube.js';
import { systemNamespace } from '../../model/act.js';
import type { FailoverDrillSpec } from '../../model/failover-drill.js';
import { leavesOutApproval } from '../../model/four-eyes.js';
import type { KubeObject } from '../../model/kube-object.js';
import type { Problem } from '../../model/plan.js';
import type { StandingApproval } from '../../model/schedule/standing-approval.js';

/** Admins set them: the first on a namespace, or on rehelm's own for all that have none; the second on rehelm's own. */
const labels = { production: 'rehelm.dev/production', cluster: 'rehelm.dev/cluster' } as const;

export interface Production {
  readonly isProduction: boolean;
  readonly problems: readonly Problem[];
}

type Namespaces = ReadonlyMap<string, KubeObject>;

/** Whether the target is production, which it is unless an admin says otherwise; and what is missing for a drill there. */
export async function checkProduction(kube: KubeReader, spec: FailoverDrillSpec, standing: StandingApproval | undefined, now: number): Promise<Production> {
  const { namespace } = spec.target;
  const found = await kube.list<KubeObject>({ apiVersion: 'v1', kind: 'Namespace' });
  const namespaces: Namespaces = new Map(found.map((each) => [each.metadata.name, each]));
  const others = spec.fault.kind === 'nodeOff' ? spec.allowed.collateral.filter((name) => name !== namespace) : [];
  const isProduction = isProductive(namespaces, namespace);
  const messages = isProduction ? missing(namespaces, spec, standing, now) : others.filter((name) => isProductive(namespaces, name)).map(besideProduction);
  return { isProduction, problems: messages.map((message) => ({ check: 'production', message })) };
}

const labelOf = (namespaces: Namespaces, name: string, label: string): string | undefined => namespaces.get(name)?.metadata.labels?.[label];

const isProductive = (namespaces: Namespaces, name: string): boolean =>
  (labelOf(namespaces, name, labels.production) ?? labelOf(namespaces, systemNamespace, labels.production)) !== 'false';

const besideProduction = (name: string): string =>
  `${name} of allowed.collateral is production, the target is not: a waiver for production names the namespace of its target`;

function missing(namespaces: Namespaces, spec: FailoverDrillSpec, standing: StandingApproval | undefined, now: number): readonly string[] {
  const { iUnderstand: waiver, target } = spec;
  const cluster = labelOf(namespaces, systemNamespace, labels.cluster);
  if (cluster === undefined)
    return [`${target.namespace} is production, and nobody has named this cluster: kubectl label namespace ${systemNamespace} ${labels.cluster}=NAME`];
  if (!waiver)
    return [
      `${target.namespace} is production, as ${labels.production} does not say false: iUnderstand: {cluster: ${cluster}, namespace: ${target.namespace}, by, until} is needed`,
    ];
  const ended = now >= Date.parse(waiver.until) + 86_400_000;
  return [
    ...(waiver.cluster === cluster ? [] : [`iUnderstand names the cluster ${waiver.cluster}; this is ${cluster}`]),
    ...(ended ? [`iUnderstand held until ${waiver.until}`] : []),
    ...(leavesOutApproval(spec) && !standing ? [`approval: none is refused in production: another person than ${waiver.by} approves`] : []),
    ...(standing?.by === waiver.by ? [`${waiver.by} signed iUnderstand and scheduled it: another person schedules it`] : []),
  ];
}
