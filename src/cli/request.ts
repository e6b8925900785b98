import { readFile } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { filesNamed, kindOf, unknownKind } from '../model/kinds.js';
import type { NamedFile, SpecRequest } from '../runs/runs.js';
import { CliError, usageError } from './cli-error.js';
import { exitCodes } from './exit-codes.js';
import { type PlacedProblem, readSpecText, type SpecFile, type SpecProblem, showProblem } from './spec-file.js';

/** A spec with the files that it names, and where it was written. */
export interface Request extends SpecRequest {
  readonly source: SpecFile;
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

/** Reads the spec (`-`: standard input), and the files that it names. */
export async function readRequest(file: string): Promise<Request> {
  const source = readSpecText(file, await readText(file));
  if (source.problems.length > 0) throw new InvalidSpecError(source.problems);
  return { spec: source.spec, source, files: await readAll(source, filesIn(file, source)) };
}

interface Named {
  readonly path: readonly string[];
  readonly file: string;
}

/** A kind that nobody knows is refused at its place. */
function filesIn(file: string, source: SpecFile): readonly Named[] {
  const kind = kindOf(source.spec);
  if (!kind) throw new InvalidSpecError(placed(source, [unknownKind()]));
  return filesNamed(source.spec, kind).map(({ path, file: name }) => ({ path, file: resolve(dirname(file), name) }));
}

/** All that cannot be read are told at once. */
async function readAll(source: SpecFile, files: readonly Named[]): Promise<readonly NamedFile[]> {
  const problems: SpecProblem[] = [];
  const read = await Promise.all(
    files.map(async ({ path, file }) => {
      try {
        return [{ path, name: basename(file), content: await readFile(file) }];
      } catch (error) {
        problems.push({ path, message: cannotRead(file, error) });
        return [];
      }
    }),
  );
  if (problems.length > 0) throw new InvalidSpecError(placed(source, problems));
  return read.flat();
}

/** A file's text; `-` is standard input. */
export async function readText(file: string): Promise<string> {
  if (file === '-') return text(process.stdin);
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw usageError(cannotRead(file, error));
  }
}

function cannotRead(file: string, error: unknown): string {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT') return `there is no file ${file}`;
  return `${file} cannot be read${typeof code === 'string' ? ` (${code})` : ''}`;
}
