import type { Report } from '../../model/report.js';
import type { RunChange, RunEvent, RunEvents } from '../../model/run-event.js';

/** What changed in a run's report, change by change, for those who follow it. */
export class Chronicle {
  readonly #events: RunEvent[] = [];
  readonly #states = new Map<string, string>();
  #decisions = 0;
  #phase = '';
  #waiting = '{}';

  /** Called whenever the report may have changed. */
  see(report: Report): void {
    for (const change of [...this.#steps(report), ...this.#decided(report), ...this.#waits(report), ...this.#entered(report)])
      this.#events.push({ position: this.#events.length + 1, at: new Date().toISOString(), ...change });
  }

  after(position: number): RunEvents {
    return { events: this.#events.slice(position), last: this.#events.length };
  }

  #steps({ steps }: Report): readonly RunChange[] {
    return steps.flatMap(({ id, title, state }) => {
      if ((this.#states.get(id) ?? 'planned') === state) return [];
      this.#states.set(id, state);
      return [{ type: 'step' as const, id, title, state }];
    });
  }

  #decided({ decisions }: Report): readonly RunChange[] {
    const news = decisions.slice(this.#decisions);
    this.#decisions = decisions.length;
    return news.map((decision) => ({ type: 'decision' as const, decision }));
  }

  #waits({ question, gate, plan }: Report): readonly RunChange[] {
    const waiting = { ...(question && { question }), ...(gate !== undefined && { gate, ...(plan !== undefined && { plan }) }) };
    const text = JSON.stringify(waiting);
    if (text === this.#waiting) return [];
    this.#waiting = text;
    return [{ type: 'waiting' as const, ...waiting }];
  }

  #entered({ phase, cause }: Report): readonly RunChange[] {
    if (phase === this.#phase) return [];
    this.#phase = phase;
    return [{ type: 'phase' as const, phase, ...(cause !== undefined && { cause }) }];
  }
}
