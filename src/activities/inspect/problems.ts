import { isFailure } from '../../errors.js';
import type { SpecProblem } from '../../model/schema/read-spec.js';

type Path = string | readonly (string | number)[];

/** Gathers what does not fit, each at its path in the spec, so that a user sees everything at once. */
export class Problems {
  readonly found: SpecProblem[] = [];

  /** `volumes.0.claim`, or the parts where one of them holds dots. */
  add(path: Path, message: string): void {
    const parts = typeof path === 'string' ? path.split('.').map((part) => (/^\d+$/.test(part) ? Number(part) : part)) : path;
    this.found.push({ path: parts, message });
  }

  /** Undefined, and a problem at the path, where the user must put something right; what may pass by itself is thrown for a retry. */
  async attempt<T>(path: Path, body: () => Promise<T>): Promise<T | undefined> {
    try {
      return await body();
    } catch (error) {
      if (!isFailure(error, 'NotFound', 'Invalid', 'HelmFailed', 'HelmLocked', 'HelmOwnership')) throw error;
      this.add(path, error.message);
      return undefined;
    }
  }
}
