import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { AccountNames } from '../../../src/model/copier-mongo.js';
import type { MongoAddress } from '../../../src/model/mongo-facts.js';
import { FakeMongod } from '../../adapters/mongo/fake/fake-mongod.js';
import { writeFigures } from '../support/mutation-figures.js';
import { describeWithFerretdb, type Ferretdb, startFerretdb } from './support/ferretdb.js';
import { harmless, type Mutation, mutations } from './support/mutations.js';
import { run } from './support/run.js';
import { fakeShop, ferretdbShop, type Shop, seedFake, seedFerretdb } from './support/shop.js';

/** Where figures go: then all are tried, and whatever comes of each is written down. */
const out = process.env['REHELM_MUTATIONS'];
const some = <T>(all: readonly T[]) => (out === undefined ? all.filter((_, index) => index % 10 === 0) : all);

/** One round of a server: what was tried, and what came of it. A mutation counts as found when each server that can have it has shown it. */
const tried: { readonly what: string; readonly found: boolean }[] = [];
const falseAlarms: string[] = [];

let rounds = 0;
/** Copies the shop anew, changes the copy, and asks the verifier. */
async function differencesAfter(at: MongoAddress, shopOf: (database: string) => Shop, { change }: Pick<Mutation, 'change'>, more: object = {}) {
  const [id, to] = [`r${++rounds}`, `store${rounds}`];
  const request = { engine: 'mongodb', verb: 'copy', at, run: id, epoch: 1, step: 's', from: 'shop', to, accounts: true } as const;
  const { source, accounts } = await run({ ...request, ...more });
  await change(shopOf(to));
  const made: AccountNames = accounts?.made ?? { users: [], roles: [] };
  return (await run({ engine: 'mongodb', verb: 'verify', at, from: 'shop', to, copied: source.collections, accounts: made })).differences;
}

function tryAll(differences: (mutation: Pick<Mutation, 'change'>, more?: object) => Promise<readonly string[]>, chosen: readonly Mutation[]): void {
  test.each(harmless)('finds nothing in $what', async (one) => {
    const alarms = await differences(one);
    falseAlarms.push(...alarms);
    expect(alarms).toEqual([]);
  });

  test.each([{ unitBytes: 300 }, { connections: 1 }])('finds nothing in a copy made with %j', async (more) => {
    const alarms = await differences({ change: async () => undefined }, more);
    falseAlarms.push(...alarms);
    expect(alarms).toEqual([]);
  });

  test.each(some(chosen))(
    'finds $what',
    async (mutation) => {
      const named = (await differences(mutation)).join('\n');
      tried.push({ what: mutation.what, found: mutation.named.test(named) });
      expect(named).toMatch(mutation.named);
    },
    30_000,
  );
}

describe.each([['the servers hash themselves', []] as const, ['documents are read', ['dbHash']] as const])(
  'the verifier, at the driver, where %s',
  (_how, missing) => {
    const server = new FakeMongod();
    let at: MongoAddress;
    beforeAll(async () => {
      at = await server.start();
      for (const command of missing) server.missing.add(command);
    });
    beforeEach(() => {
      server.databases.clear();
      server.users.clear();
      seedFake(server);
    });
    afterAll(() => server.stop());
    tryAll((mutation, more) => differencesAfter(at, (database) => fakeShop(server, database), mutation, more), mutations);
  },
);

describeWithFerretdb('the verifier, on a real FerretDB', () => {
  let server: Ferretdb;
  beforeAll(async () => {
    server = await startFerretdb();
    await seedFerretdb(server.client, server.at);
  });
  afterAll(() => server.stop());
  tryAll(
    (mutation, more) => differencesAfter(server.at, (database) => ferretdbShop(server.client, server.at, database), mutation, more),
    mutations.filter(({ rare }) => !rare),
  );
});

afterAll(() => {
  if (out === undefined) return;
  const names = mutations.map(({ what }) => what);
  const isFound = (what: string) => tried.some((one) => one.what === what) && tried.every((one) => one.what !== what || one.found);
  writeFigures(out, { mutations: names, found: names.filter(isFound), falseAlarms });
});
