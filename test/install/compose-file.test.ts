import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { publicImages } from '../../lab/images/public-images.js';

interface Service {
  readonly image: string;
  readonly restart?: string;
  readonly ports?: readonly string[];
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly environment?: Readonly<Record<string, string | null>>;
  readonly command?: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
}

const read = (name: string) => readFileSync(join(process.cwd(), name), 'utf8');
const text = read('docker-compose.yml');
const services: Readonly<Record<string, Service>> = parse(text, { merge: true }).services;
const all = Object.entries(services);
const isJob = ({ restart = '' }: Service) => restart.startsWith('on-failure');

test('the stack is whole', () => expect(Object.keys(services).sort()).toEqual(['access', 'api', 'postgresql', 'schema', 'setup', 'temporal', 'ui', 'worker']));

test.each(all)('%s is started again when it dies', (_, service) => expect(service.restart).toMatch(/^(unless-stopped|on-failure:\d+)$/));

test.each(all)('%s says whether it is well, or is a job that others wait for', (name, service) => {
  if (!isJob(service)) return expect(service.healthcheck?.test[0]).toBe('CMD');
  const waiting = all.flatMap(([, { depends_on = {} }]) => depends_on[name]?.condition ?? []);
  expect(waiting).toContain('service_completed_successfully');
});

test.each(all)('%s waits for others to be well or done, never only to be started', (_, { depends_on = {} }) => {
  for (const { condition } of Object.values(depends_on)) expect(condition).toMatch(/^service_(healthy|completed_successfully)$/);
});

test('only the API and the UI are published, on 127.0.0.1 alone', () => {
  expect(all.filter(([, { ports }]) => ports).map(([name]) => name)).toEqual(['ui', 'api']);
  for (const port of all.flatMap(([, { ports = [] }]) => ports)) expect(port).toMatch(/^127\.0\.0\.1:/);
});

const exact = /:v?\d+\.\d+(\.\d+)?(-[a-z-]+)?$/;

test.each(all)('the image of %s is pinned to a version', (_, { image }) => expect(image.replace(/^\$\{REHELM_IMAGE:-(.*)\}$/, '$1')).toMatch(exact));

test('the images that the Dockerfile starts from are pinned to versions', () => {
  const from = [...read('Dockerfile').matchAll(/^FROM (\S+)/gm)].map((match) => match[1]!);
  expect(from.length).toBeGreaterThan(3);
  for (const image of from) expect(image).toMatch(exact);
});

test('the lab has each public image under its name', () => {
  const used = [...all.map(([, { image }]) => image), ...[...read('Dockerfile').matchAll(/^FROM (\S+)/gm)].map((match) => match[1]!)];
  const foreign = used.filter((image) => !image.includes('rehelm/'));
  expect([...new Set(foreign)].sort()).toEqual(publicImages.map(({ name }) => name).sort());
});

test('.env.example tells of each variable that is used, and of no other', () => {
  const interpolated = [...text.matchAll(/(?<!\$)\$\{(\w+)/g)].map((match) => match[1]!);
  const passedThrough = all.flatMap(([, { environment = {} }]) => Object.entries(environment).flatMap(([name, value]) => (value === null ? [name] : [])));
  const told = [...read('.env.example').matchAll(/^#?([A-Z_]+)=/gm)].map((match) => match[1]!);
  expect([...told].sort()).toEqual([...new Set([...interpolated, ...passedThrough])].sort());
});

test('defaults in .env.example are those of the compose file', () => {
  const defaults = new Map([...text.matchAll(/\$\{(\w+):-([^}]*)\}/g)].map((match) => [match[1]!, match[2]!]));
  for (const [, name, value] of read('.env.example').matchAll(/^#?([A-Z_]+)=(.+)$/gm)) {
    if (defaults.has(name!)) expect([name, value]).toEqual([name, defaults.get(name!)]);
  }
});

test('Terminate, Reset and batches are hidden in the UI, and nothing else', () => {
  const disabled = Object.entries(services['ui']!.environment!).filter(([name]) => name.endsWith('_DISABLED'));
  expect(disabled.map(([name]) => name)).toEqual([
    'TEMPORAL_WORKFLOW_TERMINATE_DISABLED',
    'TEMPORAL_WORKFLOW_RESET_DISABLED',
    'TEMPORAL_BATCH_ACTIONS_DISABLED',
  ]);
});

test('the API never runs without tokens', () => {
  expect(services['api']!.environment!['REHELM_ACCESS']).toBe('/var/lib/rehelm/access.yaml');
  expect(services['access']!.command).toEqual(['token', '--first', '/var/lib/rehelm/access.yaml']);
});
