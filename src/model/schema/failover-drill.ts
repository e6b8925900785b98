import { z } from 'zod';
import { approval, dnsName, namespaceName, notify, onFailure, timeLimit } from './parts.js';
import { schedule } from './schedule.js';

const selector = z.strictObject({ selector: z.string().min(1, 'a selector is mandatory: what is not selected is not touched') });

/** `service/pgpool` or `service/pgpool:9999`, in the target's namespace. */
const service = (port: number) =>
  z
    .string()
    .regex(/^service\/[a-z0-9][-a-z0-9]*(:\d{1,5})?$/, 'expected service/NAME or service/NAME:PORT of the target')
    .transform((text) => {
      const [name = '', given] = text.slice('service/'.length).split(':');
      return { name, port: given === undefined ? port : Number(given) };
    });

const postgresql = z.strictObject({
  engine: z.literal('postgresql'),
  namespace: namespaceName,
  pods: selector,
  /** The way in that users take: what stands before the members is drilled with them. */
  writeTo: service(5432),
  /** Made if it is missing, dropped where the drill leaves it empty. */
  ledger: z
    .strictObject({ database: z.string().regex(/^[a-z_][a-z0-9_]{0,62}$/, 'expected a database name: lower case letters, digits and _') })
    .default({ database: 'rehelm_drill' }),
  login: z.strictObject({ secretRef: z.strictObject({ name: dnsName, userKey: z.string().default('username'), passwordKey: z.string().default('password') }) }),
});

/** Anything that answers HTTP and holds nothing. */
const http = z.strictObject({
  engine: z.literal('http'),
  namespace: namespaceName,
  pods: selector,
  requestTo: service(80),
  path: z.string().regex(/^\//, 'expected a path that begins with /').default('/'),
});

const instant = z.strictObject({
  kind: z.enum(['podDelete', 'sigkill']),
  of: z.enum(['primary', 'replica']).default('primary'),
  revertAfter: timeLimit.default(600),
});

const sigstop = z.strictObject({
  kind: z.literal('sigstop'),
  of: z.enum(['primary', 'replica']).default('primary'),
  lasts: timeLimit.default(60),
  revertAfter: timeLimit.default(600),
  /** The target's own liveness probe may end the fault: it is its fence. Else a fault that did not last proves nothing. */
  fencedByProbe: z.boolean().default(false),
});

const nodeOff = z.strictObject({
  kind: z.literal('nodeOff'),
  of: z.enum(['primary', 'replica']).default('primary'),
  /** A power controller that an admin configured, by its name. */
  power: dnsName,
  lasts: timeLimit.default(60),
  revertAfter: timeLimit.default(600),
});

const expect = z.strictObject({ rto: timeLimit.optional(), lostWrites: z.number().int().min(0).optional() });
const ofProfile = z.strictObject({ expect: expect.default({}) });

const whole = z.strictObject({
  apiVersion: z.literal('rehelm.dev/v1alpha1'),
  kind: z.literal('FailoverDrill'),
  metadata: z.strictObject({ name: dnsName.max(40, 'a drill has a name of up to 40 characters') }),
  target: z.discriminatedUnion('engine', [postgresql, http]),
  fault: z.discriminatedUnion('kind', [instant, sigstop, nodeOff]),
  load: z
    .strictObject({
      writers: z.number().int().min(1).max(200).default(10),
      writesPerSecond: z.number().int().min(1).max(2000).default(120),
      steadyFor: timeLimit.default(60),
      settleFor: timeLimit.default(30),
    })
    .default({ writers: 10, writesPerSecond: 120, steadyFor: 60, settleFor: 30 }),
  /** One course each, in this order. Nothing on the server is changed for any of them. */
  profiles: z
    .strictObject({ asConfigured: ofProfile.optional(), strict: ofProfile.optional(), loose: ofProfile.optional() })
    .default({ asConfigured: { expect: {} } }),
  expect: z.strictObject({ redundancyWithin: timeLimit.default(600) }).default({ redundancyWithin: 600 }),
  allowed: z.strictObject({ collateral: z.array(namespaceName).default([]) }).default({ collateral: [] }),
  approval,
  onFailure,
  notify,
  schedule: schedule.optional(),
});

type Whole = z.output<typeof whole>;

function clashesOf({ fault, profiles, target }: Whole): readonly (readonly [path: readonly string[], message: string])[] {
  const lasts = 'lasts' in fault ? fault.lasts : 0;
  return [
    ...(lasts >= fault.revertAfter
      ? [[['fault', 'revertAfter'], `the guard would take the fault back after ${fault.revertAfter} s; it lasts ${lasts} s`] as const]
      : []),
    ...(Object.keys(profiles).length === 0 ? [[['profiles'], 'name at least one profile: asConfigured, strict or loose'] as const] : []),
    ...(target.engine === 'http' && (profiles.strict || profiles.loose)
      ? [[['profiles'], 'a target that holds nothing has no strict and no loose profile'] as const]
      : []),
  ];
}

/** kind: FailoverDrill. Unknown keys are refused: nothing is silently ignored. */
export const failoverDrillSchema = whole
  .superRefine((spec, context) => {
    for (const [path, message] of clashesOf(spec)) context.addIssue({ code: 'custom', path: [...path], message });
  })
  .describe(
    'A fault ends before the guard would take it back: lasts is shorter than revertAfter. At least one profile is named; a target that holds nothing has neither strict nor loose. Durations are at most 365d; limits of time are longer than 0s.',
  );

export type FailoverDrillSpec = z.output<typeof failoverDrillSchema>;
