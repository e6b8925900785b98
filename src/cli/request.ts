import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import type { RequestFiles } from '../adapters/request-files/request-files.js';
import { CliError, usageError } from './cli-error.js';
import { exitCodes } from './exit-codes.js';
import { fieldAt, type Kind, kindNames, kindOf, replaceAt } from './kinds.js';
import { type PlacedProblem, readSpecText, type SpecFile, type SpecProblem, showProblem } from './spec-file.js';

/** A spec that is ready to travel: its files are in the cluster. */
export interface Request {
  readonly kind: Kind;
  readonly spec: unknown;
  readonly source: SpecFile;
  /** Keeps the files that it brought for the run, which is known once it is started. */
  readonly claimFor: (run: string) => Promise<void>;
}

/** The spec cannot be: every problem, each with its place. */
export class InvalidSpecError extends CliError {
  readonly problems: readonly PlacedProblem[];

  constructor(problems: readonly PlacedProblem[]) {
    super(problems.map(showProblem).join('\n'), { exitCode: exitCodes.invalid });
    this.problems = problems;
  }
}

/** Problems as the worker told them, at the places where the user wrote. */
export function placed(source: SpecFile, problems: readonly SpecProblem[]): readonly PlacedProblem[] {
  return problems.map(({ path, message }) => ({ file: source.file, path, message, position: source.positionOf(path) }));
}

/** Reads the file (`-`: standard input), and puts the files that it names into the cluster. `connect` is called only where there are any. */
export async function readRequest(file: string, connect: () => Promise<RequestFiles>): Promise<Request> {
  const source = readSpecText(file, await readText(file));
  if (source.problems.length > 0) throw new InvalidSpecError(source.problems);
  const kind = kindOf(source.spec);
  if (!kind) throw new InvalidSpecError(placed(source, [{ path: ['kind'], message: `expected one of ${kindNames.join(', ')}` }]));
  const named = kind.files.flatMap((path) => {
    const held = fieldAt(source.spec, path);
    return typeof held === 'string' ? [{ path, file: resolve(dirname(file), held) }] : [];
  });
  const contents = await readAll(source, named);
  const { spec, claimFor } =
    contents.length === 0 ? { spec: source.spec, claimFor: async () => undefined } : await send(source.spec, contents, await connect());
  return { kind, spec, source, claimFor };
}

async function send(spec: unknown, contents: Awaited<ReturnType<typeof readAll>>, store: RequestFiles) {
  const sent = await Promise.all(contents.map(async ({ path, file, content }) => ({ path, secretRef: await store.put(baseName(file), content) })));
  return {
    spec: sent.reduce((held, { path, secretRef }) => replaceAt(held, path, { secretRef }), spec),
    claimFor: async (run: string) => {
      await Promise.all(sent.map(({ secretRef }) => store.claim(secretRef, run)));
    },
  };
}

interface NamedFile {
  readonly path: readonly string[];
  readonly file: string;
}

/** All that cannot be read are told at once. */
async function readAll(source: SpecFile, files: readonly NamedFile[]) {
  const problems: SpecProblem[] = [];
  const read = await Promise.all(
    files.map(async ({ path, file }) => {
      try {
        return [{ path, file, content: await readFile(file) }];
      } catch (error) {
        problems.push({ path, message: cannotRead(file, error) });
        return [];
      }
    }),
  );
  if (problems.length > 0) throw new InvalidSpecError(placed(source, problems));
  return read.flat();
}

async function readText(file: string): Promise<string> {
  if (file === '-') return text(process.stdin);
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw usageError(cannotRead(file, error));
  }
}

const baseName = (path: string): string => path.split('/').at(-1) ?? path;

function cannotRead(file: string, error: unknown): string {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT') return `there is no file ${file}`;
  return `${file} cannot be read${typeof code === 'string' ? ` (${code})` : ''}`;
}
