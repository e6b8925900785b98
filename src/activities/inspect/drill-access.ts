import { systemNamespace } from '../../model/act.js';
import type { FailoverDrillSpec } from '../../model/failover-drill.js';
import { type AccessNeed, needs, own, type Resource, read } from './check-access.js';

const rbac = 'rbac.authorization.k8s.io';
const made = ['get', 'create', 'delete'] as const;

/** Driver, guard and hands; and, since nobody can grant what he may not do himself, what they are granted there. */
const inSystem: readonly Resource[] = [
  ...own.filter(([group, resource]) => group !== '' || resource !== 'pods'),
  ['', 'pods', ['get', 'list', 'create', 'delete']],
  ['', 'serviceaccounts', made],
  [rbac, 'roles', made],
  [rbac, 'rolebindings', made],
];

const inTarget: readonly Resource[] = [
  ['', 'pods', ['get', 'list', 'delete']],
  ['', 'services', ['get']],
  [rbac, 'roles', made],
  [rbac, 'rolebindings', made],
];

/** What the worker must be allowed to do for a drill. */
export function drillAccess({
  target,
  fault,
  stuckPods,
  failback,
}: Pick<FailoverDrillSpec, 'target' | 'fault' | 'stuckPods' | 'failback'>): readonly AccessNeed[] {
  const taint = stuckPods?.outOfService ? ['patch'] : [];
  return [
    ...needs('journal, locks, and the pods that drill', systemNamespace, inSystem),
    ...needs('the target: its members, its way in, and the rights of the drill there', target.namespace, inTarget),
    ...(failback ? needs('the failback', target.namespace, [['', 'pods/exec', ['create', 'get']]]) : []),
    ...(target.engine === 'postgresql' ? needs('the login of the drill', target.namespace, [['', 'secrets', ['get']]]) : []),
    ...needs('nodes, what is production, and the rights of the drill on nodes', undefined, [
      ['', 'nodes', [...read, ...taint]],
      ['', 'namespaces', ['list']],
      [rbac, 'clusterroles', made],
      [rbac, 'clusterrolebindings', made],
    ]),
    ...(fault.kind === 'nodeOff'
      ? needs('who goes down with a node', undefined, [
          ['', 'pods', ['list']],
          ['', 'services', ['list']],
          ['policy', 'poddisruptionbudgets', ['list']],
        ])
      : []),
  ];
}
