import { cp, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { failure } from '../../errors.js';
import { isMapping, type Values } from '../../model/values.js';
import { readValuesText } from '../../values/read-values-text.js';
import { untar } from './untar.js';

const chartYaml = z.object({
  name: z.string(),
  version: z.coerce.string(),
  dependencies: z.array(z.object({ name: z.string(), alias: z.string().optional() })).nullish(),
});

/** A schema of values, and where in the chart's values those are that it is about. */
export interface ChartSchema {
  readonly path: readonly string[];
  readonly chart: string;
  readonly schema: unknown;
}

/** What the files of a chart and of its dependencies say. */
export interface ChartTree {
  readonly name: string;
  readonly version: string;
  /** Of the chart and, under their names, of its dependencies. */
  readonly defaults: Values;
  readonly schemas: readonly ChartSchema[];
  /** APIs that templates ask the cluster for. */
  readonly apis: readonly string[];
  /** Texts that templates compare values with. */
  readonly comparisons: readonly { readonly path: readonly string[]; readonly with: string }[];
}

/** Lays a chart out in the folder, packages of dependencies unpacked. HelmFailed where there is none. */
export async function layOut(chart: string, folder: string): Promise<void> {
  const found = await stat(chart).catch(() => undefined);
  if (!found) throw failure('HelmFailed', `there is no chart ${chart}`);
  if (found.isDirectory()) await cp(chart, folder, { recursive: true, dereference: true });
  else await untar(await readFile(chart), folder);
  for (const name of await namesIn(join(folder, 'charts'))) {
    if (!name.endsWith('.tgz')) continue;
    const to = join(folder, 'charts', basename(name, '.tgz'));
    await mkdir(to, { recursive: true });
    await layOut(join(folder, 'charts', name), to);
    await rm(join(folder, 'charts', name));
  }
}

/** Helm renders NOTES.txt and does not print it in `helm template`; as an object it does. */
export async function showNotes(folder: string): Promise<void> {
  if ((await textIn(folder, 'templates/NOTES.txt')) === undefined) return;
  const notes = '{{ include (print $.Template.BasePath "/NOTES.txt") . | indent 4 }}';
  await writeFile(
    join(folder, 'templates/zz-rehelm-notes.yaml'),
    `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: rehelm-notes}\ndata:\n  notes: |2\n${notes}\n`,
  );
}

export async function readTree(folder: string, path: readonly string[] = [], alias?: string): Promise<ChartTree> {
  const said = await textIn(folder, 'Chart.yaml');
  if (said === undefined) throw failure('HelmFailed', `${alias ?? folder} is no chart: it has no Chart.yaml`);
  const { name, version, dependencies } = chartYaml.parse(parse(said));
  const own = readValuesText((await textIn(folder, 'values.yaml')) ?? '', `values.yaml of ${name}`);
  const schema = await textIn(folder, 'values.schema.json');
  const templates = await templatesIn(join(folder, 'templates'));
  const below = await Promise.all((await namesIn(join(folder, 'charts'))).map((each) => subtrees(join(folder, 'charts', each), path, dependencies ?? [])));
  const trees = below.flat();
  return {
    name,
    version,
    defaults: { ...own, ...Object.fromEntries(trees.map(({ key, tree }) => [key, laid(tree.defaults, own[key])])) },
    schemas: [...(schema === undefined ? [] : [{ path, chart: name, schema: JSON.parse(schema) }]), ...trees.flatMap(({ tree }) => tree.schemas)],
    apis: [...new Set([...apisIn(templates), ...trees.flatMap(({ tree }) => tree.apis)])],
    comparisons: [...comparisonsIn(templates, path), ...trees.flatMap(({ tree }) => tree.comparisons)],
  };
}

interface Subtree {
  /** Where the parent holds its values. */
  readonly key: string;
  readonly tree: ChartTree;
}

/** One per alias. */
async function subtrees(
  folder: string,
  path: readonly string[],
  dependencies: readonly { readonly name: string; readonly alias?: string | undefined }[],
): Promise<readonly Subtree[]> {
  if ((await textIn(folder, 'Chart.yaml')) === undefined) return [];
  const { name } = await readTree(folder);
  const keys = dependencies.filter((each) => each.name === name).map((each) => each.alias ?? each.name);
  return Promise.all((keys.length > 0 ? keys : [name]).map(async (key) => ({ key, tree: await readTree(folder, [...path, key], key) })));
}

/** The parent's values over its dependency's. */
const laid = (below: unknown, over: unknown): unknown =>
  isMapping(below) && isMapping(over)
    ? Object.fromEntries([...new Set([...Object.keys(below), ...Object.keys(over)])].map((key) => [key, laid(below[key], over[key])]))
    : (over ?? below);

const namesIn = (folder: string): Promise<readonly string[]> => readdir(folder).catch(() => []);
const textIn = (folder: string, name: string): Promise<string | undefined> => readFile(join(folder, name), 'utf8').catch(() => undefined);

async function templatesIn(folder: string): Promise<string> {
  const files = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const texts = await Promise.all(files.filter((each) => each.isFile()).map((each) => readFile(join(each.parentPath, each.name), 'utf8')));
  return texts.join('\n');
}

const apisIn = (templates: string): readonly string[] => [...templates.matchAll(/APIVersions\.Has\s+"([^"]+)"/g)].map(([, api]) => api!);

const compared = /\b(?:eq|ne)\s+(?:\(?\s*\$?\.Values\.([\w.]+)[^"()]*\)?\s+"([^"]+)"|"([^"]+)"\s+\$?\.Values\.([\w.]+))/g;

const comparisonsIn = (templates: string, path: readonly string[]) =>
  [...templates.matchAll(compared)].map(([, left, right, literal, other]) => ({
    path: [...path, ...(left ?? other ?? '').split('.')],
    with: right ?? literal ?? '',
  }));
