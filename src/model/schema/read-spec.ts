import type { z } from 'zod';
import { failure } from '../../errors.js';

/** A problem of a spec, at a path in it; the CLI adds file, line and column. */
export interface SpecProblem {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

type Issue = z.core.$ZodIssue;

const pathOf = (path: readonly PropertyKey[]) => path.map((part) => (typeof part === 'number' ? part : String(part)));

/** An unknown key is shown at the key itself, so that the CLI finds its line. */
function problemsOf(issue: Issue): readonly SpecProblem[] {
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => ({ path: [...pathOf(issue.path), key], message: `unknown key ${key}` }));
  return [{ path: pathOf(issue.path), message: issue.message }];
}

export const invalidSpec = (problems: readonly SpecProblem[]) =>
  failure('InvalidSpec', problems.map(({ path, message }) => `${path.join('.') || 'spec'}: ${message}`).join('\n'), { details: { problems } });

/** The normalized spec, or InvalidSpec with every problem at once. */
export function readSpec<S extends z.ZodType>(schema: S, given: unknown): z.output<S> {
  const read = schema.safeParse(given);
  if (!read.success) throw invalidSpec(read.error.issues.flatMap(problemsOf));
  return read.data;
}
