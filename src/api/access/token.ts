import { createHash } from 'node:crypto';

/** A token as the access file holds it. Tokens are random and long, so a plain hash tells nothing of them. */
export const hashOf = (token: string): string => `sha256:${createHash('sha256').update(token).digest('hex')}`;
