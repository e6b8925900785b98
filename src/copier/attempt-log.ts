/** Where attempts are noted; a ledger has it. */
export interface AttemptNotes {
  /** What this pod has already read of the unit, when its container starts again. */
  attempt(unit: string, podUid: string): Promise<Read>;
  noteAttempt(row: Read & { readonly unit: string; readonly step: string; readonly podUid: string }): Promise<void>;
}

interface Read {
  readonly records: number;
  readonly bytes: number;
}

interface Attempt {
  /** Counts what was read. */
  add(records: number, bytes: number): void;
  end(): Promise<void>;
}

interface Row {
  readonly unit: string;
  readonly step: string;
  readonly podUid: string;
  records: number;
  bytes: number;
}

/** Notes what each attempt at a unit has read: at its start, every second, and at its end. A killed one leaves its row behind. */
export class AttemptLog {
  readonly #ledger: AttemptNotes;
  readonly #step: string;
  readonly #podUid: string;
  readonly #running = new Set<Row>();
  #timer?: NodeJS.Timeout;
  #noting: Promise<unknown> = Promise.resolve();

  /** `ledger` has a connection of its own: a row must not wait behind a batch. */
  constructor(ledger: AttemptNotes, step: string, podUid: string) {
    this.#ledger = ledger;
    this.#step = step;
    this.#podUid = podUid;
  }

  async begin(unit: string): Promise<Attempt> {
    const before = await this.#ledger.attempt(unit, this.#podUid);
    const row: Row = { unit, step: this.#step, podUid: this.#podUid, ...before };
    await this.#ledger.noteAttempt({ ...row });
    this.#running.add(row);
    this.#timer ??= setInterval(() => this.#noteAll(), 1000);
    return {
      add: (records, bytes) => {
        row.records += records;
        row.bytes += bytes;
      },
      end: async () => {
        this.#running.delete(row);
        await this.#noting;
        await this.#ledger.noteAttempt({ ...row });
      },
    };
  }

  #noteAll(): void {
    const rows = [...this.#running];
    // A row that could not be noted is noted a second later; the unit itself fails when the server is gone.
    this.#noting = this.#noting.then(() => Promise.all(rows.map((row) => this.#ledger.noteAttempt({ ...row })))).catch(() => undefined);
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#noteAll();
    await this.#noting;
  }
}
