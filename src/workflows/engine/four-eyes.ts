import { ActivityFailure, ApplicationFailure, log, workflowInfo } from '@temporalio/workflow';
import { workflowOfRun } from '../../model/afterwards.js';
import type { SignedVerb } from '../../model/four-eyes.js';
import { clerk } from './clerk.js';
import { refuse } from './messages.js';

export interface Demand {
  readonly verb: SignedVerb;
  readonly about: string;
  readonly plan: string;
  readonly by: string;
  readonly signature: string | undefined;
}

interface Of {
  readonly run: string;
  readonly started: unknown;
}

/** Where four eyes are asked for: verbs count only with the API's signature, each signature once. */
export class FourEyes {
  readonly #of: () => Of | undefined;
  readonly #used = new Set<string>();

  /** `of` answers nothing where four eyes are not asked for. */
  constructor(of: () => Of | undefined) {
    this.#of = of;
  }

  get on(): boolean {
    return this.#of() !== undefined;
  }

  /** Undefined where four eyes are not asked for: then everything goes on at once, as ever. Else it is looked at in an activity, and NotSigned says what is wrong. */
  verify(demand: Demand): Promise<void> | undefined {
    const of = this.#of();
    return of && this.#verified(demand, of);
  }

  async #verified(demand: Demand, { run, started }: Of): Promise<void> {
    const { signature } = demand;
    try {
      await clerk.verifySigned({ ...demand, workflowId: workflowOfRun(workflowInfo().workflowId), run, started });
    } catch (error) {
      const cause = error instanceof ActivityFailure ? error.cause : error;
      if (cause instanceof ApplicationFailure) log.warn('a verb is refused', { verb: demand.verb, about: demand.about, by: demand.by, reason: cause.message });
      throw cause ?? error;
    }
    // Whoever may read the history could send it again, after a withdrawal.
    if (signature === undefined || this.#used.has(signature)) throw refuse('this signature was used before');
    this.#used.add(signature);
  }
}
