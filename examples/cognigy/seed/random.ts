/** Numbers that look random and are the same in every run: a seed that is made twice must be equal, byte for byte. (mulberry32) */
export type Random = { readonly below: (limit: number) => number; readonly pick: <T>(choices: readonly T[]) => T; readonly bytes: (length: number) => Buffer };

export const createRandom = (seed: number): Random => {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number) => Math.floor(next() * limit);
  return {
    below,
    pick: (choices) => choices[below(choices.length)]!,
    bytes: (length) => Buffer.from(Array.from({ length }, () => below(256))),
  };
};

const words =
  'flow intent lexicon agent handover transcript playbook slot entity channel locale snapshot node execution profile contact journey step reply'.split(' ');

export const textOf = (random: Random, length: number): string => {
  let text = '';
  while (text.length < length) text += `${random.pick(words)} `;
  return text.slice(0, length);
};
