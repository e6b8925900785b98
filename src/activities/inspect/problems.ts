import type { SpecProblem } from '../../model/schema/read-spec.js';

/** Gathers what does not fit, each at its path in the spec, so that a user sees everything at once. */
export class Problems {
  readonly found: SpecProblem[] = [];

  /** `volumes.0.claim`, or the parts where one of them holds dots. */
  add(path: string | readonly (string | number)[], message: string): void {
    const parts = typeof path === 'string' ? path.split('.').map((part) => (/^\d+$/.test(part) ? Number(part) : part)) : path;
    this.found.push({ path: parts, message });
  }
}
