import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type PostgresSession, quoteName, quoteText } from '../../../adapters/postgres/session.js';
import { failure, isFailure } from '../../../errors.js';
import { type DataTable, quoteTable } from '../tables.js';
import { quietly } from './quietly.js';

/** Whoever streams a slot ends when it is told to, which takes a moment. */
const attempts = 100;
const pauseMs = 100;

/** What a precopy makes on the source: a publication, a slot and the role that the target logs in as; all of one name, nothing granted to anybody else. */
export class SourceSide {
  readonly #session: PostgresSession;
  readonly #name: string;

  constructor(session: PostgresSession, name: string) {
    this.#session = session;
    this.#name = name;
  }

  /** The publication comes first: a slot that is older than it would look for it in vain. `allowed` is asked before every write. */
  async make(tables: readonly DataTable[], allowed: () => Promise<void>): Promise<void> {
    const name = quoteName(this.#name);
    if (!(await this.#has('SELECT 1 FROM pg_publication WHERE pubname = $1'))) {
      await allowed();
      const list = tables.length > 0 ? ` FOR TABLE ${tables.map((table) => `ONLY ${quoteTable(table)}`).join(', ')}` : '';
      await this.#session.run(`CREATE PUBLICATION ${name}${list}`);
    }
    if (await this.#has('SELECT 1 FROM pg_replication_slots WHERE slot_name = $1')) return;
    await allowed();
    await this.#session.query(`SELECT pg_create_logical_replication_slot($1, 'pgoutput')`, [this.#name]);
  }

  /** Who the target logs in as, with a new password each time. A superuser: the fence lets nobody else in again. */
  async makeRole(): Promise<{ readonly name: string; readonly password: string }> {
    const password = randomBytes(24).toString('base64url');
    const verb = (await this.#has('SELECT 1 FROM pg_roles WHERE rolname = $1')) ? 'ALTER' : 'CREATE';
    await quietly(this.#session, () => this.#session.run(`${verb} ROLE ${quoteName(this.#name)} LOGIN SUPERUSER REPLICATION PASSWORD ${quoteText(password)}`));
    return { name: this.#name, password };
  }

  /** By it the slots are known that the target makes for single tables; kept where it goes with the role. */
  async noteSubscription(number: string): Promise<void> {
    await this.#session.run(`COMMENT ON ROLE ${quoteName(this.#name)} IS ${quoteText(number)}`);
  }

  /** Takes the slots and sends away who streams from them; nobody comes back as that role. Safe to repeat. */
  async dropSlots(): Promise<void> {
    if (await this.#has('SELECT 1 FROM pg_roles WHERE rolname = $1')) await this.#session.run(`ALTER ROLE ${quoteName(this.#name)} NOLOGIN`);
    for (let attempt = 1; ; attempt++) {
      await this.#session.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = $1', [this.#name]);
      const slots = await this.#slots();
      if (slots.length === 0) return;
      for (const { slot } of slots.filter(({ isActive }) => !isActive)) await this.#drop(slot);
      if (attempt === attempts) throw failure('NotReady', `Replication slot ${slots.map(({ slot }) => slot).join(', ')} is still in use.`);
      if (slots.some(({ isActive }) => isActive)) await sleep(pauseMs);
    }
  }

  /** All of it; the role last, since it knows the slots. Safe to repeat. */
  async remove(): Promise<void> {
    await this.dropSlots();
    await this.#session.run(`DROP PUBLICATION IF EXISTS ${quoteName(this.#name)}`);
    await this.#session.run(`DROP ROLE IF EXISTS ${quoteName(this.#name)}`);
  }

  async #has(query: string): Promise<boolean> {
    return (await this.#session.query(query, [this.#name])).length > 0;
  }

  #slots(): Promise<readonly { readonly slot: string; readonly isActive: boolean }[]> {
    return this.#session.query(
      `SELECT slot_name AS slot, active AS "isActive" FROM pg_replication_slots
       WHERE slot_name = $1 OR starts_with(slot_name, 'pg_' || (SELECT shobj_description(oid, 'pg_authid') FROM pg_roles WHERE rolname = $1) || '_sync_')`,
      [this.#name],
    );
  }

  /** One that is in use again, or gone, is for the next look. */
  async #drop(slot: string): Promise<void> {
    try {
      await this.#session.query('SELECT pg_drop_replication_slot($1)', [slot]);
    } catch (error) {
      if (!isFailure(error, 'Conflict', 'NotFound')) throw error;
    }
  }
}
