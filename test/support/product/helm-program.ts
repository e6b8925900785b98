import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { parse, stringify } from 'yaml';
import type { Helm, Rendered } from '../../../src/adapters/helm/helm.js';
import type { RawKube } from '../../../src/adapters/kube/kube.js';
import { failure, isFailure } from '../../../src/errors.js';
import type { ChartRef } from '../../../src/model/refs.js';
import { createFakeHelm, type FakeCharts } from '../fake-cluster/fake-helm.js';

/** A program `helm` for workers in processes of their own. */
export interface HelmProgram {
  /** What REHELM_HELM is set to. */
  readonly path: string;
  close(): Promise<void>;
}

interface Called {
  readonly args: readonly string[];
  readonly input: string;
}

/** Sends its arguments and its standard input on, and answers as it is told. Killed, it closes the connection: the fake then stops where it is. */
const program = (url: string): string => `#!${process.execPath}
const http = require('node:http');
const args = process.argv.slice(2);
const chunks = [];
const send = () => {
  const request = http.request(${JSON.stringify(url)}, { method: 'POST' }, (response) => {
    const answer = [];
    response.on('data', (chunk) => answer.push(chunk));
    response.on('end', () => {
      const { stdout, stderr, exitCode } = JSON.parse(Buffer.concat(answer));
      process.exitCode = exitCode;
      process.stderr.write(stderr);
      process.stdout.write(stdout);
    });
  });
  request.on('error', (error) => { process.exitCode = 1; process.stderr.write('Error: Kubernetes cluster unreachable: ' + error.message); });
  request.end(JSON.stringify({ args, input: Buffer.concat(chunks).toString() }));
};
if (args.includes('-')) process.stdin.on('data', (chunk) => chunks.push(chunk)).on('end', send);
else send();
`;

/** Lays charts of several versions out as folders, and answers where a chart of a version lies; a chart without any is called by its name alone. */
export async function layOutCharts(charts: FakeCharts, folder: string): Promise<(chart: string, version: string) => string> {
  const placeOf = (key: string) => `${folder}/charts/${key}`;
  for (const [key, { name, version, values = {} }] of Object.entries(charts)) {
    if (!key.includes('@')) continue;
    await mkdir(placeOf(key), { recursive: true });
    await writeFile(`${placeOf(key)}/Chart.yaml`, stringify({ apiVersion: 'v2', name, version }));
    await writeFile(`${placeOf(key)}/values.yaml`, stringify(values));
  }
  return (chart, version) => (`${chart}@${version}` in charts ? placeOf(`${chart}@${version}`) : chart);
}

/** A folder that was laid out, wherever it was copied to, or a name. */
async function chartAt(path: string, version: string): Promise<ChartRef> {
  const said = await readFile(`${path}/Chart.yaml`, 'utf8').catch(() => undefined);
  if (said === undefined) return { chart: path, version };
  const chart = parse(said);
  return { chart: chart.name, version: chart.version };
}

/** The fake Helm as a program: the worker's own adapter calls it as it calls the real one, with arguments, values on standard input, and words on standard error. */
export async function serveHelm(raw: RawKube, charts: FakeCharts, folder: string): Promise<HelmProgram> {
  const server = http.createServer((request, response) => void respond(raw, charts, request, response));
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const path = `${folder}/helm`;
  await writeFile(path, program(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
  await chmod(path, 0o755);
  return {
    path,
    close: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

async function respond(raw: RawKube, charts: FakeCharts, request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
  const caller = { gone: false };
  response.on('close', () => {
    caller.gone = true;
  });
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const answer = await answerTo(createFakeHelm(whileThere(raw, caller), charts), JSON.parse(Buffer.concat(chunks).toString()));
  response.end(JSON.stringify(answer));
}

/** The cluster for a helm that may be killed: from then on it reaches nothing. */
function whileThere(raw: RawKube, caller: { readonly gone: boolean }): RawKube {
  return new Proxy(raw, {
    get: (target, name) => {
      const held: unknown = Reflect.get(target, name);
      if (typeof held !== 'function') return held;
      return async (...args: unknown[]) => {
        if (caller.gone) throw failure('Unreachable', 'this helm was killed');
        return Reflect.apply(held, target, args);
      };
    },
  });
}

async function answerTo(helm: Helm, called: Called) {
  try {
    return { stdout: await stdoutOf(helm, called), stderr: '', exitCode: 0 };
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    return { stdout: '', stderr: `Error: ${isFailure(error, 'Unreachable') ? `Kubernetes cluster unreachable: ${said}` : said}\n`, exitCode: 1 };
  }
}

async function stdoutOf(helm: Helm, { args, input }: Called): Promise<string> {
  const [verb, noun, name = ''] = args;
  if (verb === 'version') return helm.version();
  if (verb === 'dependency') return 'NAME\tVERSION\tREPOSITORY\tSTATUS\n';
  if (verb === 'show') {
    const chart = await chartAt(name, '');
    return stringify(noun === 'values' ? await helm.defaultValues(chart) : await helm.inspectChart(chart));
  }
  if (verb === 'template') return helm.withChart(await chartAt(name, ''), (local) => local.template(JSON.parse(input)));
  if (verb !== 'upgrade') throw new Error(`unknown command "${verb}" for "helm"`);
  return upgrade(helm, args, input);
}

async function upgrade(helm: Helm, args: readonly string[], input: string): Promise<string> {
  const flag = (name: string): string => args[args.indexOf(name) + 1] ?? '';
  const [, , name = '', path = ''] = args;
  const release = { namespace: flag('--namespace'), name };
  const chart = await chartAt(path, flag('--version'));
  const values = JSON.parse(input);
  if (args.includes('--dry-run=server')) return rendered(await helm.render(release, chart, values));
  await helm.upgradeInstall({
    release,
    chart,
    values,
    labels: Object.fromEntries(
      flag('--labels')
        .split(',')
        .map((pair) => pair.split('=') as [string, string]),
    ),
    timeoutSeconds: Number.parseInt(flag('--timeout'), 10),
    description: flag('--description'),
    ...(args.includes('--no-hooks') && { noHooks: true as const }),
  });
  return `Release "${name}" has been upgraded. Happy Helming!\n`;
}

/** As `--dry-run=server --output json` prints it. */
function rendered(objects: readonly Rendered[]): string {
  const manifest = objects.filter(({ hooks }) => hooks.length === 0).map(({ object }) => `---\n${stringify(object)}`);
  const hooks = objects
    .filter((each) => each.hooks.length > 0)
    .map(({ object, hooks: events, deletePolicies }) => ({ manifest: stringify(object), events, delete_policies: deletePolicies }));
  return JSON.stringify({ manifest: manifest.join(''), hooks });
}
