import type { Document } from 'mongodb';
import type { Mongo } from '../../adapters/mongo/mongo.js';
import { isFailure } from '../../errors.js';
import type { PingResult } from '../../model/copier-mongo.js';

/** Asks for something a server need not know; undefined where it doesn't, or where we may not ask. */
export async function tryCommand(mongo: Mongo, database: string, command: Document): Promise<Document | undefined> {
  try {
    return await mongo.command(database, command);
  } catch (error) {
    if (isFailure(error, 'Invalid', 'Forbidden', 'NotFound')) return undefined;
    throw error;
  }
}

/** Only the real server describes the storage engines it was built with. */
function flavorOf(build: Document): PingResult['flavor'] {
  if (build['ferretdbVersion'] !== undefined || build['ferretdb'] !== undefined) return 'ferretdb';
  return build['storageEngines'] === undefined ? 'other' : 'mongodb';
}

/** Members that hold data: arbiters vote, but lose with the rest. */
function replicasOf(hello: Document, status: Document | undefined): number {
  const members = status?.['members'] as readonly { readonly stateStr?: string }[] | undefined;
  if (members) return members.filter(({ stateStr }) => stateStr !== 'ARBITER').length;
  return Math.max(1, [...(hello['hosts'] ?? []), ...(hello['passives'] ?? [])].length);
}

const makes = { mongodb: 'MongoDB', ferretdb: 'FerretDB', other: 'A server like MongoDB' } as const;

/** `MongoDB 6.0.5`; of a server that only pretends to be one, its own name and version. */
export const showServer = ({ flavor, version, flavorVersion = version }: PingResult): string => `${makes[flavor]} ${flavorVersion}`;

/** Who answers, as whom, and what it can do. A server of another make is taken to know only what it lists as a command. */
export async function describeServer(mongo: Mongo): Promise<PingResult> {
  const hello = await mongo.command('admin', { hello: 1 });
  const build = await mongo.command('admin', { buildInfo: 1 });
  const status = hello['setName'] === undefined ? undefined : await tryCommand(mongo, 'admin', { replSetGetStatus: 1 });
  const commands = new Set(Object.keys((await tryCommand(mongo, 'admin', { listCommands: 1 }))?.['commands'] ?? {}));
  const connection = await tryCommand(mongo, 'admin', { connectionStatus: 1 });
  const user = (connection?.['authInfo']?.authenticatedUsers as readonly { readonly user: string; readonly db: string }[] | undefined)?.[0];
  const flavor = flavorOf(build);
  const major = Number(String(build['version']).split('.')[0]);
  const real = flavor === 'mongodb';
  return {
    version: build['version'],
    flavor,
    ...(build['ferretdbVersion'] !== undefined && { flavorVersion: build['ferretdbVersion'] }),
    replicas: replicasOf(hello, status),
    sharded: hello['msg'] === 'isdbgrid',
    ...(user && { user: `${user.user}@${user.db}` }),
    capabilities: {
      views: real,
      writeBlock: commands.has('setUserWriteBlockMode'),
      roles: commands.has('rolesInfo') && commands.has('updateUser'),
      rangeQueriesPushedDown: real,
      dbHash: commands.has('dbHash'),
      collectionUuid: real && major >= 6,
    },
  };
}

/** Whether the server only pretends to be MongoDB, in a sentence. */
export function standIn({ flavor, flavorVersion, version, capabilities }: PingResult, which: string): string | undefined {
  if (flavor === 'mongodb') return undefined;
  const names = {
    views: 'views, validators and collations',
    roles: 'roles',
    writeBlock: 'the write block',
    dbHash: 'dbHash',
    rangeQueriesPushedDown: 'ranges from an index',
  };
  const lacking = Object.entries(names).flatMap(([capability, name]) => (capabilities[capability as keyof typeof names] ? [] : [name]));
  const make = flavor === 'ferretdb' ? `FerretDB ${flavorVersion ?? ''}`.trim() : 'a server of another make';
  return `The ${which} is a stand-in: ${make} answers as MongoDB ${version}. What it lacks was neither moved nor compared: ${lacking.join(', ')}.`;
}
