import type { FinalRead } from '../model/drill.js';
import type { Write } from './writes.js';

/** What the members hold in the end, against what users were told. */
export interface Losses {
  readonly lost: readonly Write[];
  readonly recovered: number;
  readonly unexpected: number;
  readonly duplicates: number;
  readonly changed: number;
  /** Members that do not hold the same rows, or whose rows changed after they were read; one sentence each. */
  readonly differences: readonly string[];
  /** Reads that cannot be whole: one sentence each. */
  readonly doubts: readonly string[];
}

/** Each member as it was read last, with the read before. */
interface Member {
  readonly name: string;
  readonly first: FinalRead;
  readonly last: FinalRead;
  readonly ids: Set<number>;
}

/** `expected`: how many members must have been read; 0 where they hold nothing. */
export function lossesOf(writes: readonly Write[], reads: readonly FinalRead[], expected: number): Losses {
  const members = membersOf(reads);
  const known = new Map(writes.map((write) => [write.id, write]));
  const anywhere = new Set(members.flatMap(({ ids }) => [...ids]));
  const holdsAll = (id: number) => members.every(({ ids }) => ids.has(id));
  const most = (count: (read: FinalRead) => number) => Math.max(0, ...members.map(({ last }) => count(last)));
  const refused = [...anywhere].filter((id) => {
    const write = known.get(id);
    return !write || (!write.ack && (write.ended === 'failed' || write.ended === 'unsent'));
  });
  return {
    lost: writes.filter(({ id, ack }) => ack && !holdsAll(id)),
    recovered: [...anywhere].filter((id) => isUnknown(known.get(id))).length,
    unexpected: refused.length + most(({ foreign }) => foreign),
    duplicates: most(({ duplicated }) => duplicated.length),
    changed: most(({ changed }) => changed.length),
    differences: [...differing(members), ...members.flatMap(movedOn)],
    doubts: [...members.flatMap(doubtsAbout), ...(members.length < expected ? [`${members.length} of ${expected} members were read in the end`] : [])],
  };
}

const isUnknown = (write: Write | undefined): boolean => write !== undefined && !write.ack && write.ended !== 'failed' && write.ended !== 'unsent';

function membersOf(reads: readonly FinalRead[]): readonly Member[] {
  return [...Map.groupBy(reads, ({ member }) => member)].map(([name, each]) => {
    const [first, last] = [each[0]!, each.at(-1)!];
    return { name, first, last, ids: idsOf(last) };
  });
}

/** Every id of which the member holds a row, however that looks. */
function idsOf({ intact, changed, duplicated }: FinalRead): Set<number> {
  const ids = new Set([...changed, ...duplicated]);
  for (const [first, last] of intact) for (let id = first; id <= last; id++) ids.add(id);
  return ids;
}

function differing(members: readonly Member[]): readonly string[] {
  const [one, ...others] = members;
  return others.flatMap(({ name, ids }) => {
    const only = ids.difference(one!.ids).size;
    const missing = one!.ids.difference(ids).size;
    return only + missing === 0 ? [] : [`${name} and ${one!.name} do not hold the same rows: ${only} are on ${name} only, ${missing} on ${one!.name} only`];
  });
}

function movedOn({ name, first, last }: Member): readonly string[] {
  const same = JSON.stringify({ ...first, member: '' }) === JSON.stringify({ ...last, member: '' });
  return same ? [] : [`${name} held ${first.rows} rows at the final read and ${last.rows} a while later, though nobody wrote`];
}

/** What a member lists must be as many rows as it counts. */
function doubtsAbout({ name, last }: Member): readonly string[] {
  const intact = last.intact.reduce((sum, [from, to]) => sum + to - from + 1, 0);
  const listed = intact + last.changed.length + last.foreign;
  // A duplicated id is listed once and stands in two rows or more.
  const fits = last.duplicated.length === 0 ? listed === last.rows : listed < last.rows;
  return fits ? [] : [`${name} counts ${last.rows} rows and gave ${listed}: its final read is not whole`];
}
