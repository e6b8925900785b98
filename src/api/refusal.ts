import type { OwnType } from './schema/problem.js';

/** What the API itself refuses, before rehelm is asked. */
export class Refusal extends Error {
  readonly failure: OwnType;

  constructor(failure: OwnType, message: string) {
    super(message);
    this.name = 'Refusal';
    this.failure = failure;
  }
}
