import type { Act } from '../model/act.js';
import type { Service } from '../model/kube-object.js';
import type { ReleaseRef } from '../model/refs.js';
import type { ValuesOverlay } from '../model/values-source.js';
import type { Adapters } from './adapters.js';
import { type FollowUp, type FollowUpUndo, followUp, followUpProblems, undoFollowUp } from './release/follow-up.js';
import { placeOf } from './release/release-objects.js';

export interface OpenTrafficInput extends Omit<FollowUp, 'dropped'> {
  /** What kept it closed. */
  readonly closed: ValuesOverlay;
}

export interface OpenedTraffic {
  readonly revision: number;
  /** Of the release's Services of type LoadBalancer, as far as they have one by now. */
  readonly addresses: readonly { readonly service: string; readonly addresses: readonly string[] }[];
}

const orderOf = ({ closed: dropped, ...order }: OpenTrafficInput): FollowUp => ({ ...order, dropped });

/** The commit: an upgrade with the real values lets users in. */
export function openTraffic({ kube, helm, journal, locks }: Pick<Adapters, 'kube' | 'helm' | 'journal' | 'locks'>) {
  const part = { kube, helm, journal, locks };

  async function addressesOf(release: ReleaseRef): Promise<OpenedTraffic['addresses']> {
    const { manifest = [] } = (await helm.latest(release)) ?? {};
    const refs = await Promise.all(manifest.filter(({ kind }) => kind === 'Service').map((object) => placeOf(kube, release, object)));
    const services = await Promise.all(refs.map(async (ref) => (ref ? kube.get<Service>(ref) : undefined)));
    return services.flatMap((service) => {
      if (service?.spec.type !== 'LoadBalancer') return [];
      const addresses = (service.status?.loadBalancer?.ingress ?? []).flatMap(({ ip, hostname }) => ip ?? hostname ?? []);
      return [{ service: `${service.metadata.namespace}/${service.metadata.name}`, addresses }];
    });
  }

  return {
    /** The chart renders with the real values, too: better known now than at the commit. */
    async checkOpenTraffic(input: OpenTrafficInput, act: Act): Promise<readonly string[]> {
      return followUpProblems(part, orderOf(input), act);
    },

    /** Names the release and where its closed values stand. Changes nothing. */
    async captureOpenTraffic({ release, chart, installStep, noHooks, timeoutSeconds }: OpenTrafficInput): Promise<FollowUpUndo> {
      return { release, chart, installStep, ...(noHooks && { noHooks }), ...(timeoutSeconds !== undefined && { timeoutSeconds }) };
    },

    /** Upgrades to the real values; those of the install, where a retry changed them. Safe to repeat. */
    async openTraffic(input: OpenTrafficInput, act: Act): Promise<OpenedTraffic> {
      const { revision } = await followUp(part, orderOf(input), act);
      return { revision, addresses: await addressesOf(input.release) };
    },

    /** Upgrades back to the closed values. Safe to repeat; where the release is gone or never was opened there is nothing to close. */
    async undoOpenTraffic(captured: FollowUpUndo, act: Act): Promise<void> {
      await undoFollowUp(part, captured, act);
    },
  };
}
