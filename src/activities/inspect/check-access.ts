import type { Access, Kube } from '../../adapters/kube/kube.js';
import type { KustomizeToHelmSpec } from '../../model/kustomize-to-helm.js';
import type { Problem } from '../../model/plan.js';

const everyWrite = ['get', 'list', 'create', 'patch', 'delete'] as const;

/** What the worker must be allowed to do, asked of the server before anything is touched. */
export function accessNeeded({ source, target }: KustomizeToHelmSpec): readonly Access[] {
  const needs = (namespace: string | undefined, group: string, resource: string, verbs: readonly string[]): readonly Access[] =>
    verbs.map((verb) => ({ verb, group, resource, ...(namespace !== undefined && { namespace }) }));
  return [
    ...needs(source.namespace, 'apps', 'deployments', ['get', 'list', 'patch']),
    ...needs(source.namespace, '', 'secrets', ['get', 'list']),
    ...needs(source.namespace, '', 'services', ['get', 'list', 'patch']),
    ...needs(source.namespace, 'networking.k8s.io', 'ingresses', ['get', 'list', 'patch']),
    ...needs(source.namespace, '', 'persistentvolumeclaims', everyWrite),
    ...needs(undefined, '', 'persistentvolumes', ['get', 'list', 'patch']),
    ...needs(undefined, '', 'namespaces', ['get', 'create', 'delete']),
    ...needs(target.namespace, '', 'secrets', everyWrite),
    ...needs(target.namespace, '', 'persistentvolumeclaims', everyWrite),
    ...needs(target.namespace, 'apps', 'deployments', everyWrite),
    ...needs(target.namespace, '', 'pods/log', ['get']),
    ...needs(target.namespace, '', 'services/proxy', ['get']),
  ];
}

export async function checkAccess(kube: Kube, spec: KustomizeToHelmSpec): Promise<readonly Problem[]> {
  const answers = await Promise.all(accessNeeded(spec).map(async (access) => ({ access, allowed: await kube.mayI(access) })));
  return answers.flatMap(({ access, allowed }) =>
    allowed ? [] : [{ check: 'access', message: `the worker may not ${access.verb} ${access.resource}${access.namespace ? ` in ${access.namespace}` : ''}` }],
  );
}
