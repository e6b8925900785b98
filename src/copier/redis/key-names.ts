import { type KeyNames, ownPrefix, type RedisKey } from '../../adapters/redis/redis.js';

interface StepOfRun {
  readonly run: string;
  readonly step: string;
}

/** A text that a pattern takes as it is. */
const literal = (text: string): string => text.replaceAll(/[\\*?[\]]/g, String.raw`\$&`);

const folder = ({ run, step }: StepOfRun, name: 'aside' | 'newer'): string => `${ownPrefix}${run}/${encodeURIComponent(step)}/${name}/`;

export const isOurs = (key: RedisKey): boolean => key.subarray(0, ownPrefix.length).equals(Buffer.from(ownPrefix));

/** Where a key goes when it is set aside. */
export const namesOf = (of: StepOfRun, key: RedisKey): KeyNames => ({
  key,
  aside: Buffer.concat([Buffer.from(folder(of, 'aside')), key]),
  newer: Buffer.concat([Buffer.from(folder(of, 'newer')), key]),
});

/** The name that a key had which is set aside. */
export const formerName = (of: StepOfRun, aside: RedisKey): RedisKey => aside.subarray(Buffer.byteLength(folder(of, 'aside')));

/** Of what a step has set aside, that which had a name of this pattern. */
export const asidePattern = (of: StepOfRun, pattern: string): string => `${literal(folder(of, 'aside'))}${pattern}`;

/** All that a run has set aside and kept. */
export const runPattern = (run: string): string => `${literal(`${ownPrefix}${run}/`)}*`;
