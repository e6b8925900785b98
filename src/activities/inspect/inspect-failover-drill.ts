import type { KubeReader } from '../../adapters/kube/kube.js';
import type { FailoverDrillInventory, FailoverDrillSpec } from '../../model/failover-drill.js';
import { hasCondition } from '../../model/has-condition.js';
import type { Node, Pod, Service } from '../../model/kube-object.js';
import type { Problem } from '../../model/plan.js';
import type { Policy } from '../../model/policy.js';
import type { StandingApproval } from '../../model/schedule/standing-approval.js';
import { failoverDrillSchema } from '../../model/schema/failover-drill.js';
import { invalidSpec, readSpec } from '../../model/schema/read-spec.js';
import type { Settings } from '../../model/settings.js';
import type { Adapters } from '../adapters.js';
import { checkNeeds } from './check-access.js';
import { checkAcknowledged } from './check-acknowledged.js';
import { checkProduction } from './check-production.js';
import { checkScheduled } from './check-scheduled.js';
import { commonPolicy } from './common-policy.js';
import { demandApproval } from './demand-approval.js';
import { drillAccess } from './drill-access.js';
import { findBlastRadius } from './find-blast-radius.js';
import { Problems } from './problems.js';

export interface InspectedDrill {
  readonly spec: FailoverDrillSpec;
  readonly policy: Policy;
  readonly inventory: FailoverDrillInventory;
  /** A second person approved the schedule, as the signature shows. */
  readonly isSigned?: true;
}

interface Asked {
  readonly spec: unknown;
  /** Of a run that a schedule started. */
  readonly standing?: StandingApproval;
}

/** A single member has nobody to fail over to. */
const fewestMembers = 2;
/** Driver and guard, apart from each other and from the failing node. */
const nodesNeeded = 2;

/** Reads the spec and the world; changes nothing. InvalidSpec with every problem at once. Who is primary, and whether it is steady, the driver reads right before the fault. */
export function inspectFailoverDrill({ kube, settings, temporal, apiKey }: Pick<Adapters, 'kube' | 'settings' | 'temporal' | 'apiKey'>) {
  return {
    async inspectFailoverDrill({ spec: given, standing }: Asked): Promise<InspectedDrill> {
      const spec = readSpec(failoverDrillSchema, given);
      demandApproval(spec, settings);
      const isSigned = await checkScheduled({ settings, apiKey }, { spec, ...(standing && { standing }) });
      if (standing) await checkAcknowledged(temporal, standing);
      const access = await checkNeeds(kube, drillAccess(spec));
      const inventory = await observe(kube, spec);
      const { isProduction, problems } = await checkProduction(kube, spec, standing, Date.now());
      const policy = policyOf(spec, settings, isProduction);
      return {
        spec,
        policy,
        inventory: { ...inventory, isProduction, obstacles: [...access, ...inventory.obstacles, ...problems] },
        ...(isSigned && { isSigned }),
      };
    },
  };
}

async function observe(kube: KubeReader, spec: FailoverDrillSpec): Promise<Omit<FailoverDrillInventory, 'isProduction'>> {
  const { namespace, pods: wanted } = spec.target;
  const problems = new Problems();
  const [serverVersion, pods, nodes] = await Promise.all([
    kube.version(),
    kube.list<Pod>({ apiVersion: 'v1', kind: 'Pod', namespace, labelSelector: wanted.selector }),
    kube.list<Node>({ apiVersion: 'v1', kind: 'Node' }),
  ]);
  if (pods.length === 0) problems.add('target.pods.selector', `no pod in ${namespace} has ${wanted.selector}`);
  else if (pods.length < fewestMembers) problems.add('target.pods.selector', `${pods[0]?.metadata.name} is the only member: nobody could take over`);
  await findServices(kube, spec, problems);
  if (problems.found.length > 0) throw invalidSpec(problems.found);
  const members = pods.map(({ metadata, spec: { nodeName = '' } }) => ({ name: metadata.name, node: nodeName })).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const freeNodes = nodes.filter(takesPods).map(({ metadata }) => metadata.name);
  const allowed = { namespace, collateral: spec.allowed.collateral };
  const radius = spec.fault.kind === 'nodeOff' ? await findBlastRadius(kube, members, allowed) : { collateral: [], obstacles: [] };
  const obstacles = [
    ...unready(pods),
    ...controlPlane(spec),
    ...crowded(freeNodes, members),
    ...radius.obstacles.map((message) => ({ check: 'blast radius', message })),
  ];
  return { serverVersion, members, freeNodes, collateral: radius.collateral, obstacles };
}

async function findServices(kube: KubeReader, { target, allowed }: FailoverDrillSpec, problems: Problems): Promise<void> {
  const { namespace } = target;
  const find = async (path: string, { name, port }: { readonly name: string; readonly port: number }) => {
    const found = await kube.get<Service>({ apiVersion: 'v1', kind: 'Service', namespace, name });
    if (!found) return problems.add(path, `there is no Service ${namespace}/${name}`);
    const ports = (found.spec.ports ?? []).map((each) => each.port);
    if (!ports.includes(port)) problems.add(path, `Service ${namespace}/${name} has no port ${port}: it has ${ports.join(', ') || 'none'}`);
  };
  if (target.engine === 'http') await find('target.requestTo', target.requestTo);
  else await find('target.writeTo', target.writeTo);
  if (allowed.stopWhen?.errorRateOf) await find('allowed.stopWhen.errorRateOf', allowed.stopWhen.errorRateOf);
}

const takesPods = (node: Node): boolean =>
  hasCondition(node, 'Ready') && !node.spec?.unschedulable && !(node.spec?.taints ?? []).some(({ effect }) => effect !== 'PreferNoSchedule');

const unready = (pods: readonly Pod[]): readonly Problem[] =>
  pods
    .filter((pod) => !hasCondition(pod, 'Ready'))
    .map(({ metadata }) => ({ check: 'members', message: `${metadata.name} is not Ready: drill a whole target` }));

/** What the cluster itself lives on is not drilled. */
const controlPlane = ({ target }: FailoverDrillSpec): readonly Problem[] =>
  ['kube-system', 'rehelm-system'].includes(target.namespace)
    ? [{ check: 'blast radius', message: `${target.namespace} is what the cluster or rehelm lives on` }]
    : [];

/** On the member's own node nobody may stand who has to act when it is gone. */
function crowded(freeNodes: readonly string[], members: readonly { readonly node: string }[]): readonly Problem[] {
  const worst = Math.min(...members.map(({ node }) => freeNodes.filter((free) => free !== node).length));
  return worst >= nodesNeeded ? [] : [{ check: 'nodes', message: `driver and guard need ${nodesNeeded} nodes beside the failing one; ${worst} take pods` }];
}

function policyOf(spec: FailoverDrillSpec, settings: Settings, isProduction: boolean): Policy {
  const { approval, iUnderstand: waiver } = spec;
  return {
    ...commonPolicy(spec, settings),
    start: approval === 'none' || approval.start === 'none' ? 'none' : 'ask',
    ...(isProduction && waiver && { startNotBy: waiver.by }),
    commit: 'none',
    commitThen: 'wait',
  };
}
