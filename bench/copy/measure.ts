import type { CopierProgram } from '../../test/copier/support/copier-process.js';
import { copy, dumpRestore, type Ends, pipe, verify } from './contenders.js';
import { outcome, type Scene } from './scene.js';

export interface CopyTimes {
  readonly copySeconds: number;
  readonly verifySeconds: number;
  readonly pipeSeconds: number;
  readonly dumpRestoreSeconds: number;
}

export interface Measured extends CopyTimes {
  readonly copierPeakMiB: number;
  /** Of each contender, what each round took: the figures above are their medians. */
  readonly rounds: readonly CopyTimes[];
}

interface Setting {
  readonly scene: Scene;
  readonly program: CopierProgram;
  /** Where each contender finds the servers. */
  readonly ends: Pick<Ends, 'source' | 'target' | 'connections'>;
  readonly from: string;
  readonly tables: number;
  readonly rounds: number;
  readonly tell: (line: string) => void;
}

const median = (numbers: readonly number[]): number => {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
};

/** Every contender once in each round, in turns, so that what else the machine does hits all alike. Whoever leaves something else behind than the source has fails the bench. */
export async function measure(setting: Setting): Promise<Measured> {
  const rounds: (CopyTimes & { readonly peakMiB: number })[] = [];
  for (let round = 0; round < setting.rounds; round++) rounds.push(await playRound(setting, round));
  const of = (field: keyof CopyTimes) => median(rounds.map((each) => each[field]));
  return {
    ...{ copySeconds: of('copySeconds'), verifySeconds: of('verifySeconds'), pipeSeconds: of('pipeSeconds'), dumpRestoreSeconds: of('dumpRestoreSeconds') },
    copierPeakMiB: Math.max(...rounds.map(({ peakMiB }) => peakMiB)),
    rounds: rounds.map(({ peakMiB: _, ...times }) => times),
  };
}

async function playRound(setting: Setting, round: number): Promise<CopyTimes & { readonly peakMiB: number }> {
  const { program } = setting;
  const copied = await inTurn(setting, 'copy', async (ends) => {
    const moved = await copy(program, ends);
    const compared = await verify(program, ends);
    if (!compared.result.equal) throw new Error(`the copy is not equal: ${compared.result.differences.join(' ')}`);
    return { copySeconds: moved.seconds, verifySeconds: compared.seconds, peakMiB: Math.max(moved.peakMiB, compared.peakMiB) };
  });
  const others = async () => ({
    pipeSeconds: await inTurn(setting, 'pipe', pipe, 'empty'),
    dumpRestoreSeconds: await inTurn(setting, 'dump and restore', dumpRestore, 'empty'),
  });
  const times = { ...copied, ...(await others()) };
  setting.tell(`round ${round + 1}: ${JSON.stringify(times)}`);
  return times;
}

/** A target of its own for each, gone before the next. */
async function inTurn<T>({ scene, ends, from, tables, tell }: Setting, name: string, work: (ends: Ends) => Promise<T>, made?: 'empty'): Promise<T> {
  const to = `to_${name.split(' ')[0]}`;
  await scene.target.query('postgres', `DROP DATABASE IF EXISTS ${to}`);
  await scene.target.query('postgres', 'DROP DATABASE IF EXISTS rehelm');
  if (made) await scene.target.query('postgres', `CREATE DATABASE ${to} TEMPLATE template0`);
  await scene.target.query('postgres', 'CHECKPOINT');
  tell(`${name} of ${from}`);
  const result = await work({ ...ends, from, to });
  const [wanted, found] = [await outcome(scene.source, from, tables), await outcome(scene.target, to, tables)];
  if (wanted !== found) throw new Error(`${name} left something else behind:\n${wanted}\n${found}`);
  await scene.target.query('postgres', `DROP DATABASE ${to}`);
  return result;
}
