import { MongoClient } from 'mongodb';
import pg from 'pg';
import { runVerb } from '../../src/copier/run-verb.js';
import type { CopierRequest } from '../../src/model/copier.js';
import type { Accounting } from '../../src/model/copier-requests.js';
import { portOf, type Servers, type Side } from './servers.js';
import { sourceDatabase } from './spec.js';

/** The database that is copied over and over, and what the target says of a copy. */
export interface Database {
  seed(): Promise<void>;
  /** By the target's own notes. */
  accounting(run: string, to: string): Promise<Accounting>;
}

const context = { podUid: 'kill-test', signal: new AbortController().signal, progress: () => undefined };
const ask = async (request: CopierRequest): Promise<Accounting> => (await runVerb(request, context)) as Accounting;

/** Rows without compression and TOAST, so that no more is sent of a unit than its blocks hold; and some of everything else. */
const shop = (mebibytes: number): string => `
  CREATE TABLE item (id bigint PRIMARY KEY, batch integer, words text NOT NULL);
  INSERT INTO item SELECT i, i % 97, (SELECT string_agg(md5(i || '/' || j), '') FROM generate_series(1, 32) j) FROM generate_series(1, ${890 * mebibytes}) i;
  CREATE INDEX ON item (batch);
  CREATE TABLE note (id serial PRIMARY KEY, item bigint REFERENCES item, at timestamptz DEFAULT now(), grade double precision);
  INSERT INTO note (item, grade) SELECT i, i / 7.0 FROM generate_series(1, 5000) i;
  CREATE VIEW graded AS SELECT item.id, grade FROM item JOIN note ON note.item = item.id;
  SELECT lo_from_bytea(0, decode(repeat(md5(i::text), 2048), 'hex')) FROM generate_series(1, 8) i;`;

export function postgresDatabase({ login, address }: Servers, mebibytes = 64): Database {
  const port = portOf('postgres');
  const query = async (database: string, text: string) => {
    const client = new pg.Client({ host: address.source, port, user: login.name, password: login.password, database });
    await client.connect();
    await client.query(text).finally(() => client.end());
  };
  return {
    seed: async () => {
      await query('postgres', `DROP DATABASE IF EXISTS ${sourceDatabase}`);
      await query('postgres', `CREATE DATABASE ${sourceDatabase}`);
      await query(sourceDatabase, shop(mebibytes));
      // By one process: several would share more memory than a pod's /dev/shm holds.
      await query(sourceDatabase, 'VACUUM (ANALYZE, PARALLEL 0)');
    },
    accounting: (run, database) => ask({ engine: 'postgresql', verb: 'accounting', at: { host: address.target, port, user: login }, run, database }),
  };
}

/** The stand-in copies a collection whole: many below a unit's size, in two batches each. */
const collections = 72;
const documents = 1100;

export function mongoDatabase({ login, address }: Servers): Database {
  const uri = (side: Side) => `mongodb://${address[side]}:${portOf('mongodb')}/`;
  const documentsOf = (collection: number) =>
    Array.from({ length: documents }, (_, n) => ({
      n,
      at: new Date(n),
      ratio: n / 7,
      deep: { list: [n, 'two', null] },
      words: `${collection}-${n} `.repeat(95),
    }));
  return {
    seed: async () => {
      const client = new MongoClient(uri('source'), { auth: { username: login.name, password: login.password }, authSource: 'admin' });
      try {
        for (let number = 0; number < collections; number += 1) {
          const collection = client.db(sourceDatabase).collection(`part${number}`);
          await collection.insertMany(documentsOf(number));
          if (number % 8 === 0) await collection.createIndex({ n: 1 }, { unique: true });
        }
      } finally {
        await client.close();
      }
    },
    accounting: (run) => ask({ engine: 'mongodb', verb: 'accounting', at: { uri: uri('target'), user: login }, run }),
  };
}
