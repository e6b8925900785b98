import { failure, isFailure } from '../errors.js';
import type { Act } from '../model/act.js';
import type { Service } from '../model/kube-object.js';
import { type ChartRef, type ReleaseRef, showRef } from '../model/refs.js';
import type { ValuesOverlay, ValuesSource } from '../model/values-source.js';
import type { Adapters } from './adapters.js';
import type { InstalledRelease } from './helm-install.js';
import { fieldsPatch } from './objects/fields.js';
import { keptPath } from './release/helm-ownership.js';
import { readValues } from './release/read-values.js';
import { isOfStep } from './release/release-labels.js';
import { rememberedObjects } from './release/release-memory.js';
import { placeOf, type ReleaseObject } from './release/release-objects.js';
import type { ReleaseBefore } from './release/take-release-back.js';
import { upgradeRelease } from './release/upgrade-release.js';

export interface OpenTrafficInput {
  readonly release: ReleaseRef;
  readonly chart: ChartRef;
  readonly values: ValuesSource;
  /** Laid over the values, without what kept the product closed. */
  readonly set: ValuesOverlay;
  /** What kept it closed: taken out of the overlay that the install ended up with. */
  readonly closed: ValuesOverlay;
  /** The step that installed the release. */
  readonly installStep: string;
  readonly noHooks?: true;
  /** Of each of helm's own operations; default 600. */
  readonly timeoutSeconds?: number;
}

/** The closed values stand in the result of the install step. */
export type OpenTrafficUndo = Pick<OpenTrafficInput, 'release' | 'chart' | 'installStep' | 'noHooks' | 'timeoutSeconds'>;

export interface OpenedTraffic {
  readonly revision: number;
  /** Of the release's Services of type LoadBalancer, as far as they have one by now. */
  readonly addresses: readonly { readonly service: string; readonly addresses: readonly string[] }[];
}

const defaultTimeoutSeconds = 600;

/** The commit: an upgrade with the real values lets users in. */
export function openTraffic({ kube, helm, journal, locks }: Pick<Adapters, 'kube' | 'helm' | 'journal' | 'locks'>) {
  const part = { kube, helm, journal, locks };

  const installed = async (run: string, step: string) => {
    const entry = await journal.find(run, step);
    return { before: entry?.captured as ReleaseBefore | undefined, result: entry?.result as unknown as InstalledRelease | undefined };
  };

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

  /** An upgrade deletes what leaves the manifest, adopted objects, too, unless the live object says that it is to be kept. The install's undo takes the mark off again. */
  async function keepAdopted(former: readonly ReleaseObject[], closed: readonly ReleaseObject[], act: Act): Promise<void> {
    const stays = new Set(closed.map(({ ref }) => showRef(ref)));
    for (const { ref, hook, before } of former) {
      if (hook || !before || stays.has(showRef(ref)) || !(await kube.get(ref))) continue;
      await kube.writeAs(act).edit(ref, (seen) => fieldsPatch(seen, [{ path: keptPath, value: 'keep' }]));
    }
  }

  return {
    /** The chart renders with the real values, too: better known now than at the commit. */
    async checkOpenTraffic({ release, chart, values, set, closed, installStep }: OpenTrafficInput, { run }: Act): Promise<readonly string[]> {
      const { result } = await installed(run, installStep);
      try {
        await helm.render(release, chart, await readValues(kube, result?.values ?? values, openSet(result, set, closed)));
        return [];
      } catch (error) {
        if (!isFailure(error, 'HelmFailed', 'HelmLocked', 'HelmOwnership', 'NotFound', 'Invalid')) throw error;
        return [error.message];
      }
    },

    /** Names the release and where its closed values stand. Changes nothing. */
    async captureOpenTraffic({ release, chart, installStep, noHooks, timeoutSeconds }: OpenTrafficInput): Promise<OpenTrafficUndo> {
      return { release, chart, installStep, ...(noHooks && { noHooks }), ...(timeoutSeconds !== undefined && { timeoutSeconds }) };
    },

    /** Upgrades to the real values; those of the install, where a retry changed them. Safe to repeat. */
    async openTraffic(
      { release, chart, values, set, closed, installStep, noHooks, timeoutSeconds = defaultTimeoutSeconds }: OpenTrafficInput,
      act: Act,
    ): Promise<OpenedTraffic> {
      const { before, result } = await installed(act.run, installStep);
      if (!before || !(await helm.latest(release)))
        throw failure('NotFound', `release ${release.namespace}/${release.name} is not there: it would be installed anew, outside of ${installStep}`);
      const real = { values: result?.values ?? values, set: openSet(result, set, closed) };
      const description = `rehelm ${act.run} ${act.step}`;
      const { revision } = await upgradeRelease(part, { release, chart, ...real, noHooks, timeoutSeconds, description }, before, act);
      return { revision, addresses: await addressesOf(release) };
    },

    /** Upgrades back to the closed values. Safe to repeat; where the release is gone or never was opened there is nothing to close. */
    async undoOpenTraffic(captured: OpenTrafficUndo, act: Act): Promise<void> {
      const { release, chart, installStep, noHooks, timeoutSeconds = defaultTimeoutSeconds } = captured;
      const { before, result: closed } = await installed(act.run, installStep);
      const opened = (await helm.history(release)).some((revision) => isOfStep(revision, act));
      if (!closed || !opened) return;
      const { values, set } = closed;
      const description = `rehelm ${act.run} undo of ${act.step}`;
      const former = [...(before?.objects ?? []), ...(await rememberedObjects(journal, release, act))];
      const prepare = (objects: readonly ReleaseObject[]) => keepAdopted(former, objects, act);
      await upgradeRelease(part, { release, chart, values, set, noHooks, timeoutSeconds, description, prepare }, before, act);
    },
  };
}

/** The overlay that the install ended up with, what closed it left out or as it is when open. */
function openSet(installed: InstalledRelease | undefined, set: ValuesOverlay, closed: ValuesOverlay): ValuesOverlay {
  if (!installed) return set;
  const used = Object.entries(installed.set).filter(([path]) => !(path in closed));
  const real = Object.entries(set).filter(([path]) => path in closed);
  return Object.fromEntries([...used, ...real]);
}
