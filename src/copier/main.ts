import { hostname } from 'node:os';
import { printEnd, progressPrinter, toFailureLine } from './output.js';
import { readRequest } from './read-request.js';
import { runVerb } from './run-verb.js';

/** One request, one answer: 0 done · 1 failed for good · 2 failed, a new attempt can succeed. */
async function main(): Promise<number> {
  const stop = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stop.abort());
  const terminationLog = process.env['REHELM_TERMINATION_LOG'] ?? '/dev/termination-log';
  try {
    const request = await readRequest(process.argv[2] ?? process.env['REHELM_REQUEST'] ?? '/request/request.json');
    const context = { podUid: process.env['POD_UID'] ?? hostname(), signal: stop.signal, progress: progressPrinter() };
    printEnd({ result: await runVerb(request, context) }, terminationLog);
    return 0;
  } catch (error) {
    const { line, exitCode } = toFailureLine(error);
    printEnd(line, terminationLog);
    return exitCode;
  }
}

// Sockets that a broken network keeps open must not keep the pod running.
main().then((exitCode) => process.exit(exitCode));
