import { failure } from '../errors.js';
import type { Act } from '../model/act.js';
import type { ObjectRef } from '../model/refs.js';
import type { Adapters } from './adapters.js';
import { spoiltClaims } from './release/spoilt-claims.js';

export interface VerifyHandedOverInput {
  readonly claims: readonly ObjectRef[];
}

/** The claims of the target are those that were handed over: somebody may have deleted one while the run waited. */
export function verifyHandedOver({ kube }: Pick<Adapters, 'kube'>) {
  return {
    /** The claims come with the hand-over: nothing can be known before. */
    async checkVerifyHandedOver(_: VerifyHandedOverInput): Promise<readonly string[]> {
      return [];
    },

    /** Nothing is changed, so there is nothing to go back to. */
    async captureVerifyHandedOver(_: VerifyHandedOverInput): Promise<null> {
      return null;
    },

    /** NotOurs with a sentence for each claim that is gone, going, or another one. */
    async verifyHandedOver({ claims }: VerifyHandedOverInput, act: Act): Promise<{ readonly claims: number }> {
      const spoilt = await spoiltClaims(kube, claims, act);
      if (spoilt.length > 0) throw failure('NotOurs', spoilt.join('; '));
      return { claims: claims.length };
    },

    /** Nothing was changed. */
    async undoVerifyHandedOver(_captured: null, _act: Act): Promise<void> {},
  };
}
