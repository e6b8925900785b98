import type { Random } from '../../examples/cognigy/seed/random.js';
import type { Report } from '../../src/model/report.js';
import { sleep } from '../e2e/story/tools.js';
import { type CopyUnderWay, startCopy } from './copy-under-way.js';
import type { Database } from './database.js';
import type { Scene } from './scene.js';
import type { Engine } from './servers.js';
import { size, stepsOf } from './spec.js';
import { type StrikeName, type Struck, strikes } from './strikes.js';

export interface Trial {
  readonly engine: Engine;
  readonly scene: Scene;
  readonly database: Database;
  readonly random: Random;
  readonly tell: (line: string) => void;
}

/** A copy that was struck, what came of it, and what it cost. */
export interface StruckCopy {
  readonly struck: readonly (Struck & { readonly name: StrikeName })[];
  readonly equal: boolean;
  /** Why it did not end well. */
  readonly failure?: string;
  readonly bytes: number;
  readonly bytesCopiedTwice: number;
  readonly mostBytesOfOnePod: number;
}

/** A strike counts between these parts of the bytes; the second leaves room for what is copied until it falls. */
const [first, last] = [0.05, 0.94];
const lookMilliseconds = 300;
/** Copies of a series that may go wrong before it is given up. */
const mostFailures = 3;

/** Of a copy that nobody disturbs, as fast as it goes: how many bytes there are. */
export async function copyUndisturbed({ scene, engine, database }: Pick<Trial, 'scene' | 'engine' | 'database'>): Promise<number> {
  const { bytesPerSecond: _, ...unhurried } = size;
  const copy = await startCopy(scene, engine, unhurried, `${engine}-undisturbed`);
  const { failure } = outcomeOf(await copy.proved, copy.to);
  if (failure) throw new Error(`the undisturbed copy: ${failure}`);
  const { bytes } = await database.accounting(copy.run, copy.to);
  await copy.takeBack();
  return bytes;
}

/** Strikes in this order, over as many copies as it takes. */
export async function strikeAll(trial: Trial, name: string, wanted: readonly StrikeName[], bytes: number): Promise<readonly StruckCopy[]> {
  const copies: StruckCopy[] = [];
  let left = wanted;
  while (left.length > 0 && copies.filter(({ failure }) => failure !== undefined).length < mostFailures) {
    const copy = await strikeOne(trial, `${trial.engine}-${name}-${copies.length + 1}`, left, bytes);
    copies.push(copy);
    left = left.slice(copy.struck.length);
    trial.tell(`${trial.engine} ${name}: ${wanted.length - left.length} of ${wanted.length}; ${JSON.stringify({ ...copy, struck: copy.struck.length })}`);
  }
  return copies;
}

const nothing = { bytes: 0, bytesCopiedTwice: 0, mostBytesOfOnePod: 0 };

async function strikeOne(trial: Trial, to: string, left: readonly StrikeName[], bytes: number): Promise<StruckCopy> {
  const { scene, engine, database } = trial;
  const copy = await startCopy(scene, engine, size, to);
  const struck: (Struck & { readonly name: StrikeName })[] = [];
  try {
    for (const name of left) {
      if (!(await comesToStrike(trial, copy, bytes))) break;
      struck.push({ name, ...(await strikes[name](trial, copy)) });
    }
    const report = await copy.proved;
    const outcome = outcomeOf(report, to);
    if (outcome.failure) return { struck, ...outcome, ...nothing };
    const { bytes: once, bytesCopiedTwice, mostBytesOfOnePod } = await database.accounting(copy.run, to);
    const { phase } = await copy.takeBack();
    return { struck, ...outcome, ...(phase !== 'RolledBack' && { failure: `taken back: ${phase}` }), bytes: once, bytesCopiedTwice, mostBytesOfOnePod };
  } catch (error) {
    return { struck, equal: false, failure: String(error), ...nothing };
  }
}

function outcomeOf({ phase, cause, steps, gate }: Report, to: string): Pick<StruckCopy, 'equal' | 'failure'> {
  const { verify } = stepsOf(to);
  const equal = gate === 'commit' && steps.some(({ id, state }) => id === verify && state === 'done');
  return { equal, ...(!equal && { failure: `${to}: ${phase}: ${cause}` }) };
}

/** Waits for the window and for a moment in it; false where the copy is past it. */
async function comesToStrike({ random }: Trial, copy: CopyUnderWay, bytes: number): Promise<boolean> {
  const at = random.below(3000);
  for (let waited = 0; ; waited += lookMilliseconds) {
    const part = ((await copy.progress())?.bytes ?? 0) / bytes;
    if (copy.ended() || part > last) return false;
    if (part >= first && waited >= at) return true;
    await sleep(lookMilliseconds);
  }
}
