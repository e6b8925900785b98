import { expect, test } from '@jest/globals';
import { cutName } from '../../src/model/cut-name.js';

test('a name that fits stays as it is', () => {
  expect(cutName('rehelm-private-data-db-0', 24)).toBe('rehelm-private-data-db-0');
});

test('names that begin alike stay apart, and no longer than they may be', () => {
  const names = ['', '-before-4-44-0', '-before-4-45-0'].map((end) => cutName(`rehelm-private-data-cognigy-live-agent-postgresql-0${end}`, 50));
  expect(new Set(names).size).toBe(3);
  for (const name of names) expect(name).toMatch(/^rehelm-private-data-[a-z0-9-]{1,30}[a-z0-9]$/);
  for (const name of names) expect(name.length).toBeLessThanOrEqual(50);
});

test('one that is cut at a hyphen or a dot is one that Kubernetes takes', () => {
  expect(cutName(`${'a'.repeat(40)}.${'b'.repeat(40)}`, 50)).toMatch(/^a{40}-[0-9a-f]{8}$/);
});
