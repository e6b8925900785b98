import type { RetainedVolume } from '../model/finalize.js';
import type { Phase } from '../model/plan.js';
import type { TypedStep } from './step.js';

/** The step that sets a volume to Retain. */
export const retainId = (volume: string): string => `retain/${volume}`;

interface ClaimedVolume {
  readonly claim: string;
  readonly volume: string;
}

/** Whatever becomes of its claim: a rollback finds it. */
export const retain = ({ claim, volume }: ClaimedVolume): TypedStep => ({
  id: retainId(volume),
  step: 'retainVolume',
  title: `Keep the volume of ${claim}`,
  group: 'retain',
  input: { volume },
});

/** At a finalize: what was retained for a rollback lives and dies with its claim again. */
export function formerPolicies(retained: readonly RetainedVolume[]): Phase {
  const steps = retained.map(
    ({ volume, retainedBy }): TypedStep => ({
      id: `finalize/policy/${volume}`,
      step: 'restoreReclaimPolicy',
      title: `Give volume ${volume} its former reclaim policy back`,
      group: 'policy',
      input: { volume, retainedBy },
    }),
  );
  return { id: 'volumes', title: 'Volumes', steps };
}
