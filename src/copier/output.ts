import { existsSync, writeFileSync, writeSync } from 'node:fs';
import { ApplicationFailure } from '@temporalio/common';
import type { CopierLine, CopierProgress } from '../model/copier.js';

/** Kubernetes keeps this much of a termination message, in bytes. */
const terminationLimit = 4096;

/** At once: a pipe that Node still buffers is lost when the process ends. */
export function printLine(line: CopierLine): void {
  const bytes = Buffer.from(`${JSON.stringify(line)}\n`);
  let written = 0;
  while (written < bytes.length) {
    try {
      written += writeSync(1, bytes, written);
    } catch (error) {
      // The reader is slower than we are; a pipe that isn't blocking says so.
      if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) throw error;
    }
  }
}

/** At most one line in `everyMs`. */
export function progressPrinter(
  print: (line: CopierLine) => void = printLine,
  everyMs = 500,
  now: () => number = Date.now,
): (progress: CopierProgress) => void {
  let lastMs = Number.NEGATIVE_INFINITY;
  return (progress) => {
    if (now() - lastMs < everyMs) return;
    lastMs = now();
    print({ progress });
  };
}

/** The last line; in a pod also where Kubernetes shows why a container ended, when it fits there. */
export function printEnd(line: CopierLine, terminationLog: string | undefined): void {
  printLine(line);
  const text = JSON.stringify(line);
  if (terminationLog === undefined || !existsSync(terminationLog) || Buffer.byteLength(text) > terminationLimit) return;
  writeFileSync(terminationLog, text);
}

/** A failure of the catalogue as a line; anything else is a bug of ours, told without its message, which could quote a document. */
export function toFailureLine(error: unknown): { readonly line: CopierLine; readonly exitCode: 1 | 2 } {
  if (!(error instanceof ApplicationFailure)) {
    const name = error instanceof Error ? error.name : typeof error;
    const at =
      error instanceof Error
        ? (error.stack ?? '')
            .split('\n')
            .filter((text) => text.trimStart().startsWith('at '))
            .slice(0, 5)
            .map((text) => text.trim())
        : [];
    return { line: { failure: { type: 'CopyFailed', message: `The copier itself failed (${name}).`, details: { at } } }, exitCode: 1 };
  }
  const details = error.details?.[0];
  return {
    line: { failure: { type: error.type ?? 'CopyFailed', message: error.message, ...(details !== undefined && { details }) } },
    exitCode: error.nonRetryable ? 1 : 2,
  };
}
