import type { Access, KubeReader } from '../../adapters/kube/kube.js';
import { systemNamespace } from '../../model/act.js';
import type { KustomizeToHelmInventory, KustomizeToHelmSpec } from '../../model/kustomize-to-helm.js';
import type { Problem } from '../../model/plan.js';
import type { ObjectRef } from '../../model/refs.js';

/** What is needed of one resource, and what for. */
export interface AccessNeed {
  readonly why: string;
  /** Absent: cluster-wide. */
  readonly namespace?: string;
  readonly group: string;
  readonly resource: string;
  readonly verbs: readonly string[];
}

export type Resource = readonly [group: string, resource: string, verbs: readonly string[]];

export const read = ['get', 'list'] as const;
export const edit = ['get', 'list', 'patch'] as const;
export const write = ['get', 'list', 'create', 'patch', 'delete'] as const;

export const own: readonly Resource[] = [
  ['', 'secrets', write],
  ['coordination.k8s.io', 'leases', write],
  ['batch', 'jobs', write],
  ['', 'pods', read],
  ['', 'pods/log', ['get']],
  ['', 'events', ['list']],
];

const ofSource: readonly Resource[] = [
  ['apps', 'deployments', edit],
  ['apps', 'statefulsets', edit],
  ['apps', 'daemonsets', ['list']],
  ['', 'pods', read],
  ['', 'secrets', read],
  ['', 'services', edit],
  ['networking.k8s.io', 'ingresses', edit],
  ['discovery.k8s.io', 'endpointslices', ['list']],
  ['', 'persistentvolumeclaims', write],
  ['policy', 'poddisruptionbudgets', ['list']],
];

/** Helm makes and an undo deletes whatever the chart declares: these are the kinds that nearly every chart has. */
export const ofTarget: readonly Resource[] = [
  ['', 'secrets', write],
  ['', 'persistentvolumeclaims', write],
  ['apps', 'deployments', write],
  ['apps', 'statefulsets', write],
  ['', 'services', write],
  ['', 'configmaps', write],
  ['', 'serviceaccounts', write],
  ['networking.k8s.io', 'ingresses', write],
  ['', 'pods', read],
  ['', 'pods/log', ['get']],
  ['', 'events', ['list']],
  ['', 'services/proxy', ['get']],
  ['', 'resourcequotas', ['list']],
  ['', 'limitranges', ['list']],
];

const ofCluster: readonly Resource[] = [
  ['', 'namespaces', ['get', 'create', 'delete']],
  ['', 'persistentvolumes', edit],
  ['storage.k8s.io', 'volumeattachments', ['list']],
];

/** Kinds that a plan adopts or suspends. Others are asked for as their plural is usually made. */
const plurals: Readonly<Record<string, string>> = { IngressClass: 'ingressclasses', StorageClass: 'storageclasses', PriorityClass: 'priorityclasses' };
const pluralOf = (kind: string): string => plurals[kind] ?? `${kind.toLowerCase()}s`;
const groupOf = (apiVersion: string): string => (apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '');

export const needs = (why: string, namespace: string | undefined, resources: readonly Resource[]): readonly AccessNeed[] =>
  resources.map(([group, resource, verbs]) => ({ why, group, resource, verbs, ...(namespace !== undefined && { namespace }) }));

/** What the worker must be allowed to do: of every migration, and where it is known what was found, of this one. */
export function accessNeeded(
  { source, target, databases }: KustomizeToHelmSpec,
  found?: Pick<KustomizeToHelmInventory, 'adopt' | 'owners'>,
): readonly AccessNeed[] {
  const admins = [...new Set(databases.map(({ at }) => at.admin.secretRef.namespace))];
  return [
    ...needs('journal, locks, request files and copier Jobs', systemNamespace, own),
    ...needs('the product as it runs: found, held, stopped, its volumes released', source.namespace, ofSource),
    ...needs('the release, and what it is made ready with', target.namespace, ofTarget),
    ...needs('namespaces and volumes', undefined, ofCluster),
    ...admins.flatMap((namespace) => [
      ...needs("the database administrator's credentials", namespace, [['', 'secrets', ['get']]]),
      ...needs("the database's Service", namespace, [['', 'services', ['get']]]),
    ]),
    ...objectNeeds('cluster-scoped objects that the release adopts', found?.adopt ?? [], edit),
    ...objectNeeds('who would work against the run, suspended', found?.owners ?? [], edit),
  ];
}

export function objectNeeds(why: string, objects: readonly ObjectRef[], verbs: readonly string[]): readonly AccessNeed[] {
  const needs = objects.map(({ apiVersion, kind, namespace }): AccessNeed => {
    const place = namespace === undefined ? {} : { namespace };
    return { why, group: groupOf(apiVersion), resource: pluralOf(kind), verbs, ...place };
  });
  return [...new Map(needs.map((need) => [`${need.namespace} ${need.group} ${need.resource}`, need])).values()];
}

/** Asks the server for each, before anything is touched. */
export const checkAccess = (
  kube: Pick<KubeReader, 'mayI'>,
  spec: KustomizeToHelmSpec,
  found?: Pick<KustomizeToHelmInventory, 'adopt' | 'owners'>,
): Promise<readonly Problem[]> => checkNeeds(kube, accessNeeded(spec, found));

/** One sentence for each resource, with the verbs that are missing. */
export async function checkNeeds(kube: Pick<KubeReader, 'mayI'>, needed: readonly AccessNeed[]): Promise<readonly Problem[]> {
  const missing = await Promise.all(
    needed.map(async ({ verbs, why, ...place }) => {
      const answers = await Promise.all(verbs.map(async (verb) => ({ verb, allowed: await kube.mayI({ verb, ...place } satisfies Access) })));
      return { ...place, why, verbs: answers.filter(({ allowed }) => !allowed).map(({ verb }) => verb) };
    }),
  );
  return missing.flatMap(({ verbs, group, resource, namespace, why }) => {
    if (verbs.length === 0) return [];
    const what = `${verbs.join(', ')} ${resource}${group && `.${group}`}${namespace === undefined ? '' : ` in ${namespace}`}`;
    return [{ check: 'access', message: `the worker may not ${what} (${why})` }];
  });
}
