import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { specKinds } from '../../src/model/schema/kinds.js';
import { rendered } from '../examples/backstage/rendered.js';
import { drilledCluster, drillSteps } from '../support/drill-kind.js';
import { startTemporal, stopTemporal } from '../support/temporal.js';
import { atPortal, type Portal } from './support/portal.js';

beforeAll(startTemporal, 60_000);
afterAll(stopTemporal);

const read = (name: string) => parse(readFileSync(join(process.cwd(), 'examples/backstage', name), 'utf8'));
const { spec: template } = read('template.yaml');
const { proxy } = read('app-config.yaml');

interface Request {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: object;
}

let tasks = 0;
/** What a person filled into the form; a new task each. */
const formOf = (parameters: object) => ({
  parameters: { path: '/', ...parameters },
  context: { task: { id: `6d0f2f1e-0000-4000-8000-${String(++tasks).padStart(12, '0')}` } },
});
const form = (name: string) => formOf({ name, namespace: 'web', selector: 'app=web', service: 'web', rto: '60s' });

/** Through the proxy, as it is configured: what it does not let through does not arrive. */
function through({ post }: Portal, { method, path, headers, body }: Request) {
  const [, prefix = '', rest = ''] = /^\/proxy(\/[^/]+)(\/.*)$/.exec(path) ?? [];
  const { allowedMethods, allowedHeaders } = proxy.endpoints[prefix];
  expect(allowedMethods).toContain(method);
  const passed = ['content-type', 'accept', ...allowedHeaders];
  return post(rest, body, Object.fromEntries(Object.entries(headers).filter(([name]) => passed.includes(name))));
}

const scene = (body: (portal: Portal) => Promise<void>) =>
  atPortal({ fake: drilledCluster(), kinds: drillSteps({ verdict: 'green' }), options: { kinds: specKinds } }, body);

test('the template starts a run that waits for its approval, and links to it', () =>
  scene(async (portal) => {
    const task = form('from-the-portal');
    const answer = await through(portal, rendered(template.steps[0].input, task) as Request);
    expect(answer).toMatchObject({ status: 202, body: { workflowId: 'drill/web/from-the-portal' } });
    const { links } = rendered(template.output, { ...task, steps: { start: { output: { body: answer.body } } } }) as { links: readonly { url: string }[] };
    const run = `drill%2Fweb%2Ffrom-the-portal/${answer.body.run}`;
    expect(links.map(({ url }) => url)).toEqual([
      `https://temporal.example.com/namespaces/default/workflows/${run}`,
      'https://rehelm.example.com/v1/runs/drill~web~from-the-portal',
    ]);
    const { pathname } = new URL(links[1]!.url);
    expect((await portal.get(pathname)).body).toMatchObject({ run: answer.body.run, kind: 'FailoverDrill' });
    for (let tries = 0; tries < 100; tries++) {
      if ((await portal.get(pathname)).body.waitingFor === 'approval') return;
      await new Promise((next) => setTimeout(next, 100));
    }
    throw new Error('the run did not wait for its approval');
  }));

test('a task that sends again starts nothing twice, and another task is told what runs', () =>
  scene(async (portal) => {
    const task = form('twice');
    const send = (asked: object) => through(portal, rendered(template.steps[0].input, asked) as Request);
    const first = await send(task);
    expect(await send(task)).toMatchObject({ status: 202, body: first.body });
    expect(await send(form('twice'))).toMatchObject({ status: 409, body: { failure: 'RunInProgress', holder: { href: '/v1/runs/drill~web~twice' } } });
  }));

const fields = Object.assign({}, ...template.parameters.map(({ properties }: { readonly properties: object }) => properties));
const good = { name: 'a', namespace: 'web', selector: 'app=web', service: 'web', rto: '60s' };
const takesSpec = (filled: object) =>
  specKinds.FailoverDrill.schema.safeParse((rendered(template.steps[0].input, formOf({ ...good, ...filled })) as { body: { spec: unknown } }).body.spec)
    .success;

test.each([
  ['name', ['a', 'orders-pod', 'a'.repeat(40)], ['', 'Orders', 'a_b', '-a', 'a'.repeat(41)]],
  ['namespace', ['web', 'a'.repeat(63)], ['', 'Web', 'web.shop', 'a'.repeat(64)]],
  ['service', ['web', 'web:8080'], ['', 'service/web', 'web:http']],
  ['path', ['/', '/healthz'], ['', 'healthz']],
])('the form takes a %s that the spec takes, and no other', (field, taken, refused) => {
  const { pattern, maxLength = 1000 } = fields[field];
  const takesForm = (value: string) => new RegExp(pattern).test(value) && value.length <= maxLength;
  const told = (value: string) => ({ value, form: takesForm(value), spec: takesSpec({ [field]: value }) });
  expect(taken.map(told)).toEqual(taken.map((value) => ({ value, form: true, spec: true })));
  expect(refused.map(told)).toEqual(refused.map((value) => ({ value, form: false, spec: false })));
});

test('every time that the form offers is one', () => expect(fields.rto.enum.filter((rto: string) => !takesSpec({ rto }))).toEqual([]));
