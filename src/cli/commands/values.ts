import { rename, stat, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { type Command, Option } from 'commander';
import { createLocalCharts } from '../../adapters/helm/local-charts.js';
import { readValuesMap } from '../../model/schema/values-map.js';
import type { ValuesMap } from '../../model/values-map.js';
import { describeChange, type Refusal } from '../../values/changes.js';
import { describeDiff } from '../../values/describe-diff.js';
import { rewriteValues } from '../../values/rewrite-values.js';
import { type ChartAsked, checkValues, type Verdict } from '../check-values.js';
import { CliError, usageError } from '../cli-error.js';
import { type AddCommand, type Context, json, type Output } from '../context.js';
import { type ExitCode, exitCodes } from '../exit-codes.js';
import { explainFailure } from '../outcome.js';
import { verdictText } from '../render/verdict-text.js';
import { InvalidSpecError, readText } from '../request.js';
import { readSpecText } from '../spec-file.js';

interface MigrateOptions extends ChartOptions {
  readonly map: string;
  readonly inPlace?: true;
  readonly diff?: true;
  readonly output?: string;
  readonly showSecrets?: true;
}

interface ChartOptions {
  readonly chart?: string;
  readonly version?: string;
  readonly registryConfig?: string;
  readonly plainHttp?: true;
}

interface CheckOptions extends ChartOptions {
  readonly chart: string;
  readonly map?: string;
  readonly output: Output;
}

const withChart = (command: Command): Command =>
  command
    .option('--version <version>', 'of the chart; needed for oci://')
    .option('--registry-config <file>', 'credentials of registries; default: those of helm registry login')
    .option('--plain-http', 'talk plain HTTP to the registry');

export const addValues: AddCommand = (program, context) => {
  const { action } = context;
  const values = program
    .command('values')
    .description('Values files of charts: rewrite them for a new version, find keys that it does not read. Needs neither cluster nor server.');

  withChart(
    values
      .command('migrate')
      .argument('<file>', 'the values file; - reads standard input')
      .description(
        'Rewrite a values file by a map: the new text on standard output, what was done on standard error. What the map does not touch stays byte for byte.',
      )
      .requiredOption('--map <map.yaml>', 'a ValuesMap')
      .addOption(new Option('--in-place', 'write the file itself').conflicts(['diff', 'output']))
      .addOption(new Option('--diff', 'show a unified diff instead').conflicts('output'))
      .option('-o, --output <file>', 'write another file')
      .option('--show-secrets', 'do not hide in the diff what looks like secrets')
      .option('--chart <chart>', 'also check the result against this chart: a folder, a package or oci://'),
  ).action(action((file: string, options: MigrateOptions) => migrate(context, file, options)));

  withChart(
    values
      .command('check')
      .argument('<file>', 'the values file; - reads standard input')
      .description('Hold a values file against a chart: its schemas, and every key that the chart does not read, proved by rendering it with other values.')
      .requiredOption('--chart <chart>', 'a folder, a package or oci://')
      .option('--map <map.yaml>', 'a ValuesMap to apply first'),
  )
    .addOption(new Option('-o, --output <format>', 'how the verdict is written').choices(['text', 'json']).default('text'))
    .action(action((file: string, options: CheckOptions) => check(context, file, options)));
};

async function migrate({ terminal }: Context, file: string, options: MigrateOptions): Promise<ExitCode> {
  const map = await readMap(options.map);
  const before = await readText(file);
  const { text, changes } = rewritten(file, before, map);
  for (const change of changes) terminal.say(describeChange(change));
  if (changes.length === 0) terminal.say('nothing to do: the map finds nothing to change');
  const { chart } = options;
  const verdict = chart === undefined ? undefined : await verdictOf(terminal, text, { ...options, chart }, map);
  if (verdict) terminal.say(verdictText(verdict, file, terminal.colors));
  if (options.diff) terminal.out(describeDiff({ before, after: text, name: basename(file), showSecrets: options.showSecrets }).replace(/\n$/, ''));
  else if (options.inPlace) await writeWhole(file, text);
  else if (options.output !== undefined) await writeWhole(options.output, text);
  else terminal.write(text);
  return verdict && !verdict.isWell ? exitCodes.refused : exitCodes.ok;
}

async function check({ terminal }: Context, file: string, options: CheckOptions): Promise<ExitCode> {
  const map = options.map === undefined ? undefined : await readMap(options.map);
  const given = await readText(file);
  const text = map ? rewritten(file, given, map).text : given;
  const verdict = await verdictOf(terminal, text, options, map);
  terminal.out(options.output === 'json' ? json(verdict) : verdictText(verdict, file, terminal.outColors));
  return verdict.isWell ? exitCodes.ok : exitCodes.refused;
}

function verdictOf(
  terminal: Context['terminal'],
  text: string,
  options: ChartOptions & { readonly chart: string },
  map: ValuesMap | undefined,
): Promise<Verdict> {
  const { chart, version = '', plainHttp } = options;
  if (chart.startsWith('oci://') && version === '') throw usageError('--version is needed for a chart of a registry');
  const asked: ChartAsked = { ref: { chart, version, ...(plainHttp && { plainHttp }) }, ...(map && { map }) };
  terminal.live(terminal.colors.dim('rendering the chart …'));
  return checkValues(createLocalCharts(terminal.env, options.registryConfig), text, asked).finally(() => terminal.live(''));
}

async function readMap(file: string): Promise<ValuesMap> {
  const source = readSpecText(file, await readText(file));
  if (source.problems.length > 0) throw new InvalidSpecError(source.problems);
  try {
    return readValuesMap(source.spec);
  } catch (error) {
    throw explainFailure(error, source);
  }
}

function rewritten(file: string, text: string, map: ValuesMap) {
  const made = rewriteValues(text, map);
  if ('text' in made) return made;
  throw new CliError(['the values file is refused; nothing was written:', ...made.refusals.map((refusal) => `  ${showRefusal(file, refusal)}`)].join('\n'), {
    exitCode: exitCodes.refused,
  });
}

const showRefusal = (file: string, { line = 1, column = 1, path, code, message }: Refusal): string =>
  `${file}:${line}:${column} ${path === '' ? '' : `${path}: `}${message} (${code})`;

/** The old file or the whole new one, whatever happens meanwhile; with the rights that it had. */
async function writeWhole(file: string, text: string): Promise<void> {
  if (file === '-') throw usageError('--in-place needs a file');
  const mode = await stat(file).then(
    (found) => found.mode,
    () => 0o600,
  );
  const beside = `${file}.rehelm-${process.pid}`;
  await writeFile(beside, text, { mode });
  await rename(beside, file);
}
