import { z } from 'zod';
import { parseWindow } from '../schedule/window.js';
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

const podDelete = z.strictObject({
  kind: z.literal('podDelete'),
  of: z.enum(['primary', 'replica']).default('primary'),
  revertAfter: timeLimit.default(600),
});

/** postmaster: PostgreSQL's first process alone, whose backends go on acknowledging for a while. */
const process = z.enum(['container', 'postmaster']).default('container');

const sigkill = z.strictObject({ ...podDelete.shape, kind: z.literal('sigkill'), process });

const sigstop = z.strictObject({
  kind: z.literal('sigstop'),
  of: z.enum(['primary', 'replica']).default('primary'),
  lasts: timeLimit.default(60),
  revertAfter: timeLimit.default(600),
  /** The target's own liveness probe may end the fault: it is its fence. Else a fault that did not last proves nothing. */
  fencedByProbe: z.boolean().default(false),
  process,
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

/** `Sun 03:00-05:00 Europe/Berlin` */
const window = z.string('expected a window such as Sun 03:00-05:00 Europe/Berlin').transform((text, context) => {
  const read = parseWindow(text);
  if (typeof read !== 'string') return read;
  context.addIssue({ code: 'custom', message: read });
  return z.NEVER;
});

const percent = z
  .string('expected a percentage such as 5%')
  .regex(/^\d{1,2}(\.\d+)?%$/, 'expected a percentage such as 5%')
  .transform((text) => Number(text.slice(0, -1)) / 100);

const stopWhen = z.strictObject({
  /** Users' way in, over HTTP: it is asked five times a second. */
  errorRateOf: service(80).optional(),
  path: z.string().regex(/^\//, 'expected a path that begins with /').default('/'),
  above: percent.optional(),
  /** Another member than the one that was hit has not answered for so long. */
  secondMemberIll: timeLimit.optional(),
});

const allowed = z.strictObject({
  /** When it may be run; the whole of its worst course fits in. */
  window: window.optional(),
  /** Other namespaces whose pods may go down with a node. */
  collateral: z.array(namespaceName).default([]),
  /** Then the fault is taken back at once, and the drill is red. */
  stopWhen: stopWhen.optional(),
});

/** Only once the power controller says that the node is off. */
const stuckPods = z.strictObject({
  forceDelete: z.literal('whenNodeIsOff').optional(),
  /** The taint of that name: Kubernetes deletes the node's pods and detaches their volumes. Taken off again. */
  outOfService: z.literal('whenNodeIsOff').optional(),
});

/** A program in the first container of the member that was primary: what its operator would run. */
const failback = z.strictObject({ command: z.array(z.string().min(1)).min(1).max(30), within: timeLimit.default(120) });

/** Who knows that this is production, and until when. Another person approves the start. */
const iUnderstand = z.strictObject({
  cluster: z.string().min(1, 'cluster is required'),
  namespace: namespaceName,
  by: z.string().min(1, 'by is required'),
  until: z.iso.date('expected a date such as 2027-03-31'),
});

const whole = z.strictObject({
  apiVersion: z.literal('rehelm.dev/v1alpha1'),
  kind: z.literal('FailoverDrill'),
  metadata: z.strictObject({ name: dnsName.max(40, 'a drill has a name of up to 40 characters') }),
  target: z.discriminatedUnion('engine', [postgresql, http]),
  fault: z.discriminatedUnion('kind', [podDelete, sigkill, sigstop, nodeOff]),
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
  /** Two primaries are never expected; who likes may say so. */
  expect: z
    .strictObject({ redundancyWithin: timeLimit.default(600), twoPrimaries: z.literal('never').default('never') })
    .default({ redundancyWithin: 600, twoPrimaries: 'never' }),
  allowed: allowed.default({ collateral: [] }),
  /** How pods that hang in Terminating are freed; without it they are only shown. */
  stuckPods: stuckPods.optional(),
  failback: failback.optional(),
  iUnderstand: iUnderstand.optional(),
  approval,
  onFailure,
  notify,
  schedule: schedule.optional(),
});

type Whole = z.output<typeof whole>;

type Clash = readonly [path: readonly string[], message: string];

function stuckClashes({ fault, stuckPods: how }: Whole): readonly Clash[] {
  if (!how) return [];
  if (fault.kind !== 'nodeOff') return [[['stuckPods'], `only a node that is off leaves pods stuck: fault.kind is ${fault.kind}`]];
  return (how.forceDelete === undefined) === (how.outOfService === undefined) ? [[['stuckPods'], 'say one of forceDelete and outOfService']] : [];
}

function stopClashes(stop: Whole['allowed']['stopWhen']): readonly Clash[] {
  if (!stop) return [];
  const path = ['allowed', 'stopWhen'];
  if ((stop.errorRateOf === undefined) !== (stop.above === undefined)) return [[path, 'errorRateOf and above belong together']];
  return stop.errorRateOf || stop.secondMemberIll !== undefined ? [] : [[path, 'say when: errorRateOf with above, or secondMemberIll']];
}

/** What only one of the engines has. */
function engineClashes({ fault, profiles, target, failback: back }: Whole): readonly Clash[] {
  const clashes: Clash[] = [];
  const isPostgres = target.engine === 'postgresql';
  if (back && (!isPostgres || fault.of !== 'primary')) clashes.push([['failback'], 'only a primary can be made primary again']);
  if (isPostgres) return clashes;
  if ('process' in fault && fault.process === 'postmaster') clashes.push([['fault', 'process'], 'only PostgreSQL has a postmaster']);
  if (profiles.strict || profiles.loose) clashes.push([['profiles'], 'a target that holds nothing has no strict and no loose profile']);
  return clashes;
}

function clashesOf(spec: Whole): readonly Clash[] {
  const { fault, profiles, target, allowed, iUnderstand: waiver } = spec;
  const lasts = 'lasts' in fault ? fault.lasts : 0;
  return [
    ...stopClashes(allowed.stopWhen),
    ...stuckClashes(spec),
    ...engineClashes(spec),
    ...(lasts >= fault.revertAfter
      ? [[['fault', 'revertAfter'], `the guard would take the fault back after ${fault.revertAfter} s; it lasts ${lasts} s`] as const]
      : []),
    ...(Object.keys(profiles).length === 0 ? [[['profiles'], 'name at least one profile: asConfigured, strict or loose'] as const] : []),
    ...(waiver && waiver.namespace !== target.namespace
      ? [[['iUnderstand', 'namespace'], `it names ${waiver.namespace}; the target is in ${target.namespace}`] as const]
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
