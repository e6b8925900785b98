import { type RedisKeysSpec, redisKeys } from '../../src/model/schema/redis-keys.js';
import { redisServer } from '../../src/plans/redis-server.js';

const given = { service: 'cognigy-live-agent-redis-master', delete: ['*CHATWOOT_INSTALLATION_ONBOARDING'] };
const problemsOf = (spec: unknown) => redisKeys.safeParse(spec).error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ?? [];

describe('redis keys of a spec', () => {
  test('need a server and a pattern; at least one key each, and at most a hundred', () => {
    expect(redisKeys.parse({ ...given, atLeast: 1 })).toEqual({
      service: { name: 'cognigy-live-agent-redis-master' },
      port: 6379,
      database: 0,
      delete: ['*CHATWOOT_INSTALLATION_ONBOARDING'],
      atLeast: 1,
      atMost: 100,
    } satisfies RedisKeysSpec);
  });

  test.each(['*', '**', '?', '?*', '*?*', '[a-z]*', '[^x]*', String.raw`[\]]*`])('the pattern %s matches every key, and is refused', (pattern) => {
    expect(problemsOf({ ...given, delete: [pattern] })).toEqual([expect.stringMatching(/^delete\.0: matches every key/)]);
  });

  test.each(['a*', '*FLAG', String.raw`\*`, 'a?b', '[ab]c', 'ä*', ':*'])('the pattern %s says something', (pattern) => {
    expect(problemsOf({ ...given, delete: [pattern] })).toEqual([]);
  });

  test.each([
    ['neither service nor host', { service: undefined }, 'service: say one of service and host'],
    ['both', { host: 'redis.example.com' }, 'service: say one of service and host'],
    ['a user without a password', { user: 'mover' }, 'password: a user needs a password'],
    ['no pattern', { delete: [] }, 'delete: '],
    ['an empty pattern', { delete: [''] }, 'delete.0: '],
    ['a pattern twice', { delete: ['a*', 'a*'] }, 'delete: the same pattern twice'],
    ["a pattern of rehelm's own keys", { delete: ['rehelm.dev/*'] }, 'delete.0: what rehelm itself keeps'],
    ['more at least than at most', { atLeast: 101 }, 'atLeast: is more than atMost'],
    ['more than can be counted', { atMost: 10_001 }, 'atMost: '],
    ['a word that it does not know', { deletes: 'x' }, ': Unrecognized key'],
  ])('%s is refused', (_, more, message) => {
    expect(problemsOf({ ...given, ...more })).toContainEqual(expect.stringContaining(message));
  });
});

describe('the server of a spec', () => {
  const password = { secretRef: { name: 'redis', key: 'redis-password' } };

  test('is beside the release, with its Secret, unless it says another namespace', () => {
    const spec = redisKeys.parse({ ...given, password });
    expect(redisServer(spec, { namespace: 'live-agent', servedBy: 'install' })).toEqual({
      host: 'cognigy-live-agent-redis-master.live-agent.svc',
      port: 6379,
      database: 0,
      password: { secretRef: { namespace: 'live-agent', ...password.secretRef } },
      servedBy: { step: 'install' },
    });
    const elsewhere = redisKeys.parse({ ...given, service: 'data/redis', password: { secretRef: { ...password.secretRef, namespace: 'vault' } } });
    expect(redisServer(elsewhere, { namespace: 'live-agent' })).toMatchObject({
      host: 'redis.data.svc',
      password: { secretRef: { namespace: 'vault' } },
    });
  });

  test('may be a host with a user and TLS', () => {
    const spec = redisKeys.parse({ host: 'redis.example.com', port: 6380, database: 2, user: 'mover', password, tls: { insecure: true }, delete: ['a*'] });
    expect(redisServer(spec, { namespace: 'shop' })).toEqual({
      ...{ host: 'redis.example.com', port: 6380, database: 2, user: 'mover', tls: { insecure: true } },
      password: { secretRef: { namespace: 'shop', ...password.secretRef } },
    });
  });
});
