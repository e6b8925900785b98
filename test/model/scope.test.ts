import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { failoverDrillSchema } from '../../src/model/schema/failover-drill.js';
import { specKinds } from '../../src/model/schema/kinds.js';
import { kustomizeToHelmSchema } from '../../src/model/schema/kustomize-to-helm.js';
import { readSpec } from '../../src/model/schema/read-spec.js';
import { namespacesOf } from '../../src/model/scope.js';

const written = parse(readFileSync('examples/cognigy/spec.yaml', 'utf8'));
written.target.values = { secretRef: { namespace: 'elsewhere', name: 'values' } };

test('a spec names the namespaces of source, target, databases and Secrets, the same as it is written and as it is read', () => {
  const expected = ['cognigy-ai', 'default', 'elsewhere', 'mongodb', 'rehelm-system'];
  expect(namespacesOf(written)).toEqual(expected);
  expect(namespacesOf(readSpec(kustomizeToHelmSchema, written))).toEqual(expected);
});

test('a drill names those that it may take along, too', () => {
  expect(namespacesOf({ target: { namespace: 'orders' }, allowed: { collateral: ['shop', 'bank'] } })).toEqual(['bank', 'orders', 'shop']);
});

test('a drill that switches a node off names every namespace, as it is written and as it is read', () => {
  const { example } = specKinds.FailoverDrill;
  expect(namespacesOf(example)).toEqual(['*', 'orders']);
  expect(namespacesOf(readSpec(failoverDrillSchema, example))).toEqual(['*', 'orders']);
  expect(namespacesOf({ ...example, fault: { kind: 'sigkill' } })).toEqual(['orders']);
});

test('what stands in values of the product names nothing', () => {
  expect(namespacesOf({ target: { namespace: 'shop', values: { inline: { namespace: 'other' } }, set: { x: { namespace: 'other' } } } })).toEqual(['shop']);
});

test('what is no spec names nothing', () => {
  for (const spec of [undefined, null, 'shop', 3, [], { namespace: 3 }]) expect(namespacesOf(spec)).toEqual([]);
});
