import { expect, test } from '@jest/globals';
import { privateName } from '../../src/model/private-server.js';

const named = (name: string) => privateName({ namespace: 'shop', name });

test('what is made around a claim bears its name', () => {
  expect(named('data-db-0')).toBe('rehelm-private-data-db-0');
});

test('claims that begin alike have servers of their own, whose names leave room for what is made around them', () => {
  const names = ['', '-before-4-44-0', '-before-4-45-0'].map((end) => named(`data-cognigy-live-agent-postgresql-0${end}`));
  expect(new Set(names).size).toBe(3);
  for (const name of names) expect(name).toMatch(/^rehelm-private-data-[a-z0-9-]{1,30}[a-z0-9]$/);
});

test('a name that is cut at a hyphen or a dot is one that Kubernetes takes', () => {
  expect(named(`${'a'.repeat(25)}.${'b'.repeat(40)}`)).toMatch(/^rehelm-private-a{25}-[0-9a-f]{8}$/);
});
