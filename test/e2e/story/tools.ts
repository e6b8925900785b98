import { execa } from 'execa';

/** Paths and settings of one story on the lab; everything it starts gets these. */
export interface Place {
  readonly checkout: string;
  readonly env: { readonly [name: string]: string };
}

export interface Done {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end; throws with its last lines unless `mayFail`. */
export async function run(
  { checkout, env }: Place,
  program: string,
  args: readonly string[],
  { input, mayFail = false }: { readonly input?: string; readonly mayFail?: boolean } = {},
): Promise<Done> {
  const { exitCode = 1, stdout, stderr } = await execa(program, args, { cwd: checkout, env, reject: false, ...(input !== undefined && { input }) });
  if (exitCode !== 0 && !mayFail)
    throw new Error(`${program} ${args.join(' ')} ended with ${exitCode}:\n${`${stdout}\n${stderr}`.trim().split('\n').slice(-25).join('\n')}`);
  return { exitCode, stdout, stderr };
}

export const kubectl = (place: Place, args: readonly string[], options?: { readonly input?: string; readonly mayFail?: boolean }) =>
  run(place, place.env['KUBECTL']!, args, options);

/** Applies objects; a list is fine. */
export const apply = (place: Place, objects: readonly object[]) =>
  kubectl(place, ['apply', '-f', '-'], { input: JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }) });

export const rehelm = (place: Place, args: readonly string[], options?: { readonly mayFail?: boolean }) =>
  run(place, `${place.checkout}/bin/rehelm`, args, options);

/** One line per thing that happens, with seconds since the start, on stderr. */
export function teller(): (line: string) => void {
  const started = Date.now();
  return (line) => process.stderr.write(`${((Date.now() - started) / 1000).toFixed(1).padStart(7)} s  ${line}\n`);
}

export const sleep = (milliseconds: number) => new Promise((next) => setTimeout(next, milliseconds));

/** Looks until it sees something; an Error after `withinSeconds`. */
export async function soon<T>(what: string, withinSeconds: number, look: () => Promise<T | undefined>, everyMilliseconds = 200): Promise<T> {
  const until = Date.now() + withinSeconds * 1000;
  for (;;) {
    const seen = await look();
    if (seen !== undefined) return seen;
    if (Date.now() > until) throw new Error(`waited ${withinSeconds} s for ${what}`);
    await sleep(everyMilliseconds);
  }
}
