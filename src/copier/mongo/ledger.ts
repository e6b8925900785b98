import { Binary, BSON, type Document } from 'mongodb';
import { type Mongo, majority } from '../../adapters/mongo/mongo.js';
import { failure } from '../../errors.js';
import type { AccountNames } from '../../model/copier-mongo.js';
import type { AttemptRow } from '../count-copied.js';
import type { AccountKind } from './accounts.js';
import type { KnownUnit, Unit, UnitDone } from './unit.js';

/** The database on the target server that holds what runs know about themselves. */
export const ledgerDatabase = 'rehelm';

const unitsOf = (run: string) => `units_${run}`;
const attemptsOf = (run: string) => `attempts_${run}`;
const epochs = 'epochs';
const targetId = (database: string) => `target/${database}`;
const planId = (database: string, collection: string) => `plan/${database}/${collection}`;
const accountId = (database: string, kind: AccountKind, name: string) => `account/${database}/${kind}/${name}`;
const userId = (database: string, name: string) => `user/${database}/${name}`;

const exact = { promoteValues: false, promoteLongs: false, promoteBuffers: false, bsonRegExp: true } as const;

function readUnit(row: Document): KnownUnit {
  const unit = {
    id: String(row['_id']),
    database: String(row['database']),
    collection: String(row['collection']),
    number: Number(row['number']),
    estimatedBytes: Number(row['estimatedBytes']),
    filter: BSON.deserialize((row['filter'] as Binary).value(), exact),
  };
  const done = row['done'] as Document | undefined;
  if (!done) return unit;
  const { documents, bytes, hash, podUid } = done;
  return { ...unit, done: { documents: Number(documents), bytes: Number(bytes), hash: String(hash), podUid: String(podUid) } };
}

/** A run's memory on the server it writes to: what is done, what was tried, what it made, and which epoch may still write. All writes wait for a majority. */
export class Ledger {
  readonly #mongo: Mongo;
  readonly #run: string;

  constructor(mongo: Mongo, run: string) {
    this.#mongo = mongo;
    this.#run = run;
  }

  async #put(collection: string, id: string, update: Document): Promise<void> {
    const command = () => ({ update: collection, updates: [{ q: { _id: id }, u: update, upsert: true }], writeConcern: majority });
    const put = async () => (await this.#mongo.command(ledgerDatabase, command()))['writeErrors'] as readonly { readonly code: number }[] | undefined;
    // Two upserts of one document can meet; the one that lost finds it there the second time.
    const errors = (await put()) && (await put());
    if (errors) throw failure('Conflict', `The run's notes in ${ledgerDatabase}.${collection} could not be written (code ${errors[0]?.code}).`);
  }

  async #all(collection: string, filter: Document): Promise<readonly Document[]> {
    const found: Document[] = [];
    for await (const batch of this.#mongo.read(ledgerDatabase, collection, { filter })) for (const raw of batch) found.push(BSON.deserialize(raw, exact));
    return found;
  }

  /** Raises the run's epoch to `epoch` where it is lower, and answers what it is. */
  async raiseEpoch(epoch: number): Promise<number> {
    await this.#put(epochs, this.#run, { $max: { epoch } });
    return (await this.epoch()).epoch;
  }

  /** The run's epoch and the databases it has dropped and not taken again; 0 when the run is unknown or was cleaned. */
  async epoch(): Promise<{ readonly epoch: number; readonly dropped: readonly string[] }> {
    const answer = await this.#mongo.command(ledgerDatabase, { find: epochs, filter: { _id: this.#run }, limit: 1, singleBatch: true });
    const [found] = answer['cursor'].firstBatch as readonly { readonly epoch: number; readonly dropped?: readonly string[] }[];
    return { epoch: found?.epoch ?? 0, dropped: found?.dropped ?? [] };
  }

  async noteDropped(database: string, dropped: boolean): Promise<void> {
    await this.#put(epochs, this.#run, dropped ? { $addToSet: { dropped: database } } : { $pull: { dropped: database } });
  }

  async madeTarget(database: string): Promise<boolean> {
    return (await this.#all(unitsOf(this.#run), { _id: targetId(database) })).length > 0;
  }

  noteTarget(database: string, from: string): Promise<void> {
    return this.#put(unitsOf(this.#run), targetId(database), { $set: { kind: 'target', database, from } });
  }

  async madeUser(database: string, name: string): Promise<boolean> {
    return (await this.#all(unitsOf(this.#run), { _id: userId(database, name) })).length > 0;
  }

  noteUser(database: string, name: string): Promise<void> {
    return this.#put(unitsOf(this.#run), userId(database, name), { $set: { kind: 'user', database } });
  }

  forgetUser(database: string, name: string): Promise<void> {
    return this.#delete(unitsOf(this.#run), { _id: userId(database, name) });
  }

  /** Users and roles that a copy of the run made, or began to. */
  async accounts(database: string): Promise<AccountNames> {
    const rows = await this.#all(unitsOf(this.#run), { kind: 'account', database });
    const of = (kind: AccountKind) => rows.filter((row) => row['account'] === kind).map((row) => String(row['name']));
    return { users: of('users'), roles: of('roles') };
  }

  /** Databases for which accounts were made, or begun. */
  async accountDatabases(): Promise<ReadonlySet<string>> {
    return new Set((await this.#all(unitsOf(this.#run), { kind: 'account' })).map((row) => String(row['database'])));
  }

  noteAccount(database: string, kind: AccountKind, name: string): Promise<void> {
    return this.#put(unitsOf(this.#run), accountId(database, kind, name), { $set: { kind: 'account', database, account: kind, name } });
  }

  forgetAccounts(database: string): Promise<void> {
    return this.#delete(unitsOf(this.#run), { kind: 'account', database });
  }

  /** Units as they were cut by whichever attempt came first. */
  async units(database?: string): Promise<readonly KnownUnit[]> {
    const found = await this.#all(unitsOf(this.#run), { kind: 'unit', ...(database !== undefined && { database }) });
    return found.map(readUnit);
  }

  async isPlanned(database: string, collection: string): Promise<boolean> {
    return (await this.#all(unitsOf(this.#run), { _id: planId(database, collection) })).length > 0;
  }

  /** Keeps the bounds: an attempt that cut anew could cut elsewhere, and its units would no longer fit those that are done. The plan counts once it is whole. */
  async plan(database: string, collection: string, units: readonly Unit[]): Promise<void> {
    await this.#delete(unitsOf(this.#run), { kind: 'unit', database, collection });
    for (const { id, filter, ...unit } of units) {
      // As bytes: a server may refuse fields that begin with `$`.
      await this.#put(unitsOf(this.#run), id, { $set: { kind: 'unit', ...unit, filter: new Binary(BSON.serialize(filter)) } });
    }
    await this.#put(unitsOf(this.#run), planId(database, collection), { $set: { kind: 'plan', database, collection, units: units.length } });
  }

  /** The marker: from here on the unit is not copied again. */
  markDone(id: string, done: UnitDone, podUid: string): Promise<void> {
    return this.#put(unitsOf(this.#run), id, { $set: { done: { ...done, podUid, at: new Date() } } });
  }

  async attempts(): Promise<readonly AttemptRow[]> {
    const rows = await this.#all(attemptsOf(this.#run), {});
    return rows.map((row) => ({ unit: row['unit'], podUid: row['podUid'], bytes: Number(row['bytes']) }));
  }

  /** Bytes and documents that this pod has already read of the unit, when its container starts again. */
  async attempt(unit: string, podUid: string): Promise<{ readonly bytes: number; readonly records: number }> {
    const [row] = await this.#all(attemptsOf(this.#run), { _id: `${unit}@${podUid}` });
    return { bytes: Number(row?.['bytes'] ?? 0), records: Number(row?.['records'] ?? 0) };
  }

  noteAttempt(row: { readonly unit: string; readonly step: string; readonly podUid: string; readonly bytes: number; readonly records: number }): Promise<void> {
    const now = new Date();
    return this.#put(attemptsOf(this.#run), `${row.unit}@${row.podUid}`, { $set: { ...row, updatedAt: now }, $setOnInsert: { startedAt: now } });
  }

  async #delete(collection: string, filter: Document): Promise<void> {
    await this.#mongo.command(ledgerDatabase, { delete: collection, deletes: [{ q: filter, limit: 0 }], writeConcern: majority });
  }

  /** Forgets a target with its units and attempts. */
  async forgetTarget(database: string): Promise<void> {
    const ids = (await this.units(database)).map(({ id }) => id);
    if (ids.length > 0) await this.#delete(attemptsOf(this.#run), { unit: { $in: ids } });
    await this.forgetAccounts(database);
    for (const kind of ['unit', 'plan']) await this.#delete(unitsOf(this.#run), { kind, database });
    // Last: while it is there, the target counts as ours and a killed drop can be repeated.
    await this.#delete(unitsOf(this.#run), { _id: targetId(database) });
  }

  /** Forgets everything about the run. A copier of it that still lives finds no epoch and stops. */
  async clean(): Promise<void> {
    await this.#delete(epochs, { _id: this.#run });
    await this.#delete(attemptsOf(this.#run), {});
    await this.#delete(unitsOf(this.#run), {});
    for (const collection of [attemptsOf(this.#run), unitsOf(this.#run)]) await this.#dropCollection(collection);
  }

  async #dropCollection(collection: string): Promise<void> {
    const there = await this.#mongo.list(ledgerDatabase, { listCollections: 1, filter: { name: collection }, nameOnly: true });
    if (there.length > 0) await this.#mongo.command(ledgerDatabase, { drop: collection });
  }
}
