import { failure } from '../errors.js';

type Fields = { readonly [field: string]: unknown };

/** How a spec of one kind is started. */
export interface Kind {
  readonly workflowType: string;
  /** The same for every run of the same thing, so that a second one is refused; undefined where the spec is too broken to tell. */
  readonly workflowId: (spec: unknown) => string | undefined;
  /** Fields that may name a file, which then travels as a Secret. */
  readonly files: readonly (readonly string[])[];
  /** Words that name no file where a file may be named. */
  readonly noFiles?: readonly string[];
  /** Whether a schedule may start it, with nobody there. */
  readonly canBeScheduled: boolean;
  /** A schedule of it stops after a run that was not well, until a person has said what was found. */
  readonly pausesOnFailure?: true;
}

export type Kinds = Readonly<Record<string, Kind>>;

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);

export function fieldAt(spec: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((held, name) => (isFields(held) ? held[name] : undefined), spec);
}

function releaseId(spec: unknown): string | undefined {
  const [namespace, release] = [fieldAt(spec, ['target', 'namespace']), fieldAt(spec, ['target', 'release'])];
  return typeof namespace === 'string' && typeof release === 'string' ? `migrate/${namespace}/${release}` : undefined;
}

/** One upgrade of a release at a time, whatever its name. */
function upgradedReleaseId(spec: unknown): string | undefined {
  const [namespace, release] = [fieldAt(spec, ['source', 'namespace']), fieldAt(spec, ['source', 'release'])];
  return typeof namespace === 'string' && typeof release === 'string' ? `migrate/${namespace}/${release}` : undefined;
}

/** One drill of a target at a time, whatever its name. */
function drillId(spec: unknown): string | undefined {
  const [namespace, name] = [fieldAt(spec, ['target', 'namespace']), fieldAt(spec, ['metadata', 'name'])];
  return typeof namespace === 'string' && typeof name === 'string' ? `drill/${namespace}/${name}` : undefined;
}

/** One copy of a name into a server at a time. */
function copyId(spec: unknown): string | undefined {
  const name = fieldAt(spec, ['metadata', 'name']);
  const server = fieldAt(spec, ['target', 'at', 'service']) ?? fieldAt(spec, ['target', 'at', 'host']);
  return typeof name === 'string' && typeof server === 'string' ? `copy/${server}/${name}` : undefined;
}

/** One upgrade of a volume at a time, whatever its name. */
function upgradeId(spec: unknown): string | undefined {
  const [namespace, claim] = [fieldAt(spec, ['volume', 'claim', 'namespace']), fieldAt(spec, ['volume', 'claim', 'name'])];
  return typeof namespace === 'string' && typeof claim === 'string' ? `upgrade/${namespace}/${claim}` : undefined;
}

/** One backup, and one restore, of a name at a server at a time. */
const atServer =
  (verb: string) =>
  (spec: unknown): string | undefined => {
    const name = fieldAt(spec, ['metadata', 'name']);
    const server = fieldAt(spec, ['server', 'at', 'service']) ?? fieldAt(spec, ['server', 'at', 'host']);
    return typeof name === 'string' && typeof server === 'string' ? `${verb}/${server}/${name}` : undefined;
  };

/** Of kinds that take a release to its next chart. */
const chartFiles = {
  files: [
    ['target', 'values', 'from'],
    ['target', 'values', 'migrate'],
  ],
  noFiles: ['release'],
} as const;

/** The registry: a kind that comes later adds a line here, and the compiler names what else it lacks, its schema (model/schema/kinds.ts) and its preview. */
export const kinds = {
  ChartUpgrade: {
    workflowType: 'chartUpgrade',
    workflowId: upgradedReleaseId,
    ...chartFiles,
    canBeScheduled: false,
  },
  DatabaseBackup: { workflowType: 'databaseBackup', workflowId: atServer('backup'), files: [], canBeScheduled: true },
  DatabaseCopy: { workflowType: 'databaseCopy', workflowId: copyId, files: [], canBeScheduled: false },
  DatabaseRestore: { workflowType: 'databaseRestore', workflowId: atServer('restore'), files: [], canBeScheduled: false },
  DatabaseUpgrade: { workflowType: 'databaseUpgrade', workflowId: upgradeId, files: [], canBeScheduled: false },
  FailoverDrill: { workflowType: 'failoverDrill', workflowId: drillId, files: [], canBeScheduled: true, pausesOnFailure: true },
  KustomizeToHelm: { workflowType: 'kustomizeToHelm', workflowId: releaseId, files: [['target', 'values']], canBeScheduled: false },
  PostgresToHA: { workflowType: 'postgresToHa', workflowId: upgradedReleaseId, ...chartFiles, canBeScheduled: false },
} as const satisfies Kinds;

export type KindName = keyof typeof kinds;

/** The spec's kind; undefined for one that nobody knows here. */
export function kindOf(spec: unknown, known: Kinds = kinds): Kind | undefined {
  const name = fieldAt(spec, ['kind']);
  return typeof name === 'string' && Object.hasOwn(known, name) ? known[name] : undefined;
}

export const unknownKind = (known: Kinds = kinds) => ({ path: ['kind'], message: `expected one of ${Object.keys(known).join(', ')}` });

/** The spec's kind. InvalidSpec for one that nobody knows here. */
export function kindNamed(spec: unknown, known: Kinds = kinds): Kind {
  const kind = kindOf(spec, known);
  if (kind) return kind;
  const problem = unknownKind(known);
  throw failure('InvalidSpec', `kind: ${problem.message}`, { details: { problems: [problem] } });
}

/** The spec with the field at `path` replaced; what is on the way exists. */
export function replaceAt(spec: unknown, path: readonly string[], value: unknown): unknown {
  const [name, ...rest] = path;
  if (name === undefined) return value;
  const held = isFields(spec) ? spec : {};
  return { ...held, [name]: replaceAt(held[name], rest, value) };
}

/** The files that a spec names, by the fields that do. */
export const filesNamed = (spec: unknown, { files, noFiles = [] }: Kind): readonly { readonly path: readonly string[]; readonly file: string }[] =>
  files.flatMap((path) => {
    const held = fieldAt(spec, path);
    return typeof held === 'string' && !noFiles.includes(held) ? [{ path, file: held }] : [];
  });
