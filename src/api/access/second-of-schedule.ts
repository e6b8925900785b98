import { sign } from '../../adapters/cluster-key/sign.js';
import { needsFourEyes } from '../../model/four-eyes.js';
import { approvalOf } from '../../model/schedule/standing-approval.js';
import { demandSecond } from '../../model/schema/demand-second.js';
import type { Acknowledged, ShownSchedule } from '../../runs/schedules.js';
import { Refusal } from '../refusal.js';
import type { FourEyesParts } from './second-person.js';

/**
 * What four eyes ask for of schedules: another person than who created one approves it, runs are triggered by another than who approved them, and what was
 * red is acknowledged by another than who created or triggered it. NotAllowed says whom it must not be.
 */
export class SecondOfSchedule {
  readonly #parts: Pick<FourEyesParts, 'apiKey' | 'where'>;
  readonly #by: string;

  constructor(parts: Pick<FourEyesParts, 'apiKey' | 'where'>, by: string) {
    this.#parts = parts;
    this.#by = by;
  }

  /** What goes with a creation; InvalidSpec where the spec leaves out whom four eyes are asked from. */
  creation(spec: unknown, namespaces: readonly string[]): { readonly needsSecond?: true } {
    if (!needsFourEyes(this.#parts.where(), namespaces)) return {};
    demandSecond(spec);
    return { needsSecond: true };
  }

  /** The signature of an approval; nothing where nobody asks for one. */
  async approval({ id, createdBy, spec, approvedUntil, needsSecond }: ShownSchedule): Promise<{ readonly signature?: string }> {
    if (!needsSecond) return {};
    this.#refuse(createdBy, 'created this schedule');
    return { signature: sign(await this.#parts.apiKey(), approvalOf({ schedule: id, by: createdBy, spec, until: approvedUntil }, this.#by)) };
  }

  demandForTrigger(shown: ShownSchedule, why: Acknowledged): void {
    this.demandForResume(shown, why);
    this.#refuse(shown.approvedBy, 'approved its runs');
  }

  demandForResume({ needsSecond, namespaces, createdBy, triggeredBy, unacknowledged }: ShownSchedule, { acknowledge }: Acknowledged): void {
    if (!needsSecond && needsFourEyes(this.#parts.where(), namespaces))
      throw new Refusal('NotAllowed', 'Four eyes are asked for here, and this schedule was created without: delete it and create it again.');
    if (!needsSecond || !acknowledge || !unacknowledged) return;
    this.#refuse(createdBy, 'created this schedule');
    this.#refuse(triggeredBy, 'triggered it');
  }

  #refuse(person: string | undefined, what: string): void {
    if (person === this.#by) throw new Refusal('NotAllowed', `${person} ${what}: four eyes are asked for here, so another person must do this.`);
  }
}
