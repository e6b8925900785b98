import { z } from 'zod';
import { dnsName, named } from './parts.js';

/** A data directory within its volume; `.` where it is the whole volume. */
export const dataDirectory = z.string().regex(/^(\.|[^/.][^/]*(\/[^/.][^/]*)*)$/, 'expected a path within the volume such as pgdata');

/** A claim with a data directory on it. */
export const dataVolume = {
  claim: named,
  data: dataDirectory.default('.'),
  /** To whom the files belong. */
  user: z.strictObject({ uid: z.number().int().min(1), gid: z.number().int().min(1) }),
};

/** An absolute path; looked for on the image's PATH and where Debian has them besides. */
export const binaries = z.string().startsWith('/').exactOptional();

/** The image that brings a server's programs. */
export const serverImage = { image: z.string().min(1), binaries, pullSecrets: z.array(dnsName).exactOptional() };
