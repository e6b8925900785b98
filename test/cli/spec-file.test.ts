import { readSpecText, showProblem } from '../../src/cli/spec-file.js';

const text = `apiVersion: rehelm.dev/v1alpha1
kind: KustomizeToHelm
metadata: { name: shop, colour: red }
volumes:
  - claim: data
  - claim: 7
target:
  namespace: shop
`;
const spec = readSpecText('shop.yaml', text);

test.each([
  ['an unknown key is shown at the key', ['metadata', 'colour'], { line: 3, column: 25 }],
  ['an item of a list is shown at the item', ['volumes', 1, 'claim'], { line: 6, column: 5 }],
  ['a missing field is shown at what should hold it', ['target', 'release'], { line: 7, column: 1 }],
  ['a path into a scalar ends there', ['target', 'namespace', 'x'], { line: 8, column: 3 }],
  ['the whole is at its beginning', [], { line: 1, column: 1 }],
])('%s', (_, path, position) => expect(spec.positionOf(path)).toEqual(position));

test('a problem is told as compilers do', () => {
  const place = (path: readonly (string | number)[], message: string) => showProblem({ file: 'shop.yaml', path, message, position: spec.positionOf(path) });
  expect(place(['volumes', 1, 'claim'], 'expected a name')).toBe('shop.yaml:6:5 volumes.1.claim: expected a name');
  expect(place(['metadata', 'colour'], 'unknown key colour')).toBe('shop.yaml:3:25 unknown key colour in metadata');
  expect(place([], 'kind is required')).toBe('shop.yaml:1:1 kind is required');
});

test('what is no YAML is told with its place, all of it', () => {
  const { problems } = readSpecText('bad.yaml', 'a: 1\na: 2\nb: [1,\n');
  expect(problems.map(({ position }) => position.line)).toEqual(expect.arrayContaining([2, 4]));
});

test('two specs in one file are refused', () => {
  expect(readSpecText('two.yaml', 'a: 1\n---\nb: 2\n').problems).toEqual([expect.objectContaining({ message: expect.stringContaining('one spec per file') })]);
});

test('an empty file is no spec', () => {
  const { spec: empty, positionOf } = readSpecText('empty.yaml', '');
  expect(empty).toBeNull();
  expect(positionOf(['kind'])).toEqual({ line: 1, column: 1 });
});
