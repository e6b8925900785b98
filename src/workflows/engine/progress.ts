import type { StepState } from '../../model/journal.js';
import type { Json } from '../../model/kube-object.js';
import type { Phase, Plan, Step } from '../../model/plan.js';
import type { CheckReport, HeldOut, PhaseReport, Report, StepReport } from '../../model/report.js';
import { secondsBetween } from '../../model/seconds-between.js';

const now = () => new Date().toISOString();

/** A plan that any check objects to closes its run: one that is carried out has passed them all. */
const preflight: CheckReport = { id: 'preflight', title: 'Nothing stood against the plan, as a whole and step by step', state: 'done' };

interface Seen {
  readonly state: StepState;
  readonly startedAt?: string;
  readonly endedAt?: string;
  readonly result?: Json;
}

/** What became of each step and phase so far, for the report. The journal in the cluster is the truth for an undo; this is for people. */
export class Progress {
  readonly #steps = new Map<string, Seen>();
  readonly #phases = new Map<string, { startedAt: string; endedAt?: string }>();

  begin(id: string): void {
    const before = this.#steps.get(id);
    this.#steps.set(id, { startedAt: before?.startedAt ?? now(), state: 'begun' });
  }

  end(id: string, state: StepState, result?: Json): void {
    this.#steps.set(id, { ...this.#steps.get(id), state, endedAt: now(), ...(result !== undefined && { result }) });
  }

  stateOf(id: string): StepState | undefined {
    return this.#steps.get(id)?.state;
  }

  enterPhase({ id }: Phase): void {
    this.#phases.set(id, { startedAt: this.#phases.get(id)?.startedAt ?? now() });
  }

  leavePhase({ id }: Phase): void {
    this.#phases.set(id, { startedAt: now(), ...this.#phases.get(id), endedAt: now() });
  }

  /** The plan's part of the report. */
  of(plan: Plan | undefined): Pick<Report, 'phases' | 'steps' | 'checks' | 'heldOut'> {
    if (!plan) return { phases: [], steps: [], checks: [] };
    const heldOut = this.#heldOut(plan);
    return { phases: this.#phaseReports(plan), steps: this.#stepReports(plan), checks: this.#checks(plan), ...(heldOut && { heldOut }) };
  }

  #stepReports({ phases }: Plan): readonly StepReport[] {
    return phases.flatMap((phase) =>
      phase.steps.map(({ id, step, title, estimate }) => ({
        ...{ id, step, title, phase: phase.title, ...(estimate && { estimate }) },
        ...(this.#steps.get(id) ?? { state: 'planned' as const }),
      })),
    );
  }

  #checks({ phases }: Plan): readonly CheckReport[] {
    const proofs = phases.flatMap(({ steps }) => steps.filter(({ proves }) => proves));
    const check = ({ id, title }: Step): CheckReport => {
      const { state = 'planned', endedAt, result } = this.#steps.get(id) ?? {};
      return { id, title, state, ...(endedAt !== undefined && { endedAt }), ...(result !== undefined && { result }) };
    };
    return [preflight, ...proofs.map(check)];
  }

  /** A run that turned back has opened the doors again when the last of what closed them is undone. */
  #heldOut({ phases }: Plan): HeldOut | undefined {
    const [closing, opening] = (['close', 'open'] as const).map((doors) => phases.find((phase) => phase.doors === doors));
    const from = closing && this.#phases.get(closing.id)?.startedAt;
    if (!from) return undefined;
    const closed = closing.steps.map(({ id }) => this.#steps.get(id)).filter((seen) => seen !== undefined);
    const reopened = closed.every(({ state }) => state === 'undone')
      ? closed
          .flatMap(({ endedAt }) => endedAt ?? [])
          .toSorted()
          .at(-1)
      : undefined;
    const to = reopened ?? (opening && this.#phases.get(opening.id)?.endedAt);
    return { from, ...(to !== undefined && { to, seconds: secondsBetween(from, to)! }) };
  }

  #phaseReports({ phases }: Plan): readonly PhaseReport[] {
    return phases.map(({ id, title }) => {
      const { startedAt, endedAt } = this.#phases.get(id) ?? {};
      const seconds = secondsBetween(startedAt, endedAt);
      return { id, title, ...(startedAt && { startedAt }), ...(endedAt && { endedAt }), ...(seconds !== undefined && { seconds }) };
    });
  }
}
