import { z } from 'zod';
import { byteSize } from './byte-size.js';
import { dnsName, namespaceName } from './parts.js';

const volume = z.strictObject({
  namespace: namespaceName,
  /** Used where it is there, else made. */
  claim: dnsName,
  /** Of one that is made; default: three times the databases, at least 1Gi. */
  size: byteSize.optional(),
  /** Default: the cluster's own. */
  storageClass: dnsName.optional(),
});

const s3 = z.strictObject({
  /** Default: AWS's own of the region. */
  endpoint: z.url({ protocol: /^https?$/, error: 'expected an http or https address' }).optional(),
  region: z.string().min(1).default('us-east-1'),
  bucket: z.string().regex(/^[a-z0-9][-a-z0-9.]{1,61}[a-z0-9]$/, 'expected the name of a bucket: 3 to 63 lower case letters, digits, - and .'),
  /** Before the names of all objects. */
  prefix: z
    .string()
    .regex(/^[A-Za-z0-9][-\w./]*$/, 'expected letters, digits, -, _, . and /')
    .refine((text) => !text.split('/').some((part) => part === '' || part === '.' || part === '..'), 'expected names with single slashes between')
    .optional(),
  secretRef: z.strictObject({
    namespace: namespaceName,
    name: dnsName,
    idKey: z.string().min(1).default('accessKeyId'),
    secretKey: z.string().min(1).default('secretAccessKey'),
  }),
});

/** Where backups are: on a volume of this cluster, or in S3-compatible storage. */
export const backupPlace = z
  .strictObject({
    volume: volume.optional(),
    s3: s3.optional(),
    /** Of the volume on which a pod makes or opens what is encrypted or far away; it goes with the pod. Default: the cluster's own class. */
    staging: z.strictObject({ storageClass: dnsName }).optional(),
  })
  .superRefine(({ volume: onVolume, s3: inS3 }, context) => {
    if ((onVolume === undefined) === (inS3 === undefined)) context.addIssue({ code: 'custom', path: [], message: 'say one of volume and s3' });
  });

export type BackupPlaceSpec = z.output<typeof backupPlace>;
