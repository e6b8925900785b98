import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { openApiDocument } from '../../src/api/document.js';

interface Operation {
  readonly operationId?: string;
  readonly summary?: string;
  readonly responses: Readonly<Record<string, { readonly description: string }>>;
}

const document = (await openApiDocument()) as { readonly paths: Record<string, Record<string, Operation>> };
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
