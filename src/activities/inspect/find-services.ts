import type { Rendered } from '../../adapters/helm/helm.js';
import type { Service } from '../../model/kube-object.js';
import type { KustomizeToHelmSpec } from '../../model/kustomize-to-helm.js';
import { probedService } from '../../plans/probed-service.js';
import { isService, type RenderedChart } from './find-chart.js';
import type { Problems } from './problems.js';

interface NamingSpec {
  readonly probes: KustomizeToHelmSpec['probes'];
  readonly externalAddress?: KustomizeToHelmSpec['externalAddress'];
}

/** Services of the target that the spec names: a typo would otherwise show after hours, and the external address' after the commit. */
export function checkServices({ probes, externalAddress }: NamingSpec, { open, closed }: Pick<RenderedChart, 'open' | 'closed'>, problems: Problems): void {
  const whenClosed = servicesOf(closed);
  for (const [index, { http, via }] of probes.entries()) {
    const { name, port } = probedService(http, via);
    const path = via === undefined ? `probes.${index}.http` : `probes.${index}.via`;
    const found = whenClosed.get(name);
    if (!found) problems.add(path, `the chart makes no Service ${name}; it makes ${[...whenClosed.keys()].join(', ') || 'none'}`);
    else if (!hasPort(found, port)) problems.add(path, `Service ${name} has no port ${port}: it has ${portsOf(found).join(', ')}`);
  }
  if (externalAddress && !servicesOf(open).has(externalAddress.service))
    problems.add('externalAddress.service', `the chart makes no Service ${externalAddress.service}`);
}

const servicesOf = (rendered: readonly Rendered[]): ReadonlyMap<string, Service> =>
  new Map(rendered.flatMap(({ object }) => (isService(object) ? [[object.metadata.name, object] as const] : [])));

const portsOf = ({ spec }: Service): readonly string[] => (spec.ports ?? []).map(({ name, port }) => (name ? `${port} (${name})` : `${port}`));
const hasPort = ({ spec }: Service, wanted: string): boolean => (spec.ports ?? []).some(({ name, port }) => name === wanted || String(port) === wanted);
