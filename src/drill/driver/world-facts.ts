import type { RawKube } from '../../adapters/kube/kube.js';
import { hasCondition } from '../../model/has-condition.js';
import type { Node } from '../../model/kube-object.js';
import type { Members } from '../members.js';
import type { Target } from '../targets/target.js';

/** All that must be afterwards as it was before, one line each: the nodes, the members, and what the target says of itself. Who is primary may differ. */
export async function worldFacts(kube: RawKube, members: Pick<Members, 'read'>, target: Pick<Target, 'facts'>): Promise<readonly string[]> {
  const [nodes, pods, ofTarget] = await Promise.all([kube.list<Node>({ apiVersion: 'v1', kind: 'Node' }), members.read(), target.facts()]);
  const isStateful = ofTarget.length > 0;
  return [
    ...nodes.map(nodeFact),
    // Pods of a Deployment have new names each time.
    ...(isStateful
      ? pods.map(({ name, ready }) => `pod ${name} ${ready ? 'ready' : 'not ready'}`)
      : [`${pods.filter(({ ready }) => ready).length} pods ready`]),
    ...ofTarget,
  ].toSorted();
}

function nodeFact(node: Node): string {
  const { metadata, spec } = node;
  const ready = hasCondition(node, 'Ready') ? 'ready' : 'not ready';
  const taints = (spec?.taints ?? []).map(({ key, value, effect }) => `${key}=${value ?? ''}:${effect}`).toSorted();
  return `node ${metadata.name} ${ready}${spec?.unschedulable ? ', unschedulable' : ''}${taints.length > 0 ? `, tainted ${taints.join(' ')}` : ''}`;
}

/** What is gone or new, each line with a sign. */
export const differencesOf = (before: readonly string[], after: readonly string[]): readonly string[] => [
  ...before.filter((line) => !after.includes(line)).map((line) => `- ${line}`),
  ...after.filter((line) => !before.includes(line)).map((line) => `+ ${line}`),
];
