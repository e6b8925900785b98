import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

export interface Figures {
  readonly mutations: readonly string[];
  readonly found: readonly string[];
  /** What the verifier named where nothing was. */
  readonly falseAlarms: readonly string[];
}

/** What one engine's verifier found, for scripts/mutations.sh to sum up. */
export function writeFigures(out: string, { mutations, found, falseAlarms }: Figures): void {
  const missed = mutations.filter((what) => !found.includes(what));
  mkdirSync(dirname(out), { recursive: true });
  writeFileSync(out, `${JSON.stringify({ mutations: mutations.length, found: found.length, falseAlarms: falseAlarms.length, missed }, null, 2)}\n`);
}
