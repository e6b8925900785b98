import { hostname } from 'node:os';
import { printEnd, progressPrinter, toFailureLine } from './output.js';
import { programs } from './programs.js';
import { readRequest } from './read-request.js';
import { runVerb } from './run-verb.js';

async function answer(signal: AbortSignal) {
  const named = process.argv[2] ?? '';
  const program = Object.hasOwn(programs, named) ? programs[named] : undefined;
  if (program) return program(signal);
  const request = await readRequest(named || (process.env['REHELM_REQUEST'] ?? '/request/request.json'));
  return runVerb(request, { podUid: process.env['POD_UID'] ?? hostname(), signal, progress: progressPrinter() });
}

/** One request, one answer: 0 done · 1 failed for good · 2 failed, a new attempt can succeed. */
async function main(): Promise<number> {
  const stop = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stop.abort());
  const terminationLog = process.env['REHELM_TERMINATION_LOG'] ?? '/dev/termination-log';
  try {
    printEnd({ result: await answer(stop.signal) }, terminationLog);
    return 0;
  } catch (error) {
    const { line, exitCode } = toFailureLine(error);
    printEnd(line, terminationLog);
    return exitCode;
  }
}

// Sockets that a broken network keeps open must not keep the pod running.
main().then((exitCode) => process.exit(exitCode));
