import { type ExitCode, exitCodes } from './exit-codes.js';

export interface CliErrorOptions {
  readonly exitCode?: ExitCode;
  readonly hint?: string;
  readonly cause?: unknown;
  readonly passing?: boolean;
}

/** Ends the command: what happened, and what to do next. */
export class CliError extends Error {
  readonly exitCode: ExitCode;
  /** The next command, or the sentence that helps. */
  readonly hint: string | undefined;
  /** Nobody answered in time: worth another try. */
  readonly passing: boolean;

  constructor(message: string, { exitCode = exitCodes.failure, hint, cause, passing = false }: CliErrorOptions = {}) {
    super(message, { cause });
    this.name = 'CliError';
    this.exitCode = exitCode;
    this.hint = hint;
    this.passing = passing;
  }
}

/** The command or its input is wrong. */
export const usageError = (message: string, hint?: string) => new CliError(message, { exitCode: exitCodes.invalid, ...(hint !== undefined && { hint }) });
