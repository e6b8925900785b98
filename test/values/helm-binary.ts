import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const onPath = (process.env['PATH'] ?? '').split(delimiter).some((folder) => existsSync(join(folder, 'helm')));

/** Tests that need the helm program, from REHELM_HELM or the PATH; skipped aloud without it. */
export function withHelm(name: string, body: () => void): void {
  const isHere = process.env['REHELM_HELM'] !== undefined || onPath;
  if (!isHere) process.stderr.write(`\nSKIPPED: ${name}. Set REHELM_HELM, or put helm on the PATH.\n`);
  (isHere ? describe : describe.skip)(name, body);
}
