import { ParentClosePolicy, startChild, workflowInfo } from '@temporalio/workflow';
import { type Notice, type NoticeTarget, occasionOf } from '../../model/notice.js';
import type { Report } from '../../model/report.js';
import type { notify } from '../notify.js';

type Said = Pick<Notice, 'type' | 'text' | 'plan' | 'question'>;

/** Tells those whom the spec names, by workflows of their own: the run waits for none of them, and they go on when it is over. */
export class Herald {
  readonly #targets: () => readonly NoticeTarget[];
  #last = '';
  #told = 0;
  readonly #begun: Promise<unknown>[] = [];

  constructor(targets: () => readonly NoticeTarget[]) {
    this.#targets = targets;
  }

  /** Called whenever the report may have changed; the same occasion is told once. */
  see(report: Report): void {
    const said = occasionOf(report);
    const now = said ? JSON.stringify(said) : '';
    if (now === this.#last) return;
    this.#last = now;
    if (said) this.tell(report, said);
  }

  tell({ run, kind, title, phase }: Report, said: Said): void {
    const { workflowId } = workflowInfo();
    const notice: Notice = { ...said, at: new Date().toISOString(), workflowId, run, kind, title, phase };
    for (const target of this.#targets()) {
      const begun = startChild<typeof notify>('notify', {
        workflowId: `${workflowId}/notify/${run}/${++this.#told}`,
        args: [{ notice, target }],
        parentClosePolicy: ParentClosePolicy.ABANDON,
        staticSummary: `Tell ${said.type}`,
      });
      // One of this id that runs already is one that was told.
      this.#begun.push(begun.catch(() => undefined));
    }
  }

  /** A child that was not started when its parent closes never is. */
  async settled(): Promise<void> {
    await Promise.all(this.#begun);
  }
}
