import { readFileSync } from 'node:fs';
import { breakingChanges } from '../../scripts/breaking-changes.js';

const read = (file: string) => JSON.parse(readFileSync(file, 'utf8'));
const released = 'docs/released/openapi.v1.json';

test('docs/openapi.json breaks nothing that the released /v1 promised', () => {
  expect(breakingChanges(read(released), read('docs/openapi.json'))).toEqual([]);
});

// biome-ignore lint/suspicious/noExplicitAny: a document, changed in one place.
type Document = any;
const runsOf = (document: Document) => document.paths['/v1/runs'];
const schemasOf = (document: Document) => document.components.schemas;

const planted: readonly (readonly [what: string, change: (document: Document) => void, told: RegExp])[] = [
  ['a path goes', (document) => delete document.paths['/v1/plans'], /POST \/v1\/plans: is gone/],
  ['a method goes', (document) => delete runsOf(document).get, /GET \/v1\/runs: is gone/],
  [
    'an operation is renamed',
    (document) => {
      runsOf(document).get.operationId = 'allRuns';
    },
    /operationId was listRuns/,
  ],
  [
    'a filter goes',
    (document) => {
      runsOf(document).get.parameters = runsOf(document).get.parameters.filter(({ name }: { name: string }) => name !== 'kind');
    },
    /query kind: is gone/,
  ],
  [
    'a parameter becomes required',
    (document) => {
      runsOf(document).get.parameters[0].required = true;
    },
    /query kind: is required now/,
  ],
  [
    'a header becomes required',
    (document) => {
      runsOf(document).post.parameters[0].required = true;
    },
    /header idempotency-key: is required now/,
  ],
  [
    'a filter takes fewer values',
    (document) => {
      runsOf(document).get.parameters.find(({ name }: { name: string }) => name === 'waitingFor').schema.enum = ['approval'];
    },
    /no longer takes "decision"/,
  ],
  [
    'a limit shrinks',
    (document) => {
      runsOf(document).get.parameters.find(({ name }: { name: string }) => name === 'limit').schema.maximum = 10;
    },
    /another maximum/,
  ],
  [
    'a request needs a new field',
    (document) => {
      schemasOf(document).StartRequest.properties.window = { type: 'string' };
      schemasOf(document).StartRequest.required.push('window');
    },
    /body.window: is required now/,
  ],
  ['a field of a request goes', (document) => delete schemasOf(document).StartRequest.properties.plan, /body.plan: is gone/],
  [
    'a field of a request has another type',
    (document) => {
      schemasOf(document).DecideRequest.properties.question.type = 'string';
    },
    /body.question: was of type "integer"/,
  ],
  [
    'a choice goes',
    (document) => {
      schemasOf(document).DecideRequest.properties.choice.enum = ['retry'];
    },
    /no longer takes "skip"/,
  ],
  [
    'a pattern changes',
    (document) => {
      schemasOf(document).ApproveRequest.properties.plan.pattern = '^x$';
    },
    /another pattern/,
  ],
  [
    'a kind goes',
    (document) => {
      schemasOf(document).Spec.oneOf = [];
    },
    /alternatives are gone/,
  ],
  [
    'a field deep in a spec goes',
    (document) => delete schemasOf(document).KustomizeToHelmSpec.properties.target.properties.version,
    /spec<1>.target.version: is gone/,
  ],
  ['an answer lacks a field', (document) => delete schemasOf(document).Run.properties.phase, /200.runs\[\].phase: is gone/],
  [
    'a field of an answer may be absent',
    (document) => {
      schemasOf(document).Run.required = schemasOf(document).Run.required.filter((name: string) => name !== 'run');
    },
    /.run: may be absent now/,
  ],
  [
    'an answer has another type',
    (document) => {
      schemasOf(document).RunEvents.properties.last.type = 'string';
    },
    /200.last: was of type "integer"/,
  ],
  ['an answer goes', (document) => delete runsOf(document).post.responses['202'], /202: is gone/],
  [
    'a content type goes',
    (document) => delete document.paths['/v1/runs/{id}/report'].get.responses['200'].content['text/markdown'],
    /no longer answers text\/markdown/,
  ],
];

test.each(planted)('that %s is found', (_what, change, told) => {
  const document = read(released);
  change(document);
  expect(breakingChanges(read(released), document)).toContainEqual(expect.stringMatching(told));
});

test.each<readonly [what: string, change: (document: Document) => void]>([
  [
    'a new path',
    (document) => {
      document.paths['/v1/schedules'] = document.paths['/v1/runs'];
    },
  ],
  [
    'a new field that may be sent',
    (document) => {
      schemasOf(document).StartRequest.properties.window = { type: 'string' };
    },
  ],
  [
    'a new field in an answer',
    (document) => {
      schemasOf(document).Run.properties.age = { type: 'number' };
      schemasOf(document).Run.required.push('age');
    },
  ],
  [
    'a new kind',
    (document) => {
      schemasOf(document).Spec.oneOf.push({ type: 'object' });
    },
  ],
  [
    'a new failure',
    (document) => {
      schemasOf(document).Problem.properties.failure.enum.push('Tired');
    },
  ],
  [
    'a wider limit left out',
    (document) => {
      delete runsOf(document).get.parameters.find(({ name }: { name: string }) => name === 'limit').schema.maximum;
    },
  ],
  [
    'other words',
    (document) => {
      runsOf(document).get.summary = 'Runs.';
    },
  ],
])('%s breaks nobody', (_what, change) => {
  const document = read(released);
  change(document);
  expect(breakingChanges(read(released), document)).toEqual([]);
});
