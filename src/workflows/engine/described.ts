import { type ActivityInterfaceFor, type ActivityOptions, proxyActivities } from '@temporalio/workflow';
import type { Activities } from '../../activities/index.js';

/** Activities with what the Temporal UI shows of each in the run's timeline: none is called that nobody has described. */
export function described<N extends keyof Activities>(
  options: ActivityOptions,
  summaries: { readonly [name in N]: string },
): ActivityInterfaceFor<Pick<Activities, N>> {
  const proxied = Object.entries<string>(summaries).map(([name, summary]) => [name, proxyActivities<Activities>({ ...options, summary })[name as N]]);
  return Object.fromEntries(proxied) as ActivityInterfaceFor<Pick<Activities, N>>;
}
