import type { StepState } from '../../model/journal.js';
import type { Json } from '../../model/kube-object.js';
import type { Phase, Plan } from '../../model/plan.js';
import type { PhaseReport, StepReport } from '../../model/report.js';

const now = () => new Date().toISOString();

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

  steps({ phases }: Plan): readonly StepReport[] {
    return phases.flatMap((phase) =>
      phase.steps.map(({ id, step, title }) => ({ id, step, title, phase: phase.title, ...(this.#steps.get(id) ?? { state: 'planned' as const }) })),
    );
  }

  phases({ phases }: Plan): readonly PhaseReport[] {
    return phases.map(({ id, title }) => {
      const { startedAt, endedAt } = this.#phases.get(id) ?? {};
      const seconds = startedAt && endedAt ? (Date.parse(endedAt) - Date.parse(startedAt)) / 1000 : undefined;
      return { id, title, ...(startedAt && { startedAt }), ...(endedAt && { endedAt }), ...(seconds !== undefined && { seconds }) };
    });
  }
}
