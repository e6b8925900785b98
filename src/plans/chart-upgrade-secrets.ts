import type { FoundUpgrade as Found, ChartUpgradeSpec as Spec } from '../model/chart-upgrade.js';
import type { Phase } from '../model/plan.js';
import { showRef } from '../model/refs.js';
import { keptName } from './chart-upgrade-volumes.js';
import type { TypedStep } from './step.js';

type Rekeyed = Spec['secrets']['rekey'][number];

const secretRef = (name: string, { source: { namespace } }: Pick<Spec, 'source'>) => ({ apiVersion: 'v1', kind: 'Secret', namespace, name });

/** Where the values lie while the old Secret is gone and the new one is not there yet. */
const aside = ({ name }: Rekeyed, spec: Spec) => ({ namespace: spec.source.namespace, name: keptName(name, spec) });
const asideId = ({ name }: Rekeyed): string => `rekey/${name}`;
const carryId = ({ name, to = name }: Rekeyed): string => `secret/${to}`;

/** Before anything stops: with the new chart's keys, beside the old one. */
export const keepSecrets = (spec: Spec): readonly TypedStep[] =>
  spec.secrets.rekey.map((secret) => {
    const { name, keys } = secret;
    const { namespace } = spec.source;
    return {
      id: asideId(secret),
      step: 'carrySecret',
      title: `Keep Secret ${name} under the new chart's keys as ${aside(secret, spec).name}`,
      group: 'keys',
      input: { from: { namespace, name }, to: aside(secret, spec), keys },
    };
  });

/** Guide 002, step 4: once the old release is gone, for the new chart to make anew or to find. */
export const exchangeSecrets = (spec: Spec, found: Found): readonly TypedStep[] => [
  ...[...spec.secrets.regenerate, ...spec.secrets.rekey.map(({ name, to = name }) => to)].map((name) => forget(name, spec)),
  ...spec.secrets.rekey.map((secret) => bringBack(secret, spec, found)),
];

function forget(name: string, spec: Spec): TypedStep {
  const object = secretRef(name, spec);
  return {
    id: `forget/${name}`,
    step: 'deleteObject',
    title: `Delete ${showRef(object)}, where the release has left it`,
    group: 'forget',
    input: { object },
  };
}

function bringBack(secret: Rekeyed, spec: Spec, { release, ownSecrets }: Found): TypedStep {
  const { name, to = name } = secret;
  return {
    id: carryId(secret),
    step: 'carrySecret',
    title: `Secret ${to} with the values of old, for the new chart to find`,
    group: 'secrets',
    input: {
      ...{ from: aside(secret, spec), to: { namespace: spec.source.namespace, name: to }, carriedBy: asideId(secret) },
      // Helm takes an object of the chart over only where it wears the release's marks.
      ...(ownSecrets.includes(to) && { release }),
    },
  };
}

/** A chart that makes values of its own where it finds some would lock everybody out. */
export const proveSecrets = (spec: Spec): readonly TypedStep[] =>
  spec.secrets.rekey.map((secret) => {
    const { name, to = name } = secret;
    return {
      id: `kept/${to}`,
      step: 'verifyCarriedSecret',
      proves: true,
      title: `The chart has kept the values of Secret ${to}`,
      group: 'kept',
      input: { to: { namespace: spec.source.namespace, name: to }, carriedBy: carryId(secret), mayHaveMore: true },
    };
  });

/** By a finalize. */
export const dropKeptSecrets = (spec: Spec): Phase => ({
  id: 'secrets',
  title: 'Kept secrets',
  steps: spec.secrets.rekey.map((secret) => {
    const object = secretRef(aside(secret, spec).name, spec);
    return { id: `finalize/delete/Secret/${object.name}`, step: 'deleteObject', title: `Delete ${showRef(object)}`, group: 'secrets', input: { object } };
  }),
});
