import type { FoundUpgrade as Found, ChartUpgradeSpec as Spec } from '../model/chart-upgrade.js';
import type { Phase } from '../model/plan.js';
import { aroundHelmSeconds, awaitReady, chartWithValues, emptySet, helmSeconds, installId, start } from './changed-chart.js';
import { proveSecrets } from './chart-upgrade-secrets.js';
import { redisServer } from './redis-server.js';
import type { TypedStep } from './step.js';

/** Guide 002, step 5: nothing runs that would write to a database. */
export function installEmpty(spec: Spec, found: Found): Phase {
  const { release, chart } = found;
  const install: TypedStep = {
    id: installId,
    step: 'helmInstall',
    title: `helm install ${release.name} ${chart.name} ${chart.version}, empty and closed to users`,
    input: { release, ...chartWithValues(spec), set: emptySet(spec, found), uninstalledBy: 'uninstall', timeoutSeconds: helmSeconds },
    changeable: ['values', 'set'],
    withinSeconds: aroundHelmSeconds,
  };
  return { id: 'install', title: 'Install empty', steps: [install, ...proveSecrets(spec), ...awaitReady('first', spec, found.first)] };
}

/** Guide 002, steps 7 and 8. */
export const startNew = (spec: Spec, found: Found): Phase => ({ id: 'start', title: 'Start', steps: [...start(spec, found), ...forgottenKeys(spec)] });

/** Of the release's namespace, unless the spec says otherwise; one beside a Service of the release comes with it. */
export const redisOf = ({ source: { namespace } }: Spec, keys: Spec['redis'][number]) =>
  redisServer(keys, { namespace, ...(keys.service && { servedBy: installId }) });

/** Guide 002, step 8: what the product sets when it starts with an empty Redis. */
const forgottenKeys = (spec: Spec): readonly TypedStep[] =>
  spec.redis.map((keys, index) => ({
    id: `redis/${index}`,
    step: 'deleteRedisKeys',
    title: `Delete ${keys.delete.join(', ')} from Redis ${keys.service?.name ?? keys.host}`,
    input: { server: redisOf(spec, keys), patterns: keys.delete, atLeast: keys.atLeast, atMost: keys.atMost },
    changeable: ['patterns', 'atLeast', 'atMost'],
    skippable: true,
  }));
