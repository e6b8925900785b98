/** A Service as the load balancer sees it. */
export interface BalancedService {
  readonly namespace: string;
  readonly name: string;
  /** Type LoadBalancer, not being deleted, and no other implementation's class. */
  readonly wantsAddress: boolean;
  /** `externalTrafficPolicy: Local`: only a node with a pod of it answers. */
  readonly onlyLocalPods?: boolean;
  /** The address in its status, if any. */
  readonly address?: string;
  /** `spec.loadBalancerIP`: taken if it is in the pool and free. */
  readonly requested?: string;
}

/** A Service whose status has to change: to an address, or to none. */
export interface AddressChange {
  readonly namespace: string;
  readonly name: string;
  readonly address: string | undefined;
}

/** What to change, and which addresses are in use after it, by which Service. */
export interface AddressPlan {
  readonly changes: readonly AddressChange[];
  readonly inUse: ReadonlyMap<string, BalancedService>;
}

/**
 * Decides who gets which address. The Services themselves are the only memory: an address in the status of a Service that still
 * wants one stays, so a restarted load balancer changes nothing. `prefix` is the first three numbers; .1 to .254 are given out.
 */
export function planAddresses(services: readonly BalancedService[], prefix: string): AddressPlan {
  const inUse = new Map<string, BalancedService>();
  const waiting: BalancedService[] = [];
  for (const service of services) {
    if (!service.wantsAddress) continue;
    const { address } = service;
    if (address !== undefined && isInPool(address, prefix) && !inUse.has(address)) inUse.set(address, service);
    else waiting.push(service);
  }
  const changes: AddressChange[] = services
    .filter((service) => !service.wantsAddress && service.address !== undefined && isInPool(service.address, prefix))
    .map(release);
  for (const service of waiting) {
    const address = pickAddress(service, prefix, inUse);
    if (address === undefined) continue; // the pool is used up: the Service stays pending, as with any cloud
    inUse.set(address, service);
    changes.push({ namespace: service.namespace, name: service.name, address });
  }
  return { changes, inUse };
}

function release(service: BalancedService): AddressChange {
  return { namespace: service.namespace, name: service.name, address: undefined };
}

function pickAddress(service: BalancedService, prefix: string, inUse: ReadonlyMap<string, unknown>): string | undefined {
  if (service.requested !== undefined) return isInPool(service.requested, prefix) && !inUse.has(service.requested) ? service.requested : undefined;
  const pool = Array.from({ length: 254 }, (_, index) => `${prefix}.${index + 1}`);
  return pool.find((address) => !inUse.has(address));
}

function isInPool(address: string, prefix: string): boolean {
  return address.startsWith(`${prefix}.`);
}
