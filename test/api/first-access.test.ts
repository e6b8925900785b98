import { mkdtempSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Access } from '../../src/api/access/access-file.js';
import { firstAccess } from '../../src/api/access/first-access.js';
import { hashOf } from '../../src/api/access/token.js';

const file = () => join(mkdtempSync(join(tmpdir(), 'rehelm-access-')), 'kept/access.yaml');

test('the first token opens everything, its file is for its owner alone and holds no token', async () => {
  const path = file();
  expect(await firstAccess(path, 'admin', hashOf('rh_first'))).toBe(true);
  const text = readFileSync(path, 'utf8');
  expect(new Access(text).subjectOf('rh_first')).toEqual({ name: 'admin', isMachine: false, grants: [{ role: 'admin', namespaces: ['*'] }] });
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(text).not.toContain('rh_first');
});

test('a file that is there is never written again', async () => {
  const path = file();
  await firstAccess(path, 'admin', hashOf('rh_first'));
  expect(await firstAccess(path, 'admin', hashOf('rh_second'))).toBe(false);
  expect(new Access(readFileSync(path, 'utf8')).subjectOf('rh_second')).toBeUndefined();
});
