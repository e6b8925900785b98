import { z } from 'zod';
import { dnsName, namespaceName, secretKeyRef, serviceName } from './parts.js';

/** A host name or an address, as pods of the cluster resolve it. */
export const hostName = z
  .string()
  .max(253)
  .regex(/^[A-Za-z0-9]([-A-Za-z0-9.:]*[A-Za-z0-9])?$/, 'expected a host name or an address');

/** Where the server is: a Service of this cluster, or a host that its pods reach. */
const place = (port: number) => ({ service: serviceName.optional(), host: hostName.optional(), port: z.number().int().min(1).max(65_535).default(port) });

const adminSecret = z.strictObject({
  namespace: namespaceName,
  name: dnsName,
  userKey: z.string().min(1).default('username'),
  passwordKey: z.string().min(1).default('password'),
});

/** Without it nothing is encrypted. `ca`: a PEM of the authorities to trust; `insecure` takes any certificate. */
export const tls = z.union([z.strictObject({ ca: secretKeyRef }), z.strictObject({ insecure: z.literal(true) })]);

const postgresql = z.strictObject({
  engine: z.literal('postgresql'),
  at: z.strictObject({
    ...place(5432),
    /** `user`: where the Secret holds the password only. */
    admin: z.strictObject({ user: z.string().min(1).optional(), secretRef: adminSecret }),
    tls: tls.optional(),
  }),
});

const mongodb = z.strictObject({
  engine: z.literal('mongodb'),
  at: z.strictObject({ ...place(27_017), admin: z.strictObject({ secretRef: adminSecret }), tls: tls.optional() }),
});

const placed = ({ at }: { readonly at: { readonly service?: unknown; readonly host?: unknown } }, context: z.RefinementCtx) => {
  if ((at.service === undefined) === (at.host === undefined)) context.addIssue({ code: 'custom', path: ['at'], message: 'say one of service and host' });
};

/** A database server with its administrator, PostgreSQL's superuser or MongoDB's root. */
export const databaseServer = z.discriminatedUnion('engine', [postgresql, mongodb]).superRefine(placed);

export type PostgresServerSpec = z.output<typeof postgresql>;
export type DatabaseServerSpec = z.output<typeof databaseServer>;

/** In bytes. What is restored and what is replaced get longer names for a while. */
export const longestName = 46;

/** Names that either engine takes for a database: 63 bytes, no NUL. */
export const databaseName = z
  .string()
  .min(1)
  .refine((name) => Buffer.byteLength(name) <= 63 && !name.includes('\0'), 'expected a name of a database: up to 63 bytes');
