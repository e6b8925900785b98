import type { FoundUpgrade as Found, ChartUpgradeSpec as Spec } from '../model/chart-upgrade.js';
import { cutName } from '../model/cut-name.js';
import { slugOf } from '../model/slug.js';
import type { TypedStep } from './step.js';

/** How long Kubernetes may take to let a volume go and to bind it, in seconds. */
const bindSeconds = 300;

const maxName = 253;
/** Of what keeps something of the old release until the finalize. */
export const keptName = (name: string, { target: { version } }: Pick<Spec, 'target'>): string =>
  cutName(`${name}-before-${slugOf(version).replace(/-+$/, '')}`, maxName);

export const setAsideId = (claim: string): string => `aside/${claim}`;

/** The old volumes keep their data under claims of another name, since a Released volume is what clean-ups delete; one whose data go along has the new chart's. */
export const giveNames = (spec: Spec, { volumes, release, ownClaims }: Found): readonly TypedStep[] => [
  ...volumes.filter(({ fate }) => fate === 'replace').map((volume) => setAside(volume, spec)),
  ...volumes.flatMap((volume) =>
    volume.to === undefined ? [] : [rebind(volume, { namespace: release.namespace, name: volume.to }, ownClaims.includes(volume.to) ? release : undefined)],
  ),
];

const setAside = (volume: Found['volumes'][number], spec: Spec): TypedStep =>
  handOver(setAsideId(volume.claim), volume, { namespace: spec.source.namespace, name: keptName(volume.claim, spec) });

/** Helm takes a claim of the chart over only where it wears the release's marks. */
const rebind = (volume: Found['volumes'][number], to: Named, release: Found['release'] | undefined): TypedStep =>
  handOver(`rebind/${volume.claim}`, volume, to, release);

interface Named {
  readonly namespace: string;
  readonly name: string;
}

function handOver(id: string, { claim, volume, fate }: Found['volumes'][number], to: Named, release?: Found['release']): TypedStep {
  return {
    id,
    step: 'handOverVolume',
    title: fate === 'replace' ? `Keep the old volume of ${claim} as ${to.name}` : `Give the volume of ${claim} to the new server as ${to.name}`,
    group: 'aside',
    input: { claim: { namespace: to.namespace, name: claim }, volume, to, ...(release && { release }), withinSeconds: bindSeconds },
    withinSeconds: bindSeconds,
  };
}
