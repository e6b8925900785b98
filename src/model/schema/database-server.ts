import { z } from 'zod';
import { dnsName, namespaceName, secretKeyRef } from './parts.js';

const portNumber = z.number().int().min(1).max(65_535);

/** A host name or an address, as pods of the cluster resolve it. */
const hostName = z
  .string()
  .max(253)
  .regex(/^[A-Za-z0-9]([-A-Za-z0-9.:]*[A-Za-z0-9])?$/, 'expected a host name or an address');

const admin = z.strictObject({
  /** Where the Secret holds the password only. */
  user: z.string().min(1).optional(),
  secretRef: z.strictObject({
    namespace: namespaceName,
    name: dnsName,
    userKey: z.string().min(1).default('username'),
    passwordKey: z.string().min(1).default('password'),
  }),
});

/** `ca`: a PEM of the authorities to trust; without it the server's certificate is not looked at, which `insecure` says. */
const tls = z.union([z.strictObject({ ca: secretKeyRef }), z.strictObject({ insecure: z.literal(true) })]);

const whole = z.strictObject({
  service: z.strictObject({ namespace: namespaceName, name: dnsName, port: portNumber.default(5432) }).optional(),
  address: z.strictObject({ host: hostName, port: portNumber.default(5432) }).optional(),
  admin,
  tls: tls.optional(),
});

/** A PostgreSQL server: a Service of this cluster or an address that its pods reach, and a Secret with its superuser. */
export const databaseServer = whole.superRefine(({ service, address }, context) => {
  if ((service === undefined) === (address === undefined)) context.addIssue({ code: 'custom', path: [], message: 'say one of service and address' });
});

export type DatabaseServerSpec = z.output<typeof databaseServer>;

/** Names that PostgreSQL takes for a database: 63 bytes, no NUL. */
export const databaseName = z
  .string()
  .min(1)
  .refine((name) => Buffer.byteLength(name) <= 63 && !name.includes('\0'), 'expected a name of a database: up to 63 bytes');
