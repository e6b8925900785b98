import { z } from 'zod';
import type { ValuesMap } from '../values-map.js';
import { eachItem, overlap, parsePattern, type ValuesPattern } from '../values-path.js';
import { isVersionRange } from '../version-range.js';
import { dnsName } from './parts.js';
import { readSpec } from './read-spec.js';

const patternOf = (text: string): ValuesPattern | undefined => {
  try {
    return parsePattern(text);
  } catch {
    return undefined;
  }
};

const path = z
  .string()
  .refine((text) => patternOf(text) !== undefined, 'expected a path of values: a.b, a\\.b for a key with a dot, list[0], or list[*] for every item');
/** Ends in a key: what goes by index would give other items another index. */
const keyPath = path.refine((text) => typeof (patternOf(text) ?? ['']).at(-1) === 'string', 'expected a path that ends in a key');
const range = z.string().refine(isVersionRange, 'expected a range of versions as Helm writes it, such as ">=4.44.0" or "<4.44.0"');

const shape = z.strictObject({
  apiVersion: z.literal('rehelm.dev/v1alpha1'),
  kind: z.literal('ValuesMap'),
  metadata: z.strictObject({ name: dnsName }),
  chart: z.strictObject({ name: z.string().min(1), from: range, to: range }),
  delete: z.array(keyPath).default([]),
  move: z.record(keyPath, keyPath).default({}),
  replaceValue: z.array(z.strictObject({ at: path, from: z.json(), to: z.json() })).default([]),
  transform: z
    .array(
      z.strictObject({
        at: path,
        as: z.enum(['list', 'text', 'number']),
        separator: z.string().min(1).optional(),
        unit: z.string().min(1).optional(),
        times: z.number().positive().optional(),
      }),
    )
    .default([]),
  default: z.record(path, z.json()).default({}),
  set: z.record(path, z.json()).default({}),
});

type Shape = z.output<typeof shape>;

interface Place {
  readonly path: readonly (string | number)[];
  readonly pattern: ValuesPattern;
}

const placesIn = (given: Shape) => ({
  sources: Object.keys(given.move).map((from): Place => ({ path: ['move', from], pattern: parsePattern(from) })),
  targets: Object.entries(given.move).map(([from, to]): Place => ({ path: ['move', from], pattern: parsePattern(to) })),
  deleted: given.delete.map((each, index): Place => ({ path: ['delete', index], pattern: parsePattern(each) })),
  written: (['default', 'set'] as const).flatMap((verb) =>
    Object.keys(given[verb]).map((each): Place => ({ path: [verb, each], pattern: parsePattern(each) })),
  ),
});

const isSame = (left: ValuesPattern, right: ValuesPattern) => left.length === right.length && overlap(left, right);
const lastItem = (pattern: ValuesPattern) => pattern.slice(0, pattern.lastIndexOf(eachItem) + 1);

/** A move out of a list has no place for the second item. */
const isOfOneItem = (from: ValuesPattern, to: ValuesPattern) => {
  const [left, right] = [lastItem(from), lastItem(to)];
  return left.length === right.length && left.every((part, at) => part === right[at]);
};

interface Complaint {
  readonly of: Place;
  readonly message: string;
}

const complain = (of: Place, found: readonly Place[], message: (other: Place) => string): readonly Complaint[] =>
  found.map((other) => ({ of, message: message(other) }));
const overlapping = (place: Place, others: readonly Place[]) => others.filter(({ pattern }) => overlap(place.pattern, pattern));

function complaintsOf(given: Shape): readonly Complaint[] {
  const { sources, targets, deleted, written } = placesIn(given);
  return [
    ...sources
      .filter(({ pattern }, at) => !isOfOneItem(pattern, targets[at]!.pattern))
      .map((of) => ({ of, message: 'both paths need the same [*]: a move stays within the item of a list' })),
    ...targets.flatMap((target, at) => [
      ...complain(
        target,
        overlapping(target, sources),
        (other) => `its target is where ${other.path[1]} is taken from: a second migration could not tell them apart`,
      ),
      ...complain(
        target,
        targets.slice(0, at).filter(({ pattern }) => isSame(pattern, target.pattern)),
        (other) => `has the same target as ${other.path[1]}`,
      ),
    ]),
    ...deleted.flatMap((gone) =>
      complain(gone, overlapping(gone, [...targets, ...written]), (made) => `is made by ${made.path.join(' ')}: a second migration would delete it`),
    ),
    ...written.flatMap((made) => complain(made, overlapping(made, sources), (source) => `is taken away by the move of ${source.path[1]}`)),
  ];
}

/** The kind ValuesMap. Maps that a second migration would apply again are refused: chains, swaps, a delete of what is made. */
export const valuesMapSchema = shape.superRefine((given, context) => {
  for (const { of, message } of complaintsOf(given)) context.addIssue({ code: 'custom', path: [...of.path], message });
});

/** InvalidSpec with every problem. */
export function readValuesMap(given: unknown): ValuesMap {
  const { metadata, chart, delete: deleted, move, replaceValue, transform, default: defaults, set } = readSpec(valuesMapSchema, given);
  return { name: metadata.name, chart, delete: deleted, move, replaceValue, transform, default: defaults, set };
}
