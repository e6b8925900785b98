/** Who may import whom in src/: a room, and the rooms and packages it may reach. What is not listed is refused. */
export interface Room {
  readonly room: string;
  /** Rooms whose values it may import. */
  readonly imports: readonly string[];
  /** Rooms of which it may only `import type`. */
  readonly types?: readonly string[];
}

/** What steps share. */
const shared = ['objects', 'copier', 'drill', 'private-server', 'release', 'runs'].map((room) => `src/activities/${room}`);

/** YAML as Helm reads it. */
const helmsYaml = ['helm-yaml', 'read-values-text'].map((part) => `src/values/${part}.ts`);

/** What copiers of every engine share. */
const copierParts = [
  'attempt-log',
  'context',
  'copy-progress',
  'count-copied',
  'epoch-fence',
  'hash-progress',
  'rate-limit',
  'require-space',
  'run-side-by-side',
  'stop',
  'turns',
].map((part) => `src/copier/${part}.ts`);

/** What dumps of every engine share. */
const backupParts = ['src/adapters/artifacts', 'src/copier/backup'];

/** The longest matching room counts. `src/model` is where refs and step inputs live; everybody may import it. */
export const rooms: readonly Room[] = [
  { room: 'src/errors.ts', imports: [] },
  { room: 'src/model', imports: ['src/model', 'src/errors.ts'] },
  // Pure: no I/O, no clock, no randomness; step.ts ties names of steps to their inputs.
  { room: 'src/plans', imports: ['src/model', 'src/plans'] },
  { room: 'src/plans/step.ts', imports: ['src/model'], types: ['src/activities'] },
  { room: 'src/workflows', imports: ['src/model', 'src/errors.ts', 'src/workflows'], types: ['src/activities', 'src/plans', 'src/model/schema'] },
  { room: 'src/adapters', imports: ['src/model', 'src/errors.ts', 'src/adapters'] },
  { room: 'src/adapters/helm', imports: ['src/model', 'src/errors.ts', 'src/adapters', ...helmsYaml] },
  // Values files: read as Helm does, rewritten, held against a chart. Pure; whoever calls it brings the text and the renderings.
  { room: 'src/values', imports: ['src/model', 'src/errors.ts', 'src/values'] },
  // Steps stand at the top and know each other's types only; what several of them share is below, and reaches no step.
  { room: 'src/activities', imports: ['src/model', 'src/errors.ts', 'src/values', 'src/adapters', ...shared], types: ['src/activities'] },
  { room: 'src/activities/objects', imports: ['src/model', 'src/errors.ts', 'src/adapters', 'src/activities/objects'] },
  { room: 'src/activities/runs', imports: ['src/model', 'src/errors.ts', 'src/adapters', 'src/activities/runs'], types: ['src/activities/adapters.ts'] },
  {
    room: 'src/activities/copier',
    imports: ['src/model', 'src/errors.ts', 'src/adapters', 'src/activities/objects', 'src/activities/copier'],
    types: ['src/activities'],
  },
  {
    room: 'src/activities/private-server',
    imports: ['src/model', 'src/errors.ts', 'src/adapters', 'src/activities/objects', 'src/activities/copier', 'src/activities/private-server'],
  },
  { room: 'src/activities/drill', imports: ['src/model', 'src/errors.ts', 'src/adapters', 'src/activities/objects', 'src/activities/drill'] },
  {
    room: 'src/activities/release',
    imports: ['src/model', 'src/errors.ts', 'src/values', 'src/adapters', 'src/activities/objects', 'src/activities/runs', 'src/activities/release'],
    types: ['src/activities/adapters.ts'],
  },
  {
    room: 'src/activities/inspect',
    imports: ['src/model', 'src/errors.ts', 'src/values', 'src/adapters', 'src/plans', 'src/judge', ...shared, 'src/activities/inspect'],
    types: ['src/activities/adapters.ts'],
  },
  { room: 'src/activities/steps.ts', imports: ['src/activities'] },
  { room: 'src/activities/index.ts', imports: ['src/activities'] },
  { room: 'src/copier', imports: ['src/model', 'src/errors.ts', 'src/adapters', 'src/copier'] },
  { room: 'src/copier/backup', imports: ['src/model', 'src/errors.ts', 'src/adapters', 'src/copier/backup', 'src/copier/context.ts'] },
  { room: 'src/copier/mongo', imports: ['src/model', 'src/errors.ts', 'src/adapters/mongo', 'src/copier/mongo', ...backupParts, ...copierParts] },
  { room: 'src/copier/postgres', imports: ['src/model', 'src/errors.ts', 'src/adapters/postgres', 'src/copier/postgres', ...backupParts, ...copierParts] },
  { room: 'src/copier/redis', imports: ['src/model', 'src/errors.ts', 'src/adapters/redis', 'src/copier/redis', ...copierParts] },
  // What a ledger proves: pure, and the same for driver, guard and whoever verifies a report.
  { room: 'src/judge', imports: ['src/model', 'src/errors.ts', 'src/judge'] },
  // Runs inside the cluster: driver, guard, hands.
  { room: 'src/drill', imports: ['src/model', 'src/errors.ts', 'src/adapters', 'src/judge', 'src/drill'] },
  { room: 'src/worker', imports: ['src/model', 'src/errors.ts', 'src/adapters', 'src/activities', 'src/worker'] },
  // What people do with runs, whichever way they come; reaches clusters through workers, but for the files of a spec.
  {
    room: 'src/runs',
    imports: ['src/model', 'src/errors.ts', 'src/adapters/temporal/temporal-config.ts', 'src/adapters/temporal/scheduled-runs.ts', 'src/runs'],
    types: ['src/workflows', 'src/activities', 'src/adapters/request-files'],
  },
  // Reports in words, for the terminal and the API.
  { room: 'src/render', imports: ['src/model', 'src/render'] },
  {
    room: 'src/api',
    imports: ['src/model', 'src/errors.ts', 'src/adapters/request-files', 'src/adapters/cluster-key', 'src/runs', 'src/render', 'src/api'],
    types: ['src/activities'],
  },
  {
    room: 'src/cli',
    imports: [
      'src/model',
      'src/errors.ts',
      'src/adapters/helm/local-charts.ts',
      'src/values',
      'src/adapters/request-files',
      'src/runs',
      'src/render',
      'src/worker',
      'src/api/main.ts',
      'src/api/access/token.ts',
      'src/api/access/first-access.ts',
      'src/cli',
    ],
    types: ['src/workflows', 'src/activities', 'src/adapters'],
  },
];

/** Packages that only one room may know. */
export const packages: readonly { readonly name: RegExp; readonly rooms: readonly string[] }[] = [
  { name: /^execa$|^(node:)?child_process$/, rooms: ['src/adapters/process'] },
  { name: /^@kubernetes\/client-node$/, rooms: ['src/adapters/kube'] },
  // Specs are read in model/schema, foreign text in adapters; neither is in the workflow bundle.
  { name: /^zod$/, rooms: ['src/model/schema', 'src/adapters', 'src/api'] },
  { name: /^@aws-sdk\//, rooms: ['src/adapters/artifacts'] },
  { name: /^(mongodb|bson)$/, rooms: ['src/adapters/mongo', 'src/copier/mongo'] },
  { name: /^pg(-copy-streams)?$/, rooms: ['src/adapters/postgres'] },
  { name: /^redis$/, rooms: ['src/adapters/redis'] },
  { name: /^@temporalio\/client$/, rooms: ['src/runs', 'src/adapters/temporal', 'src/worker'] },
  { name: /^@temporalio\/worker$/, rooms: ['src/worker'] },
  { name: /^@temporalio\/workflow$/, rooms: ['src/workflows'] },
  { name: /^@temporalio\/activity$/, rooms: ['src/activities', 'src/worker', 'src/adapters'] },
];

export interface Import {
  /** The importing file, from the checkout's root. */
  readonly file: string;
  /** What it imports: a file from the root, or a package. */
  readonly target: string;
  readonly typeOnly: boolean;
}

const within = (path: string, room: string) => path === room || path.startsWith(`${room}/`);
const roomOf = (file: string) => rooms.filter(({ room }) => within(file, room)).sort((left, right) => right.room.length - left.room.length)[0];

/** Why the import is not allowed, or nothing. */
export function refusal({ file, target, typeOnly }: Import): string | undefined {
  if (!within(target, 'src')) return refusedPackage(file, target, typeOnly);
  const room = roomOf(file);
  if (!room) return `${file} is in no room of scripts/import-rules.ts`;
  const allowed = [...room.imports, ...(typeOnly ? (room.types ?? []) : [])];
  if (!allowed.some((each) => within(target, each)))
    return `${file} may not import ${typeOnly ? 'types of ' : ''}${target}: ${room.room} reaches ${allowed.join(', ')}`;
  if (!typeOnly && within(target, 'src/model/schema') && within(file, 'src/workflows'))
    return `${file} may not import ${target}: zod stays out of the workflow bundle`;
  return undefined;
}

function refusedPackage(file: string, target: string, typeOnly: boolean): string | undefined {
  if (typeOnly) return undefined;
  if (within(file, 'src/workflows') && target.startsWith('node:')) return `${file} may not import ${target}: workflow code is deterministic`;
  const rule = packages.find(({ name }) => name.test(target));
  return rule && !rule.rooms.some((room) => within(file, room)) ? `${file} may not import ${target}: only ${rule.rooms.join(', ')} may` : undefined;
}
