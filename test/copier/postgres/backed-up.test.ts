import { asRole } from '../../../src/copier/postgres/restore/backed-up.js';

const role = { name: 'app', password: null, settings: ['work_mem=8MB'] };
const inherits = { admin: false, inherit: true, set: true };

test('a role of a backup of before, which names its groups alone, is a member as its own INHERIT says', () => {
  const { settings: _, ...kept } = { ...role, memberOf: ['readers'] };
  expect(asRole({ ...kept, attributes: 'NOSUPERUSER INHERIT LOGIN' })).toMatchObject({ settings: [], memberOf: [{ group: 'readers', ...inherits }] });
  expect(asRole({ ...kept, attributes: 'NOSUPERUSER NOINHERIT LOGIN' })).toMatchObject({ memberOf: [{ group: 'readers', ...inherits, inherit: false }] });
});

test('a role of a backup of now is what it was', () => {
  const kept = { ...role, attributes: 'LOGIN', memberOf: [{ group: 'readers', admin: true, inherit: false, set: false }] };
  expect(asRole(kept)).toEqual(kept);
});
