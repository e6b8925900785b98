import { z } from 'zod';
import type { ClusterLayout } from '../cluster/cluster-layout.js';
import { type AddressChange, type BalancedService, planAddresses } from './address-plan.js';
import type { ApiClient } from './api-client.js';
import { setHostRoutes } from './host-routes.js';

const serviceList = z.object({
  items: z.array(
    z.object({
      metadata: z.object({ namespace: z.string(), name: z.string(), deletionTimestamp: z.string().optional() }),
      spec: z.object({
        type: z.string().optional(),
        externalTrafficPolicy: z.string().optional(),
        loadBalancerIP: z.string().optional(),
        loadBalancerClass: z.string().optional(),
      }),
      status: z.object({ loadBalancer: z.object({ ingress: z.array(z.object({ ip: z.string().optional() })).optional() }).optional() }).optional(),
    }),
  ),
});

const nodeList = z.object({
  items: z.array(
    z.object({
      metadata: z.object({ name: z.string() }),
      status: z.object({
        addresses: z.array(z.object({ type: z.string(), address: z.string() })).optional(),
        conditions: z.array(z.object({ type: z.string(), status: z.string() })).optional(),
      }),
    }),
  ),
});

const endpointSliceList = z.object({
  items: z.array(
    z.object({
      endpoints: z.array(z.object({ nodeName: z.string().optional(), conditions: z.object({ ready: z.boolean().optional() }).optional() })).nullish(),
    }),
  ),
});

/** One round: addresses for the Services that want one, none for those that don't any more, and the host's routes by a node that is Ready. */
export async function balanceOnce(api: ApiClient, cluster: ClusterLayout): Promise<void> {
  const services = await readServices(api);
  const plan = planAddresses(services, cluster.loadBalancerPrefix);
  for (const change of plan.changes) await writeAddress(api, change);
  const nodes = await readReadyNodes(api);
  const [anyNode] = nodes.values();
  if (anyNode === undefined) return;
  const routes = new Map([[cluster.serviceRange, anyNode]]); // lets the API server reach webhooks, and tools every Service
  for (const [address, service] of plan.inUse) {
    routes.set(address, service.onlyLocalPods ? ((await nodeWithReadyPod(api, service, nodes)) ?? anyNode) : anyNode);
  }
  await setHostRoutes(cluster.bridge, cluster.loadBalancerPrefix, routes);
}

async function readServices(api: ApiClient): Promise<readonly BalancedService[]> {
  const { items } = await api.get('/api/v1/services', serviceList);
  return items.map(({ metadata, spec, status }) => {
    const address = status?.loadBalancer?.ingress?.[0]?.ip;
    return {
      namespace: metadata.namespace,
      name: metadata.name,
      onlyLocalPods: spec.externalTrafficPolicy === 'Local',
      wantsAddress: spec.type === 'LoadBalancer' && spec.loadBalancerClass === undefined && metadata.deletionTimestamp === undefined,
      ...(address === undefined ? {} : { address }),
      ...(spec.loadBalancerIP ? { requested: spec.loadBalancerIP } : {}),
    };
  });
}

async function writeAddress(api: ApiClient, change: AddressChange): Promise<void> {
  const ingress = change.address === undefined ? null : [{ ip: change.address }];
  await api.mergePatch(`/api/v1/namespaces/${change.namespace}/services/${change.name}/status`, { status: { loadBalancer: { ingress } } });
  process.stdout.write(`${new Date().toISOString()} ${change.namespace}/${change.name} ${change.address ?? 'released'}\n`);
}

/** Name → address of the nodes that are Ready. */
async function readReadyNodes(api: ApiClient): Promise<ReadonlyMap<string, string>> {
  const { items } = await api.get('/api/v1/nodes', nodeList);
  const ready = items.filter(({ status }) => status.conditions?.some((condition) => condition.type === 'Ready' && condition.status === 'True'));
  return new Map(
    ready.flatMap(({ metadata, status }) => {
      const address = status.addresses?.find((candidate) => candidate.type === 'InternalIP')?.address;
      return address === undefined ? [] : [[metadata.name, address]];
    }),
  );
}

/** With `externalTrafficPolicy: Local` a node drops what it has no pod for. */
async function nodeWithReadyPod(api: ApiClient, service: BalancedService, nodes: ReadonlyMap<string, string>): Promise<string | undefined> {
  const selector = encodeURIComponent(`kubernetes.io/service-name=${service.name}`);
  const { items } = await api.get(`/apis/discovery.k8s.io/v1/namespaces/${service.namespace}/endpointslices?labelSelector=${selector}`, endpointSliceList);
  const ready = items.flatMap(({ endpoints }) => endpoints ?? []).filter((endpoint) => endpoint.conditions?.ready !== false);
  return ready.map((endpoint) => nodes.get(endpoint.nodeName ?? '')).find((address) => address !== undefined);
}
