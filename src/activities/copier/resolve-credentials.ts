import type { KubeReader } from '../../adapters/kube/kube.js';
import { failure } from '../../errors.js';
import type { RedisAddress } from '../../model/copier-redis.js';
import type { DatabaseServerRef, MongoServerRef, PasswordSource, PostgresServerRef, RedisServerRef, TlsRef } from '../../model/database-refs.js';
import type { Secret } from '../../model/kube-object.js';
import type { MongoAddress } from '../../model/mongo-facts.js';
import type { PostgresServer } from '../../model/postgres-facts.js';
import type { SecretKeyRef } from '../../model/refs.js';

/** Where the server is and who we are there. Holds a password: it goes into the request's Secret and nowhere else. */
export async function resolveMongo(kube: KubeReader, { host, admin, tls }: MongoServerRef): Promise<MongoAddress> {
  const { namespace, name, userKey = 'username', passwordKey = 'password' } = admin.secretRef;
  const [user, password] = await Promise.all([userKey, passwordKey].map((key) => readKey(kube, { namespace, name, key })));
  const uri = `mongodb://${host}${host.includes('/') ? '' : '/'}`;
  return { uri, user: { name: user ?? '', password: password ?? '' }, ...(tls && { tls: await resolveTls(kube, tls) }) };
}

/** The same for PostgreSQL. */
export async function resolvePostgres(kube: KubeReader, { host, port, admin, tls }: PostgresServerRef): Promise<PostgresServer> {
  const { namespace, name, userKey = 'username', passwordKey = 'password' } = admin.secretRef;
  const [user, password] = await Promise.all([
    admin.user ?? readKey(kube, { namespace, name, key: userKey }),
    readKey(kube, { namespace, name, key: passwordKey }),
  ]);
  return { host, port, user: { name: user, password }, ...(tls && { tls: await resolveTls(kube, tls) }) };
}

/** The same for Redis, whose servers may ask for a password, or for a user and a password, or for nothing. */
export async function resolveRedis(kube: KubeReader, { host, port, database, user, password, tls }: RedisServerRef): Promise<RedisAddress> {
  return {
    ...{ host, port },
    ...(database !== undefined && { database }),
    ...(user !== undefined && { user }),
    ...(password && { password: await readKey(kube, password.secretRef) }),
    ...(tls && { tls: await resolveTls(kube, tls) }),
  };
}

/** What a request to the server of either engine begins with. */
export const reachServer = async (
  kube: KubeReader,
  server: DatabaseServerRef,
): Promise<{ readonly engine: 'postgresql'; readonly at: PostgresServer } | { readonly engine: 'mongodb'; readonly at: MongoAddress }> =>
  server.engine === 'postgresql'
    ? { engine: 'postgresql', at: await resolvePostgres(kube, server) }
    : { engine: 'mongodb', at: await resolveMongo(kube, server) };

const resolveTls = async (kube: KubeReader, tls: TlsRef): Promise<NonNullable<PostgresServer['tls']>> =>
  'ca' in tls ? { ca: await readKey(kube, tls.ca.secretRef) } : tls;

/** NotFound where Secret or key is missing, Invalid where the value is no connection string with a password. Neither message quotes the value. */
export async function resolvePassword(kube: KubeReader, source: PasswordSource): Promise<string> {
  if ('secretRef' in source) return readKey(kube, source.secretRef);
  const { secretRef } = source.fromUri;
  // Not a URL for `new URL`: several hosts may follow the credentials.
  const [, encoded] = /^[\w+]+:\/\/[^:@/]*:([^@/]+)@/.exec(await readKey(kube, secretRef)) ?? [];
  const password = encoded === undefined ? undefined : decode(encoded);
  if (password === undefined)
    throw failure('Invalid', `key ${secretRef.key} of Secret ${secretRef.namespace}/${secretRef.name} is no connection string with a password`);
  return password;
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

export async function readKey(kube: KubeReader, { namespace, name, key }: SecretKeyRef): Promise<string> {
  const found = await kube.get<Secret>({ apiVersion: 'v1', kind: 'Secret', namespace, name });
  if (!found) throw failure('NotFound', `Secret ${namespace}/${name} is not there`);
  const value = found.data?.[key];
  if (value === undefined)
    throw failure('NotFound', `Secret ${namespace}/${name} has no key ${key}; it has ${Object.keys(found.data ?? {}).join(', ') || 'none'}`);
  return Buffer.from(value, 'base64').toString();
}
