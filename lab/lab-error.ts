/** What went wrong in the lab, why, and what the user can do; the command line prints both without a stack trace. */
export class LabError extends Error {
  readonly hint: string | undefined;

  constructor(message: string, hint?: string) {
    super(message);
    this.name = 'LabError';
    this.hint = hint;
  }
}
