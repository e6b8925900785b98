import { createHash } from 'node:crypto';

/** Of a run's publication, slot, role and subscription for one database: whoever comes again finds them by it. Names of servers are short. */
export const precopyName = ({ run, to }: { readonly run: string; readonly to: string }): string =>
  `rehelm_${createHash('sha256').update(`${run}\0${to}`).digest('hex').slice(0, 16)}`;

/** The name of the guard's session on the source: by it others see that it is there. */
export const guardOf = (name: string): string => `guard ${name}`;
