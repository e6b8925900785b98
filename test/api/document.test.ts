import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { pino } from 'pino';
import { z } from 'zod';
import { createApi } from '../../src/api/create-api.js';
import { openApiDocument } from '../../src/api/document.js';
import { openTo } from '../../src/api/open-mode.js';
import type { SpecKinds } from '../../src/model/schema/kinds.js';
import { specKinds } from '../../src/model/schema/kinds.js';
import type { Runs, SpecRequest } from '../../src/runs/runs.js';
import { noSchedules } from '../support/no-schedules.js';

type Json = Readonly<Record<string, unknown>>;

interface Operation {
  readonly operationId: string;
  readonly summary?: string;
  readonly requestBody?: { readonly content: Json };
  readonly responses: Readonly<Record<string, { readonly description: string; readonly content?: Json }>>;
}

interface Document {
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: { readonly schemas: Record<string, Json> };
}

const document = (await openApiDocument()) as Document;
const committed = readFileSync('docs/openapi.json', 'utf8');
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, each]) => ({ name: `${method} ${path}`, ...each })),
);

test('docs/openapi.json is what the routes say; scripts/make-client.sh makes it anew', () => {
  expect(JSON.parse(committed)).toEqual(JSON.parse(JSON.stringify(document)));
});

test('the types of the client are made from the committed document', () => {
  const [first] = readFileSync('src/runs/http/api-types.ts', 'utf8').split('\n');
  expect(first).toContain(createHash('sha256').update(committed).digest('hex'));
});

test.each(operations)('$name has a name, a sentence, and says every answer in words', ({ operationId, summary, responses }) => {
  expect(operationId).toMatch(/^[a-z][A-Za-z]+$/);
  expect(summary).toMatch(/\.$/);
  expect(Object.keys(responses)).not.toContain('default');
  expect(Object.values(responses).map(({ description }) => description)).not.toContain('Default Response');
});

test('no two operations share a name', () => {
  const names = operations.map(({ operationId }) => operationId);
  expect(new Set(names).size).toBe(names.length);
});

/** Every place in the document, with its pointer. */
function* placesIn(value: unknown, pointer = ''): Generator<readonly [string, Json]> {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) yield [pointer, value as Json];
  for (const [name, held] of Object.entries(value)) if (name !== 'examples') yield* placesIn(held, `${pointer}/${name}`);
}

const isOpen = (schema: Json) => schema['type'] === 'object' && schema['additionalProperties'] !== false && isAnything(schema['additionalProperties']);
const isAnything = (schema: unknown) => schema === undefined || schema === true || (typeof schema === 'object' && Object.keys(schema!).length === 0);

test('no object is open but those in which somebody else’s own values stand, and they say so', () => {
  const open = [...placesIn(document.components.schemas)].filter(([, schema]) => isOpen(schema));
  expect(open.map(([pointer]) => pointer.replaceAll(/\/anyOf\/\d/g, ''))).toEqual([
    '/ChartUpgradeSpec/properties/target/properties/values/properties/from/properties/inline',
    '/ChartUpgradeSpec/properties/target/properties/values/properties/migrate/properties/inline',
    '/ChartUpgradeSpec/properties/target/properties/values/properties/set',
    '/ChartUpgradeSpec/properties/installEmpty',
    '/ChartUpgradeSpec/properties/traffic/properties/closed/properties/set',
    '/DecideRequest/properties/change',
    '/KustomizeToHelmSpec/properties/target/properties/values/properties/inline',
    '/KustomizeToHelmSpec/properties/traffic/properties/closed/properties/set',
    '/PostgresToHASpec/properties/target/properties/values/properties/from/properties/inline',
    '/PostgresToHASpec/properties/target/properties/values/properties/migrate/properties/inline',
    '/PostgresToHASpec/properties/target/properties/values/properties/set',
    '/PostgresToHASpec/properties/installEmpty',
    '/PostgresToHASpec/properties/traffic/properties/closed/properties/set',
  ]);
  for (const [, schema] of open) expect(schema['description']).toMatch(/own/);
});

const refsOf = (content: Json | undefined): readonly string[] =>
  Object.entries(content ?? {}).flatMap(([type, held]) => {
    const { $ref } = (held as { readonly schema: { readonly $ref?: string } }).schema;
    return type.includes('json') ? [$ref?.split('/').at(-1) ?? `${type} without a name`] : [];
  });
const asked = [
  ...new Set(
    operations.flatMap(({ requestBody, responses }) => [...refsOf(requestBody?.content), ...Object.values(responses).flatMap((each) => refsOf(each.content))]),
  ),
];

const ajv = addFormats.default(new Ajv2020({ strict: false, discriminator: false }));
ajv.addSchema({ $id: 'doc', components: document.components });

test.each([...asked, ...Object.keys(specKinds).map((kind) => `${kind}Spec`)])('the example of %s fits its schema', (name) => {
  const examples = document.components.schemas[name]?.['examples'];
  expect(examples).toHaveLength(1);
  const fits = ajv.compile({ $ref: `doc#/components/schemas/${name}` });
  for (const example of examples as readonly unknown[]) expect(fits(example) || fits.errors).toBe(true);
  expect(fits({ nonsense: true })).toBe(false);
});

/** A rule of each kind that no JSON Schema can say. */
const beyondSchemas: Readonly<Record<string, RegExp>> = {
  ChartUpgrade: /one name and one namespace/,
  DatabaseBackup: /stands twice/,
  DatabaseCopy: /one engine/,
  DatabaseRestore: /restored into twice/,
  DatabaseUpgrade: /is newer than/,
  FailoverDrill: /shorter than revertAfter/,
  KustomizeToHelm: /different namespaces/,
  PostgresToHA: /in place of one server/,
};

test.each(Object.entries(specKinds))(
  'the example of a %s fits the schema that a worker reads with, and what a schema cannot say stands in words',
  (name, { schema, example }) => {
    expect(schema.safeParse(example).error?.issues).toBeUndefined();
    expect(document.components.schemas[`${name}Spec`]?.['description']).toMatch(beyondSchemas[name]!);
  },
);

const tea: SpecKinds = {
  ...specKinds,
  Tea: {
    workflowType: 'tea',
    workflowId: () => 'tea/pot',
    files: [['leaves']],
    canBeScheduled: false,
    schema: z.strictObject({
      kind: z.literal('Tea'),
      leaves: z.strictObject({ secretRef: z.strictObject({ namespace: z.string(), name: z.string(), key: z.string() }) }),
      minutes: z.int().max(10),
    }),
    example: { kind: 'Tea', leaves: 'assam.txt', minutes: 4 },
  },
};

describe('a kind that only a test has', () => {
  const seen: SpecRequest[] = [];
  const port = {
    preview: async (request: SpecRequest) => {
      seen.push(request);
      return { shown: { hash: 'cafe', plan: { kind: 'Tea', title: 't', phases: [], locks: [], notes: [] } }, problems: [] };
    },
    start: async (request: SpecRequest) => {
      seen.push(request);
      return { workflowId: 'tea/pot', run: 'r' };
    },
    list: async ({ kind }: { readonly kind?: string }) => ({
      runs: [{ run: 'r', workflowId: 'tea/pot', kind, title: 't', phase: 'Running', startedAt: '2026-11-22T00:00:00Z', open: true, committed: false }],
    }),
  } as unknown as Runs;
  const made = createApi({
    logger: pino({ level: 'silent' }),
    subjectOf: openTo('ada'),
    runsAs: () => port,
    schedulesAs: noSchedules,
    apiKey: async () => Buffer.alloc(32),
    kinds: tea,
  });
  const post = async (url: string, payload: object) => {
    const { statusCode, body } = await (await made).inject({ method: 'POST', url, headers: { host: 'localhost' }, payload });
    return { status: statusCode, body: JSON.parse(body) };
  };
  const spec = { kind: 'Tea', leaves: 'assam.txt', minutes: 4 };
  const files = [{ path: ['leaves'], name: 'assam.txt', content: 'x' }];
  afterAll(async () => (await made).close());

  test('has its schema in the document, found by its discriminator', async () => {
    const { components } = (await made).swagger() as unknown as Document;
    expect(components.schemas['Spec']).toMatchObject({ discriminator: { propertyName: 'kind', mapping: { Tea: '#/components/schemas/TeaSpec' } } });
    expect(components.schemas['TeaSpec']).toMatchObject({ properties: { minutes: { maximum: 10 } }, additionalProperties: false });
  });

  test('is previewed and started, its files with it, and listed', async () => {
    expect(await post('/v1/plans', { spec, files })).toMatchObject({ status: 200, body: { hash: 'cafe' } });
    expect(await post('/v1/runs', { spec, files })).toMatchObject({ status: 202, body: { workflowId: 'tea/pot' } });
    expect(seen).toMatchObject([{ spec }, { spec, files: [{ name: 'assam.txt' }] }]);
    const { body } = await (await made).inject({ url: '/v1/runs?kind=Tea', headers: { host: 'localhost' } });
    expect(JSON.parse(body).runs).toMatchObject([{ kind: 'Tea' }]);
  });

  test('is refused with a pointer to each place where its schema says no, before anybody is asked', async () => {
    seen.length = 0;
    for (const url of ['/v1/plans', '/v1/runs']) {
      const { status, body } = await post(url, { spec: { ...spec, minutes: 12, milk: true } });
      expect(status).toBe(422);
      expect(body.problems.map(({ pointer }: { pointer: string }) => pointer).sort()).toEqual(['/spec/leaves', '/spec/milk', '/spec/minutes']);
    }
    expect(await post('/v1/runs', { spec: { kind: 'Coffee' } })).toMatchObject({
      status: 422,
      body: { problems: [{ pointer: '/spec/kind', message: `expected one of ${[...Object.keys(specKinds), 'Tea'].join(', ')}` }] },
    });
    expect(seen).toEqual([]);
  });
});
