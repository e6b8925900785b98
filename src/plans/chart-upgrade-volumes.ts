import type { FoundUpgrade as Found, ChartUpgradeSpec as Spec } from '../model/chart-upgrade.js';
import type { TypedStep } from './step.js';

/** How long Kubernetes may take to let a volume go and to bind it, in seconds. */
const bindSeconds = 300;

const maxName = 253;
/** Of what keeps something of the old release until the finalize. */
export const keptName = (name: string, { target: { version } }: Pick<Spec, 'target'>): string =>
  `${name}-before-${version.toLowerCase().replace(/[^a-z0-9]+/g, '-')}`.slice(0, maxName).replace(/-+$/, '');

export const setAsideId = (claim: string): string => `aside/${claim}`;

function keep({ claim, volume }: Found['volumes'][number], spec: Spec): TypedStep {
  const { namespace } = spec.source;
  const to = { namespace, name: keptName(claim, spec) };
  return {
    id: setAsideId(claim),
    step: 'handOverVolume',
    title: `Keep the old volume of ${claim} as ${to.name}`,
    group: 'aside',
    input: { claim: { namespace, name: claim }, volume, to, withinSeconds: bindSeconds },
    withinSeconds: bindSeconds,
  };
}

/** The old volumes keep their data under claims of another name: a Released volume is what clean-ups delete. */
export const setAside = (spec: Spec, { volumes }: Found): readonly TypedStep[] =>
  volumes.filter(({ fate }) => fate === 'replace').map((volume) => keep(volume, spec));
