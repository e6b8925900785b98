import type { ApiKey } from '../../adapters/cluster-key/api-key.js';
import { sign } from '../../adapters/cluster-key/sign.js';
import { workflowOfRun } from '../../model/afterwards.js';
import { needsFourEyes, type SignedVerb, type StartedBy } from '../../model/four-eyes.js';
import { kindNamed } from '../../model/kinds.js';
import { demandSecond } from '../../model/schema/demand-second.js';
import type { SpecKinds } from '../../model/schema/kinds.js';
import { invalidSpec } from '../../model/schema/read-spec.js';
import type { Runs, StartRequest } from '../../runs/runs.js';
import { Refusal } from '../refusal.js';

export interface FourEyesParts {
  readonly apiKey: ApiKey;
  readonly kinds: SpecKinds;
  /** Where four eyes are asked for, as the access file has it now. */
  readonly where: () => readonly string[];
}

export interface Asked {
  readonly verb: SignedVerb;
  readonly about: string;
  readonly plan: string;
}

/** What four eyes ask for before the port is asked: another person than who started, and the signature that shows it to the workflow. */
export class SecondPerson {
  readonly #parts: FourEyesParts;
  readonly #runs: Runs;
  readonly #by: string;

  constructor(parts: FourEyesParts, runs: Runs, by: string) {
    this.#parts = parts;
    this.#runs = runs;
    this.#by = by;
  }

  isAskedFor(namespaces: readonly string[]): boolean {
    return needsFourEyes(this.#parts.where(), namespaces);
  }

  /** What goes with a start; nothing where four eyes are not asked for. InvalidSpec where the spec leaves out whom they are asked from. */
  async startedBy({ spec, plan }: StartRequest, namespaces: readonly string[]): Promise<{ readonly started?: StartedBy }> {
    if (!this.isAskedFor(namespaces)) return {};
    demandSecond(spec);
    if (plan !== undefined) throw new Refusal('NotAllowed', 'Four eyes are asked for here: who starts a run does not approve it.');
    const workflowId = kindNamed(spec, this.#parts.kinds).workflowId(spec);
    if (workflowId === undefined) throw invalidSpec([{ path: [], message: 'nobody can tell what it would move' }]);
    const at = new Date().toISOString();
    const signature = sign(await this.#parts.apiKey(), { workflowId, run: '', verb: 'start', about: at, plan: '', by: this.#by });
    return { started: { by: this.#by, at, signature } };
  }

  /** The signature of a verb; nothing where four eyes are not asked for. NotAllowed for who started the run, and where nobody can tell who did. */
  async signature(name: string, namespaces: readonly string[], { verb, about, plan }: Asked): Promise<{ readonly signature?: string }> {
    const { workflowId, run, started } = await this.#runs.origin(workflowOfRun(name));
    if (!started && !this.isAskedFor(namespaces)) return {};
    if (!started)
      throw new Refusal(
        'NotAllowed',
        'Four eyes are asked for here, and nobody can tell who started this run: it was not started through the API while they were.',
      );
    if (started.by === this.#by) throw new Refusal('NotAllowed', `${this.#by} started this run: four eyes are asked for here, so another person must do this.`);
    return { signature: sign(await this.#parts.apiKey(), { workflowId, run, verb, about, plan, by: this.#by }) };
  }
}
