import type { Kube } from '../../adapters/kube/kube.js';
import { type Act, systemNamespace } from '../../model/act.js';
import { drillLabels } from '../../model/drill.js';
import { untilNoPods } from '../objects/end-pods.js';
import { rightsOf } from './drill-manifests.js';

/** The driver's grace, and a little. */
const endWithinSeconds = 360;

/** Tells the driver to end: it takes the fault back, closes the course and publishes what it has. Safe to repeat. */
export async function tellDriver(kube: Kube, name: string, act: Act): Promise<void> {
  await kube.writeAs(act).remove({ apiVersion: 'batch/v1', kind: 'Job', namespace: systemNamespace, name: `${name}-driver` }, { propagation: 'Background' });
}

/** Ends the driver and waits until it is gone: told to end, it takes the fault back first. Safe to repeat. */
export async function endDriver(kube: Kube, name: string, act: Act): Promise<void> {
  await tellDriver(kube, name, act);
  await untilNoPods(kube, [{ namespace: systemNamespace, labelSelector: `${drillLabels.drill}=${name},${drillLabels.role}=driver` }], endWithinSeconds);
}

/** Removes guard, hands, Secret and rights. Only once nothing is left to take back. Safe to repeat. */
export async function removeCourse(kube: Kube, name: string, target: string, act: Act): Promise<void> {
  const writer = kube.writeAs(act);
  const labelSelector = `${drillLabels.drill}=${name}`;
  for (const { metadata } of await kube.list({ apiVersion: 'v1', kind: 'Pod', namespace: systemNamespace, labelSelector }))
    await writer.remove({ apiVersion: 'v1', kind: 'Pod', namespace: systemNamespace, name: metadata.name });
  await untilNoPods(kube, [{ namespace: systemNamespace, labelSelector }], endWithinSeconds);
  await writer.remove({ apiVersion: 'v1', kind: 'Secret', namespace: systemNamespace, name });
  for (const ref of rightsOf(name, target).toReversed()) await writer.remove(ref);
}
