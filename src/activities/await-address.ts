import { lookup } from 'node:dns/promises';
import { failure } from '../errors.js';
import type { Service } from '../model/kube-object.js';
import { showRef } from '../model/refs.js';
import type { Adapters } from './adapters.js';
import type { NamespacedName } from './objects/namespaced-name.js';
import { until } from './objects/until.js';

export interface AwaitAddressInput {
  readonly service: NamespacedName;
  /** Names that must lead to the address; empty: none is waited for. */
  readonly dns: readonly string[];
  /** How long address and DNS may take, in seconds. */
  readonly withinSeconds: number;
}

export interface ExternalAddress {
  /** IP addresses or, as on AWS, host names. */
  readonly addresses: readonly string[];
  readonly dns: readonly { readonly name: string; readonly addresses: readonly string[] }[];
}

/** A name's IP addresses; none where it does not resolve. */
export type Resolve = (name: string) => Promise<readonly string[]>;

const unknownName = new Set(['ENOTFOUND', 'ENODATA', 'EAI_AGAIN']);

const resolveByDns: Resolve = async (name) => {
  try {
    return (await lookup(name, { all: true })).map(({ address }) => address);
  } catch (error) {
    if (error instanceof Error && 'code' in error && typeof error.code === 'string' && unknownName.has(error.code)) return [];
    throw error;
  }
};

const isIp = (address: string): boolean => /^[\d.]+$/.test(address) || address.includes(':');
const refOf = ({ namespace, name }: NamespacedName) => ({ apiVersion: 'v1', kind: 'Service', namespace, name });

/** Guide, "Migrate Cognigy.AI from Kustomize to Helm" 3: DNS records must follow the external address. */
export function awaitAddress({ kube }: Pick<Adapters, 'kube'>, resolve: Resolve = resolveByDns) {
  async function addressesOf(service: NamespacedName): Promise<readonly string[]> {
    const found = await kube.get<Service>(refOf(service));
    if (!found) throw failure('NotFound', `${showRef(refOf(service))} is not there`);
    if (found.spec.type !== 'LoadBalancer')
      throw failure('Invalid', `${showRef(refOf(service))} is of type ${found.spec.type ?? 'ClusterIP'}: only a LoadBalancer has an external address`);
    return (found.status?.loadBalancer?.ingress ?? []).flatMap(({ ip, hostname }) => ip ?? hostname ?? []);
  }

  /** A name leads to the address when any of its IP addresses is one of the address's. */
  async function wrongNames(names: readonly string[], addresses: readonly string[]): Promise<readonly string[]> {
    const targets = new Set((await Promise.all(addresses.map(async (address) => (isIp(address) ? [address] : resolve(address))))).flat());
    const wrong = await Promise.all(
      names.map(async (name) => {
        const now = await resolve(name);
        if (now.some((address) => targets.has(address))) return [];
        const record = addresses.every(isIp) ? 'A' : 'CNAME';
        return [
          `the ${record} record of ${name} must point to ${addresses.join(', ')}${now.length > 0 ? ` instead of ${now.join(', ')}` : '; it does not resolve'}`,
        ];
      }),
    );
    return wrong.flat();
  }

  return {
    /** The Service comes with the upgrade that lets users in: nothing can be known before. */
    async checkAwaitAddress(_: AwaitAddressInput): Promise<readonly string[]> {
      return [];
    },

    /** Nothing is changed, so there is nothing to go back to. */
    async captureAwaitAddress(_: AwaitAddressInput): Promise<null> {
      return null;
    },

    /** Waits for the external address, then until the names lead to it; says which record must be changed meanwhile. */
    async awaitAddress({ service, dns, withinSeconds }: AwaitAddressInput): Promise<ExternalAddress> {
      await until(withinSeconds, `the external address of ${showRef(refOf(service))}`, async () =>
        (await addressesOf(service)).length > 0 ? 'yes' : { notYet: 'the cluster has given it none yet' },
      );
      await until(
        withinSeconds,
        `DNS of ${dns.join(', ')}`,
        async () => {
          const wrong = await wrongNames(dns, await addressesOf(service));
          return wrong.length === 0 ? 'yes' : { notYet: wrong.join('; ') };
        },
        5,
      );
      return { addresses: await addressesOf(service), dns: await Promise.all(dns.map(async (name) => ({ name, addresses: await resolve(name) }))) };
    },

    /** Nothing was changed. */
    async undoAwaitAddress(_: null): Promise<void> {},
  };
}
