import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { parseAllDocuments } from 'yaml';

export type Manifest = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly annotations?: Record<string, string>;
    readonly labels?: Record<string, string>;
  };
  // biome-ignore lint/suspicious/noExplicitAny: manifests of every kind, read in tests only
  readonly [field: string]: any;
};

export const folder = join(import.meta.dirname, '../../examples/cognigy');

const read = (yaml: string): readonly Manifest[] => parseAllDocuments(yaml).flatMap((document) => document.toJS() ?? []);

const found = (variable: string, name: string): string | undefined =>
  [process.env[variable] ?? '', ...(process.env['PATH'] ?? '').split(delimiter).map((path) => join(path, name))].find(
    (path) => path !== '' && existsSync(path),
  );

export const helm = found('REHELM_HELM', 'helm');
export const kubectl = found('REHELM_KUBECTL', 'kubectl');

/** A describe that is skipped, loudly, when a program is missing: Jest itself hardly mentions what it skips. */
export const describeWith = (programs: Readonly<Record<string, string | undefined>>, title: string, tests: () => void): void => {
  const missing = Object.keys(programs).filter((name) => !programs[name]);
  if (missing.length === 0) {
    describe(title, tests);
    return;
  }
  process.stderr.write(`\n!!! NOT TESTED: ${title}. Missing: ${missing.join(', ')}; put it on PATH or set REHELM_HELM, REHELM_KUBECTL\n\n`);
  it.skip(title, () => undefined); // not describe.skip: that runs the body
};

export const builtKustomization = (path: string): readonly Manifest[] => read(run(kubectl, 'REHELM_KUBECTL', ['kustomize', join(folder, path)]));

/** What `helm template` makes of a chart. */
export const rendered = (release: string, chart: string, namespace: string, ...flags: readonly string[]): readonly Manifest[] =>
  read(run(helm, 'REHELM_HELM', ['template', release, chart, '--namespace', namespace, ...flags]));

export const renderedChart = (...flags: readonly string[]): readonly Manifest[] =>
  rendered('cognigy-ai', join(folder, 'chart'), 'cognigy-ai', '--values', join(folder, 'values_prod.yaml'), ...flags);

const run = (program: string | undefined, variable: string, args: readonly string[]): string => {
  if (!program) throw new Error(`${variable} is not set and the program is not on PATH`);
  return execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, HELM_NO_PLUGINS: '1' } });
};

export const ofKind = (manifests: readonly Manifest[], kind: string): ReadonlyMap<string, Manifest> =>
  new Map(manifests.filter((manifest) => manifest.kind === kind).map((manifest) => [manifest.metadata.name, manifest]));

/** Secrets that the pods of a workload cannot start without. */
export const secretsNeeded = (workloads: Iterable<Manifest>): ReadonlySet<string> =>
  new Set(
    [...workloads].flatMap(({ spec }) =>
      spec.template.spec.containers.flatMap(({ env = [] }: { env?: { valueFrom?: { secretKeyRef?: { name: string; optional?: boolean } } }[] }) =>
        env.flatMap(({ valueFrom }) => (valueFrom?.secretKeyRef && !valueFrom.secretKeyRef.optional ? [valueFrom.secretKeyRef.name] : [])),
      ),
    ),
  );
