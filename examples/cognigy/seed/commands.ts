import { basename } from 'node:path';
import { readSettings } from '../service/settings.js';
import type { Fingerprint } from './fingerprint.js';
import { fingerprintFiles } from './fingerprint-files.js';
import { fingerprintMongodb } from './fingerprint-mongodb.js';
import { fingerprintRedis } from './fingerprint-redis.js';
import { layout } from './layout.js';
import { seedFiles } from './seed-files.js';
import { seedMongodb } from './seed-mongodb.js';
import { seedRedis } from './seed-redis.js';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Seeds what the environment names: MONGODB_ROOT_URI (with a connection string of every user to create in MONGODB_USER_…), VOLUMES, REDIS_…; see the
 * service's settings. DOCUMENTS, FILES and KEYS say how much. Prints one JSON object.
 */
export const runSeed = async (env: Environment): Promise<void> => {
  const begun = Date.now();
  const { redis, volumes } = readSettings(env);
  const rootUri = env['MONGODB_ROOT_URI'];
  const userUris = Object.entries(env).flatMap(([name, value]) => (name.startsWith('MONGODB_USER_') && value ? [value] : []));
  const documents = Number(env['DOCUMENTS'] ?? 50_000);
  const result = {
    mongodb: rootUri ? await seedMongodb({ rootUri, userUris, documents }) : null,
    volumes: await byName(volumes, ({ directory }) => [basename(directory), seedFiles({ directory, files: Number(env['FILES'] ?? 200) })]),
    redis: await byName(redis, (server) => [server.name, seedRedis(server, Number(env['KEYS'] ?? 3000))]),
  };
  print({ ...result, milliseconds: Date.now() - begun });
};

/** Reads all data that the environment names (see runSeed; DATABASES: names with commas between) and prints its Fingerprint as one JSON object. */
export const runFingerprint = async (env: Environment): Promise<void> => {
  const { redis, volumes } = readSettings(env);
  const rootUri = env['MONGODB_ROOT_URI'];
  const databases = env['DATABASES']?.split(',') ?? layout.map(({ name }) => name);
  const fingerprint: Fingerprint = {
    databases: rootUri ? await fingerprintMongodb({ rootUri, databases }) : {},
    volumes: await byName(volumes, ({ directory }) => [basename(directory), fingerprintFiles(directory)]),
    redis: await byName(redis, (server) => [server.name, fingerprintRedis(server)]),
  };
  print(fingerprint);
};

const byName = async <T, R>(all: readonly T[], ask: (one: T) => readonly [string, Promise<R>]): Promise<Record<string, R>> => {
  const pairs = all.map(ask).map(async ([name, answer]) => [name, await answer] as const);
  return Object.fromEntries(await Promise.all(pairs));
};

const print = (value: unknown): void => {
  process.stdout.write(`${JSON.stringify(value)}\n`);
};
