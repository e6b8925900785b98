/** What `rehelm` ends with; documented in its help and in docs/cli.md. */
export const exitCodes = {
  ok: 0,
  /** Something failed: a run, a call, the connection. */
  failure: 1,
  /** The command or the spec is wrong; every problem is listed. */
  invalid: 2,
  /** The checks before a run found problems, or another run has the release; nothing was touched. */
  refused: 3,
  /** --wait is over: the run waits for a person, or still runs. */
  waits: 5,
  /** The run was rolled back: nothing is lost, and nothing is moved. */
  rolledBack: 6,
  /** Ctrl-C: the run goes on. */
  detached: 130,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];
