import { z } from 'zod';
import { durationPattern, durationSeconds, longestDuration } from '../duration.js';

const durationText = z.string('expected a duration such as 30s, 10m, 2h or 7d').regex(durationPattern, 'expected a duration such as 30s, 10m, 2h or 7d');

/** `30s`, `10m`, `2h`, `7d` → seconds; at most a year. */
export const duration = durationText.transform(durationSeconds).refine((seconds) => seconds <= longestDuration, 'longer than a year');

/** The same for what takes time: `0s` would end it before it began. */
export const timeLimit = duration.refine((seconds) => seconds > 0, 'expected more than 0s');

/** Most names of objects. */
export const dnsName = z
  .string()
  .max(253)
  .regex(/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/, 'expected a Kubernetes name: lower case letters, digits, - and .');

/** A DNS label, as namespaces are. */
export const namespaceName = z
  .string()
  .max(63)
  .regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/, 'expected the name of a namespace: lower case letters, digits and -');

/** Helm refuses release names over 53 characters. */
export const releaseName = dnsName.max(53, 'Helm takes release names up to 53 characters');

/** `a-*, b` or a list of such: names with * for any characters. */
export const patterns = z
  .union([z.string(), z.array(z.string()).min(1)])
  .transform((given) => (typeof given === 'string' ? given.split(',') : given).map((pattern) => pattern.trim()).filter(Boolean))
  .refine((list) => list.length > 0, 'expected at least one pattern');

const keyed = z.strictObject({ namespace: namespaceName, name: dnsName, key: z.string().min(1) });
export const named = z.strictObject({ namespace: namespaceName, name: dnsName });

export const secretKeyRef = z.strictObject({ secretRef: keyed });
export const secretRef = z.strictObject({ secretRef: named });

/** Of a Secret in the source's namespace. */
export const localSecretKeyRef = z.strictObject({ secretRef: z.strictObject({ namespace: namespaceName.optional(), name: dnsName, key: z.string().min(1) }) });

/** `deployment/service-api`, `statefulset/db` */
export const workload = z
  .string()
  .regex(/^(deployment|statefulset)\/[a-z0-9][-a-z0-9.]*$/, 'expected deployment/NAME or statefulset/NAME')
  .transform((text) => {
    const [kind = '', name = ''] = text.split('/');
    return { kind: kind === 'deployment' ? ('Deployment' as const) : ('StatefulSet' as const), name };
  });

/** `ingress/*`, `service/traefik`: what is withdrawn from users. */
export const exposure = z
  .string()
  .regex(/^(ingress|service)\/[-a-z0-9.*]+$/, 'expected ingress/NAME or service/NAME; * stands for any characters')
  .transform((text) => {
    const [kind = '', pattern = ''] = text.split('/');
    return { kind: kind === 'ingress' ? ('Ingress' as const) : ('Service' as const), pattern };
  });

/** `mongodb/mongodb-headless`: namespace and name of a Service. */
export const serviceName = z
  .string()
  .regex(/^[a-z0-9][-a-z0-9]*\/[a-z0-9][-a-z0-9.]*$/, 'expected NAMESPACE/SERVICE')
  .transform((text) => {
    const [namespace = '', name = ''] = text.split('/');
    return { namespace, name };
  });

/** Where values come from. A file's path is read by the CLI or the API and travels as a Secret of the run. */
export const valuesSource = z.union(
  [
    z.strictObject({ secretRef: z.strictObject({ namespace: namespaceName, name: dnsName, key: z.string().optional() }) }),
    z.strictObject({ configMapRef: z.strictObject({ namespace: namespaceName, name: dnsName, key: z.string().optional() }) }),
    z.strictObject({ inline: z.record(z.string(), z.unknown()) }),
  ],
  'expected {secretRef: {namespace, name, key}}, {configMapRef: …} or {inline: {…}}; a file path is read by rehelm run or the API when a run is started, not by the worker',
);

/** Values laid over others: dotted paths as Helm's `--set` has them, or nested as in a values file; every leaf on its own. */
export const overlay = z.record(z.string(), z.unknown()).transform((given) => leavesOf(given));

const isMap = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Lists are leaves, and so are empty maps. A dot in a key below the first level is the key's own. */
function leavesOf(given: Readonly<Record<string, unknown>>, under = ''): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(given).flatMap(([key, value]) => {
      const path = under === '' ? key : `${under}.${key.replaceAll('.', '\\.')}`;
      return isMap(value) && Object.keys(value).length > 0 ? Object.entries(leavesOf(value, path)) : [[path, value]];
    }),
  );
}

/** Who uses what is worked on: stopped first, and started again by a rollback only. */
export const writers = z.strictObject({
  namespace: namespaceName,
  selector: z.string().min(1, 'a selector is mandatory: what is not selected is not touched'),
});

const said = (what: string) => z.string().min(1, `${what} is required`);

/** Snapshots of the volumes: somebody vouches for them, or somebody waives them with a reason. */
export const snapshots = z.union(
  [
    z.strictObject({ attested: z.strictObject({ by: said('by'), reference: said('reference') }) }),
    z.strictObject({ waived: z.strictObject({ by: said('by'), reason: said('reason') }) }),
  ],
  'expected {attested: {by, reference}} or {waived: {by, reason}}',
);

const gatePolicy = z.strictObject({ within: duration.optional(), then: z.enum(['rollback', 'wait']).default('wait') });

/** Who must agree, and what happens when nobody does in time. */
export const approval = z
  .union([
    z.literal('none'),
    z.strictObject({
      start: z.union([z.literal('none'), z.strictObject({ ahead: duration.optional(), onDrift: z.literal('ask').default('ask') })]).default({ onDrift: 'ask' }),
      commit: z.union([z.literal('none'), gatePolicy]).default({ then: 'wait' }),
    }),
  ])
  .default({ start: { onDrift: 'ask' }, commit: { then: 'wait' } });

/** A failed step before the commit: how long it waits for a person, and what then. */
export const onFailure = z.strictObject({ wait: duration, then: z.enum(['rollback', 'wait']) }).default({ wait: 900, then: 'rollback' });

export const finalize = z
  .strictObject({ notBefore: duration.default(604_800), approval: z.enum(['required']).default('required') })
  .default({ notBefore: 604_800, approval: 'required' });

/** Who is told when a run waits, parks, fails to undo, rolled back, or a drill is red: a signed webhook each. */
export const notify = z
  .array(z.strictObject({ http: z.url({ protocol: /^https?$/, error: 'expected an http or https address' }), secretRef: keyed }))
  .max(5)
  .default([]);

/** `service` of the target; through the API server's proxy before the commit. */
export const probe = z.strictObject({
  name: z.string().min(1),
  http: z.url({ protocol: /^https?$/, error: 'expected an http or https address' }),
  expect: z.number().int().min(100).max(599).default(200),
  via: z
    .string()
    .regex(/^service\/[a-z0-9][-a-z0-9.]*(:\w+)?$/, 'expected service/NAME or service/NAME:PORT of the target')
    .optional(),
});
