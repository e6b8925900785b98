import type { DecisionRecord, Report, StepReport } from '../../model/report.js';
import { secondsBetween } from '../../model/seconds-between.js';
import { showSeconds } from '../../render/words.js';
import type { Colors } from '../terminal.js';
import { waitsText } from './report-text.js';

const marks = { done: '✓', skipped: '↷', undone: '↶', left: '✗' } as const;

/** A rollback goes from the newest step to the oldest; so do its lines. */
const newestFirst = ({ phase, steps }: Report): readonly StepReport[] =>
  phase === 'RollingBack' || phase === 'RolledBack' || phase === 'RollbackIncomplete' ? steps.toReversed() : steps;

/** Tells a run as it goes: what is new since the last look, one line each. Works in a log as on a terminal. */
export class Progress {
  readonly #workflowId: string;
  readonly #colors: Colors;
  readonly #states = new Map<string, string>();
  #phase = '';
  #decisions = 0;
  #waits = '';

  constructor(workflowId: string, colors: Colors) {
    this.#workflowId = workflowId;
    this.#colors = colors;
  }

  /** The lines that `report` adds. */
  news(report: Report): readonly string[] {
    return [
      ...this.#newDecisions(report.decisions),
      ...newestFirst(report).flatMap((step) => this.#newState(step)),
      ...this.#newPhase(report),
      ...this.#newWait(report),
    ];
  }

  /** What is going on at this moment, in one line. */
  now({ steps, phase, question, gate }: Report, at: number): string {
    if (question || gate !== undefined) return '';
    const running = steps.filter(({ state }) => state === 'begun');
    const first = running[0];
    if (!first) return this.#colors.dim(`… ${phase}`);
    const since = first.startedAt === undefined ? '' : ` ${showSeconds((at - Date.parse(first.startedAt)) / 1000)}`;
    return this.#colors.dim(`… ${first.title}${since}${running.length > 1 ? ` and ${running.length - 1} more` : ''}`).slice(0, 160);
  }

  #newDecisions(decisions: readonly DecisionRecord[]): readonly string[] {
    const fresh = decisions.slice(this.#decisions);
    this.#decisions = decisions.length;
    return fresh.map(({ by, choice, question, reason }) =>
      this.#colors.cyan(`→ ${by}: ${choice}${['approve', 'withdraw'].includes(choice) ? ` ${question}` : ''} (${reason})`),
    );
  }

  #newState({ id, title, state, startedAt, endedAt }: StepReport): readonly string[] {
    if (this.#states.get(id) === state) return [];
    this.#states.set(id, state);
    if (state === 'planned' || state === 'begun') return [];
    const took = secondsBetween(startedAt, endedAt);
    const mark = state === 'left' ? this.#colors.red(marks[state]) : this.#colors.green(marks[state]);
    return [
      `${mark} ${title}${state === 'done' ? '' : ` (${state})`}${took === undefined || state !== 'done' ? '' : this.#colors.dim(`  ${showSeconds(took)}`)}`,
    ];
  }

  #newPhase({ phase, cause }: Report): readonly string[] {
    if (phase === this.#phase) return [];
    this.#phase = phase;
    return [this.#colors.bold(`${phase}${phase === 'RollingBack' && cause !== undefined ? ` because ${cause}` : ''}`)];
  }

  #newWait(report: Report): readonly string[] {
    const lines = waitsText(report, this.#workflowId, this.#colors);
    const key = lines.join('\n');
    if (key === this.#waits) return [];
    this.#waits = key;
    return lines;
  }
}
