import { type Command, InvalidArgumentError, Option } from 'commander';
import { durationPattern, durationSeconds } from '../model/duration.js';
import type { Runs } from '../runs/runs.js';
import type { Schedules } from '../runs/schedules.js';
import type { ExitCode } from './exit-codes.js';
import type { Terminal } from './terminal.js';

/** What every command gets. */
export interface Context {
  readonly terminal: Terminal;
  readonly connect: (server?: string) => Promise<Runs>;
  readonly connectSchedules: (server?: string) => Promise<Schedules>;
  /** Runs a command's action and keeps what it ends with. */
  readonly action: <A extends readonly unknown[]>(body: (...args: A) => Promise<ExitCode>) => (...args: A) => Promise<void>;
}

/** A command adds itself to the program. */
export type AddCommand = (program: Command, context: Context) => void;

/** Runs it with a way to runs that is closed after it. */
export async function withRuns<T>({ connect }: Pick<Context, 'connect'>, body: (runs: Runs) => Promise<T>): Promise<T> {
  const runs = await connect();
  try {
    return await body(runs);
  } finally {
    await runs.close();
  }
}

/** The same with a way to schedules. */
export async function withSchedules<T>({ connectSchedules }: Pick<Context, 'connectSchedules'>, body: (schedules: Schedules) => Promise<T>): Promise<T> {
  const schedules = await connectSchedules();
  try {
    return await body(schedules);
  } finally {
    await schedules.close();
  }
}

export type Output = 'text' | 'json';

export const outputOption = () => new Option('-o, --output <format>', 'how the data on standard output is written').choices(['text', 'json']).default('text');
export const reasonOption = () => new Option('--reason <text>', 'why; it is kept in the report').makeOptionMandatory();
export const waitOption = () => new Option('--wait <duration>', 'look no longer than this, such as 30m; exit code 5 when it is over').argParser(parseDuration);

/** `30s`, `10m`, `2h`, `1d` → seconds. */
export function parseDuration(text: string): number {
  if (!durationPattern.test(text.trim())) throw new InvalidArgumentError('expected a duration such as 30s, 10m or 2h');
  return durationSeconds(text.trim());
}

export const json = (value: unknown): string => JSON.stringify(value, undefined, 2);
