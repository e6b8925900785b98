import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { entityCheck, requestAction } from './published.js';

const folder = join(process.cwd(), 'examples/backstage');

// biome-ignore lint/suspicious/noExplicitAny: a test breaks what it read.
type Entity = any;

/** The entities of a file, with what `$text` names put in its place, as the catalog does it. */
function entitiesOf(name: string): readonly Entity[] {
  const withText = (_: string, value: Entity) => (typeof value?.$text === 'string' ? readFileSync(join(folder, value.$text), 'utf8') : value);
  return parseAllDocuments(readFileSync(join(folder, name), 'utf8')).map((document) => JSON.parse(JSON.stringify(document.toJS()), withText));
}

const entities = [...entitiesOf('catalog-info.yaml'), ...entitiesOf('template.yaml')];
const named = (kind: string): Entity => structuredClone(entities.find((each) => each.kind === kind));
const check = await entityCheck();

test.each(entities)('$kind $metadata.name is as Backstage publishes it', (entity) => expect(check(entity)).toEqual([]));

test.each([
  ['Component', 'a missing owner', (entity) => delete entity.spec.owner, "/spec must have required property 'owner'"],
  ['Component', 'an API that is no reference', (entity) => Object.assign(entity.spec, { providesApis: [{}] }), '/spec/providesApis/0 must be string'],
  ['API', 'a definition that was not read', (entity) => Object.assign(entity.spec, { definition: { $text: 'x' } }), '/spec/definition must be string'],
  ['System', 'an empty owner', (entity) => Object.assign(entity.spec, { owner: '' }), '/spec/owner must NOT have fewer than 1 characters'],
  ['Template', 'a step without an action', (entity) => delete entity.spec.steps[0].action, "/spec/steps/0 must have required property 'action'"],
  ['Template', 'links that are no list', (entity) => Object.assign(entity.spec.output, { links: {} }), '/spec/output/links must be array'],
  [
    'Template',
    'an older version',
    (entity) => Object.assign(entity, { apiVersion: 'backstage.io/v1beta2' }),
    '/apiVersion must be equal to one of the allowed values',
  ],
] as const satisfies readonly (readonly [string, string, (entity: Entity) => unknown, string])[])('in a %s %s is found', (kind, _, spoil, found) => {
  const entity = named(kind);
  spoil(entity);
  expect(check(entity)).toContain(found);
});

test('the API entity has the document that was released', () => {
  const { openapi, paths } = JSON.parse(named('API').spec.definition);
  expect({ openapi, starts: paths['/v1/runs'].post.operationId }).toEqual({ openapi: '3.1.0', starts: 'startRun' });
});

test('the component names the API and the system that are there', () => {
  const { providesApis, system } = named('Component').spec;
  expect({ providesApis, system }).toEqual({ providesApis: [named('API').metadata.name], system: named('System').metadata.name });
});

test('the step asks what its action takes, and a field that the action does not know is found', async () => {
  const action = await requestAction();
  const [step] = named('Template').spec.steps;
  expect(step.action).toBe(action.id);
  expect(action.check(step.input)).toEqual([]);
  expect(action.check({ ...step.input, header: {} })).toEqual([expect.stringContaining("'header'")]);
  expect(action.check({ ...step.input, method: 'SEND' })).toEqual([expect.stringContaining('method')]);
});
