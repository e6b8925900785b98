import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { chain } from '../judge/chain.js';
import type { LedgerRecord } from '../model/drill.js';

/** A record as its writer gives it: the moment is the ledger's. */
export type Told = LedgerRecord extends infer R ? (R extends LedgerRecord ? Omit<R, 'at'> & { readonly at?: number } : never) : never;

/** What the driver saw, written down before anything follows from it; handed on to the guard as a second copy. */
export class LedgerFile {
  readonly #file: string;
  readonly #descriptor: number;
  readonly #line = chain();
  readonly #now: () => number;
  #fresh: string[] = [];

  constructor(file: string, now: () => number) {
    this.#file = file;
    this.#descriptor = openSync(file, 'wx');
    this.#now = now;
  }

  /** Handed to the kernel when this returns; not awaited on a disk. */
  readonly tell = (told: Told): void => {
    const at = Math.round((told.at ?? this.#now()) * 10) / 10;
    const line = `${this.#line({ ...told, at } as LedgerRecord)}\n`;
    writeSync(this.#descriptor, line);
    this.#fresh.push(line);
  };

  /** Lines that were not taken yet. */
  takeFresh(): string {
    const text = this.#fresh.join('');
    this.#fresh = [];
    return text;
  }

  text(): string {
    return readFileSync(this.#file, 'utf8');
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}
