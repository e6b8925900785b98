import { createHash } from 'node:crypto';
import type { FinalRead } from '../../model/drill.js';

/** What a write carries: known to whoever knows its id and the course, and to nobody by chance. */
export const payloadOf = (course: string, id: number): string => createHash('sha256').update(`${course}\0${id}`).digest('hex').slice(0, 32);

/** The rows of one member against what was sent. */
export function readRows(
  course: string,
  member: string,
  rows: number,
  held: readonly { readonly id: number; readonly payload: string }[],
  highest: number,
): FinalRead {
  const intact: number[] = [];
  const changed = new Set<number>();
  const duplicated = new Set<number>();
  const seen = new Set<number>();
  let foreign = 0;
  for (const { id, payload } of held) {
    if (!Number.isSafeInteger(id) || id < 1 || id > highest) foreign++;
    else if (seen.has(id)) duplicated.add(id);
    else if (payload === payloadOf(course, id)) intact.push(id);
    else changed.add(id);
    seen.add(id);
  }
  return { member, rows, intact: rangesOf(intact), changed: [...changed], duplicated: [...duplicated], foreign };
}

function rangesOf(ids: readonly number[]): readonly (readonly [number, number])[] {
  const ranges: [number, number][] = [];
  for (const id of ids.toSorted((left, right) => left - right)) {
    const last = ranges.at(-1);
    if (last && id === last[1] + 1) last[1] = id;
    else ranges.push([id, id]);
  }
  return ranges;
}
