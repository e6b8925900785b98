import { runDrill } from '../drill/run-drill.js';
import { apply, kubectl, type Place } from '../story/tools.js';
import { playUpgrade } from '../story/upgrade-course.js';
import { example, helm, inNamespace, namespace, query, release } from './product.js';
import { scene } from './scene.js';
import { expectLogin, untilUsersFound } from './serves.js';
import { workflowId, writeSpec } from './spec.js';

const members = {
  namespace,
  pods: { selector: `app.kubernetes.io/instance=${release},app.kubernetes.io/component=postgresql` },
  writeTo: `service/${release}-postgresql-ha-pgpool`,
};

const drill = {
  apiVersion: 'rehelm.dev/v1alpha1',
  kind: 'FailoverDrill',
  metadata: { name: 'sso-failover' },
  target: { engine: 'postgresql', ...members, login: { secretRef: { name: 'drill-login', userKey: 'user' } } },
  fault: { kind: 'podDelete', of: 'primary', revertAfter: '4m' },
  load: { writers: 5, writesPerSecond: 60, steadyFor: '15s', settleFor: '5s' },
  profiles: { strict: { expect: { rto: '90s', lostWrites: 0 } } },
  expect: { redundancyWithin: '4m' },
  approval: 'none',
};

/** The pooler knows the product's role only: for the drill it may do more. */
async function letDrillIn(place: Place): Promise<void> {
  const { stdout: password } = await inNamespace(place, ['get', 'secret', `${release}-postgresql-ha-postgresql`, '-o', 'jsonpath={.data.password}']);
  const data = { user: Buffer.from('keycloak').toString('base64'), password };
  await apply(place, [{ apiVersion: 'v1', kind: 'Secret', metadata: { namespace, name: 'drill-login' }, data }]);
  await kubectl(place, ['label', 'namespace', namespace, 'rehelm.dev/production=false', '--overwrite']);
  await query(place, 'alter role keycloak createdb; grant pg_monitor to keycloak');
}

await playUpgrade({
  scene,
  workflowId,
  newRelease: 'sso-2.0.0',
  writeSpec,
  untilServed: untilUsersFound,
  upgradeByHand: (place) => helm(place, ['upgrade', release, `${example}/charts/sso-1`, '--reuse-values', '--set', 'keycloak.replicas=1']),
  async tryAfter(place, folder, tell) {
    await letDrillIn(place);
    const { result } = await runDrill(place, { name: 'sso-failover', namespace, spec: drill }, folder);
    const { verdict, reasons, lost } = result;
    if (verdict !== 'green') throw new Error(`a failover after the migration is ${verdict}: ${reasons.join('; ')}`);
    tell('a failover of the new primary lost nothing');
    await untilUsersFound(place);
    await expectLogin(place);
    return { drill: { verdict, lost } };
  },
});
