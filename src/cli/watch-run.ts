import { shellWord } from '../render/words.js';
import type { Runs } from '../runs/runs.js';
import type { Output } from './context.js';
import { json } from './context.js';
import { type ExitCode, exitCodes } from './exit-codes.js';
import { type Followed, type FollowOptions, follow } from './follow.js';
import { exitCodeOf, explainFailure } from './outcome.js';
import { reportText } from './render/report-text.js';
import type { SpecFile } from './spec-file.js';
import type { Terminal } from './terminal.js';

export interface WatchOptions extends FollowOptions {
  readonly output: Output;
  /** Where the spec was written, to show its problems at their places. */
  readonly source?: SpecFile;
}

/** Follows a run to its end: progress on standard error, then the report as data. */
export async function watchRun(runs: Runs, terminal: Terminal, workflowId: string, { output, source, ...options }: WatchOptions): Promise<ExitCode> {
  const followed = await follow(runs, terminal, workflowId, options).catch((error: unknown) => {
    throw explainFailure(error, source);
  });
  const report = 'ended' in followed ? followed.ended : followed.left;
  if (report && output === 'json') terminal.out(json(report));
  else if (report && 'ended' in followed) terminal.out(reportText(report, workflowId, terminal.outColors));
  return 'ended' in followed ? exitCodeOf(followed.ended) : leave(followed, terminal, workflowId);
}

function leave({ because }: Extract<Followed, { because: string }>, terminal: Terminal, workflowId: string): ExitCode {
  terminal.live('');
  terminal.say(`${because === 'waited' ? '--wait is over; the' : 'The'} run goes on. Come back with: rehelm watch ${shellWord(workflowId)}`);
  return because === 'interrupted' ? exitCodes.detached : exitCodes.waits;
}
