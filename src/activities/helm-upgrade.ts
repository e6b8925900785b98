import type { Act } from '../model/act.js';
import type { Adapters } from './adapters.js';
import { type FollowUp, type FollowUpUndo, followUp, followUpProblems, undoFollowUp } from './release/follow-up.js';

export type HelmUpgradeInput = FollowUp;

/** Guide 002, step 7: `helm upgrade` to the values that the product is to run with, while users are still held out. */
export function helmUpgrade({ kube, helm, journal, locks }: Pick<Adapters, 'kube' | 'helm' | 'journal' | 'locks'>) {
  const part = { kube, helm, journal, locks };

  return {
    /** The chart renders with these values, too. */
    async checkHelmUpgrade(input: HelmUpgradeInput, act: Act): Promise<readonly string[]> {
      return followUpProblems(part, input, act);
    },

    /** Names the release and where its former values stand. Changes nothing. */
    async captureHelmUpgrade({ release, chart, installStep, noHooks, timeoutSeconds }: HelmUpgradeInput): Promise<FollowUpUndo> {
      return { release, chart, installStep, ...(noHooks && { noHooks }), ...(timeoutSeconds !== undefined && { timeoutSeconds }) };
    },

    /** Without waiting for readiness. Safe to repeat. */
    async helmUpgrade(input: HelmUpgradeInput, act: Act): Promise<{ readonly revision: number }> {
      const { revision } = await followUp(part, input, act);
      return { revision };
    },

    /** Upgrades back to the values of the install. Safe to repeat, and safe if helmUpgrade never ran. */
    async undoHelmUpgrade(captured: FollowUpUndo, act: Act): Promise<void> {
      await undoFollowUp(part, captured, act);
    },
  };
}
