import { randomBytes } from 'node:crypto';
import type { KubeReader } from '../../adapters/kube/kube.js';
import { failure } from '../../errors.js';
import { type Act, systemNamespace } from '../../model/act.js';
import type { DrillRequest } from '../../model/drill.js';
import type { CourseInput } from '../../model/failover-drill.js';
import type { Secret } from '../../model/kube-object.js';
import { courseName } from './drill-manifests.js';

/** Secrets that admins make: `http` and `token` of a controller that switches nodes. */
export const powerSecret = (power: string) => ({ apiVersion: 'v1', kind: 'Secret', namespace: systemNamespace, name: `rehelm-power-${power}` });

/** All that driver, guard and hands are told. NotFound names the Secret or key that is missing; no message quotes a value. */
export async function drillRequest(kube: KubeReader, input: CourseInput, act: Act, image: string): Promise<DrillRequest> {
  const { login, power, profile, target, fault, load, expect, members, window, stopWhen, failback } = input;
  return {
    run: act.run,
    name: courseName(act.run, profile),
    ...{ profile, target, fault, load, expect },
    members: members.length,
    token: randomBytes(24).toString('hex'),
    image,
    ...(window && { window }),
    ...(stopWhen && { stopWhen }),
    ...(failback && { failback }),
    ...(login && { login: await readLogin(kube, login) }),
    ...(power !== undefined && { power: await readPower(kube, power) }),
  };
}

async function readLogin(kube: KubeReader, { namespace, name, userKey, passwordKey }: NonNullable<CourseInput['login']>) {
  const secret = await kube.get<Secret>({ apiVersion: 'v1', kind: 'Secret', namespace, name });
  return { user: keyOf(secret, `${namespace}/${name}`, userKey), password: keyOf(secret, `${namespace}/${name}`, passwordKey) };
}

async function readPower(kube: KubeReader, power: string) {
  const ref = powerSecret(power);
  const secret = await kube.get<Secret>(ref);
  const shown = `${ref.namespace}/${ref.name}`;
  return { http: keyOf(secret, shown, 'http'), token: keyOf(secret, shown, 'token') };
}

function keyOf(secret: Secret | undefined, shown: string, key: string): string {
  if (!secret) throw failure('NotFound', `Secret ${shown} is not there`);
  const value = secret.data?.[key];
  if (value === undefined) throw failure('NotFound', `Secret ${shown} has no key ${key}; it has ${Object.keys(secret.data ?? {}).join(', ') || 'none'}`);
  return Buffer.from(value, 'base64').toString();
}
