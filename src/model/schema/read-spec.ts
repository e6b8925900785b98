import type { z } from 'zod';
import { failure } from '../../errors.js';

/** A problem of a spec, at a path in it; the CLI adds file, line and column. */
export interface SpecProblem {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

type Issue = z.core.$ZodIssue;

const pathOf = (path: readonly PropertyKey[]) => path.map((part) => (typeof part === 'number' ? part : String(part)));

/** Zod's own words where no alternative of a union fits; a schema that can say more says it itself. */
const noneFits = 'Invalid input';

/** An unknown key is shown at the key itself, so that the CLI finds its line; of alternatives, what the one that was meant objects to. */
function problemsOf(issue: Issue, under: readonly PropertyKey[] = []): readonly SpecProblem[] {
  const path = [...under, ...issue.path];
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => ({ path: [...pathOf(path), key], message: `unknown key ${key}` }));
  if (issue.code === 'invalid_key') return issue.issues.map(({ message }) => ({ path: pathOf(path), message }));
  if (issue.code === 'invalid_union' && issue.message === noneFits) {
    const meant = issue.errors.toSorted((left, right) => depthOf(right) - depthOf(left))[0] ?? [];
    if (meant.length > 0) return meant.flatMap((each) => problemsOf(each, path));
  }
  return [{ path: pathOf(path), message: issue.message }];
}

/** How far an alternative got: one of another type altogether fails at its root. */
const depthOf = (issues: readonly Issue[]): number => Math.min(...issues.map((issue) => (issue.code === 'unrecognized_keys' ? 1 : issue.path.length)));

export const invalidSpec = (problems: readonly SpecProblem[]) =>
  failure('InvalidSpec', problems.map(({ path, message }) => `${path.join('.') || 'spec'}: ${message}`).join('\n'), { details: { problems } });

/** The normalized spec, or InvalidSpec with every problem at once. */
export function readSpec<S extends z.ZodType>(schema: S, given: unknown): z.output<S> {
  const read = schema.safeParse(given);
  if (!read.success) throw invalidSpec(read.error.issues.flatMap((issue) => problemsOf(issue)));
  return read.data;
}
