import type { OwnType } from './schema/problem.js';

/** What the API itself refuses, before rehelm is asked. */
export class Refusal extends Error {
  readonly failure: OwnType;

  constructor(failure: OwnType, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'Refusal';
    this.failure = failure;
  }
}
