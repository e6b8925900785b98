import { setTimeout as sleep } from 'node:timers/promises';
import { type ConnectPostgres, type PostgresAddress, type PostgresConnection, PostgresRefusal } from '../../adapters/postgres/postgres.js';
import { failure } from '../../errors.js';
import type { DrillRequest, FinalRead, MemberSample, PostgresTarget, Profile } from '../../model/drill.js';
import type { Member, Members } from '../members.js';
import { MemberLink } from './member-link.js';
import { payloadOf, readRows } from './payload.js';
import { readReplication, replicationQuery, whyNotStrict } from './strictness.js';
import { RefusedWrite, type Sample, type Target, type Writer } from './target.js';

/** A member that has not answered after this time is silent in this sample, in milliseconds. */
const askWithinMs = 180;
const connectWithinMs = 1000;
/** The final read may wait for a connection and for replay, in milliseconds. */
const patientMs = 5000;
const replayWithinMs = 60_000;

/** As pgpool says it; "waiting" has had no connection yet. */
const serving: readonly string[] = ['up', 'waiting'];

const roleQuery = `
  select pg_is_in_recovery() as recovering,
         case when pg_is_in_recovery() then null else substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) end as timeline,
         (select count(*) from pg_stat_replication where state = 'streaming')::int as streaming`;

const factsQuery = `
  select pg_is_in_recovery() as recovering, current_setting('synchronous_standby_names') as names, current_setting('synchronous_commit') as commit,
         array(select datname::text from pg_database order by 1) as databases,
         (select count(*) from pg_replication_slots where not active)::int as idle`;

export interface PostgresDrill {
  readonly request: DrillRequest;
  readonly target: PostgresTarget;
  readonly members: Members;
  readonly connect: ConnectPostgres;
  /** How many writes there were so far. */
  readonly highest: () => number;
}

/** In recovery or not, the engine itself says who is primary: whatever manages it. */
export class PostgresqlTarget implements Target {
  readonly #of: PostgresDrill;
  readonly #table: string;
  readonly #links = new Map<string, MemberLink>();

  constructor(of: PostgresDrill) {
    this.#of = of;
    this.#table = `rehelm_${of.request.name.replaceAll(/\W/g, '_')}`;
  }

  async prepare(): Promise<void> {
    const { database } = this.#of.target;
    await this.#once('postgres', async (connection) => {
      const { rows } = await connection.query('select 1 from pg_database where datname = $1', [database]);
      if (rows.length === 0) await connection.query(`create database ${quoted(database)}`);
    });
    // A pooler connects to every member, and fails where one has not replayed the new database yet.
    for (const member of this.#of.members.known) await this.#untilThere(member, database);
    // No key and no constraint: a write that is there twice must be seen, not refused.
    await this.#once(database, (connection) => connection.query(`create table if not exists ${this.#table} (id int8 not null, payload text not null)`));
  }

  async openWriter(): Promise<Writer> {
    const { request, target, connect } = this.#of;
    const connection = await connect(this.#address(target.writeTo.host, target.database, 'writer', connectWithinMs));
    await setSession(connection, request.profile);
    return { write: (id) => this.#write(connection, id), drop: () => connection.drop() };
  }

  async look(): Promise<Sample> {
    const { members, request } = this.#of;
    const seen = await Promise.all(members.known.map((member) => this.#ask(member)));
    const primaries = seen.filter(({ sample }) => sample.role === 'primary');
    const replicas = seen.filter(({ sample }) => sample.role === 'replica');
    const following = primaries[0]?.streaming ?? 0;
    return {
      members: seen.map(({ sample }) => sample),
      redundant: primaries.length === 1 && replicas.length === request.members - 1 && following >= request.members - 1,
    };
  }

  async whyNotStrict(): Promise<readonly string[]> {
    const { target, connect, request } = this.#of;
    const connection = await connect(this.#address(target.writeTo.host, target.database, 'writer', patientMs));
    try {
      await setSession(connection, request.profile);
      const { rows } = await connection.query(replicationQuery);
      return rows[0] ? whyNotStrict(readReplication(rows[0]), request.members) : ['the primary does not say how it replicates'];
    } finally {
      connection.drop();
    }
  }

  async finalReads(): Promise<readonly FinalRead[]> {
    const { members } = this.#of;
    const flushed = await this.#flushed();
    return Promise.all(members.known.map((member) => this.#readMember(member, flushed)));
  }

  /** Who is primary, and whom it waits for, may change; how many it waits for may not. */
  async facts(): Promise<readonly string[]> {
    const { members } = this.#of;
    const names = members.known.map(({ name }) => name);
    const lines = await Promise.all(
      members.known.map((member) =>
        this.#directly(member, 'postgres', async (connection) => {
          const { rows } = await connection.query(factsQuery);
          const { recovering, names: synchronous, commit, databases, idle } = rows[0]!;
          const ofPrimary = recovering === true ? [] : [`synchronous_standby_names ${anyMember(String(synchronous), names)}`];
          return [...ofPrimary, `${member.name}: synchronous_commit ${commit}`, `${member.name}: ${idle} idle slots`, `databases ${databases}`];
        }),
      ),
    );
    return [...new Set([...lines.flat(), ...(await this.troubles())])].toSorted();
  }

  /** What pgpool says of its members: one that it has given up gets no connections, however well it is. Nothing where the way in is no pgpool. */
  async troubles(): Promise<readonly string[]> {
    return this.#once('postgres', async (connection) => {
      const { rows } = await connection.query('show pool_nodes').catch(() => ({ rows: [] }));
      return rows.flatMap(({ hostname, status }) => (serving.includes(String(status)) ? [] : [`for the pooler ${hostname} is ${status}`]));
    });
  }

  async remove(): Promise<void> {
    const { database } = this.#of.target;
    const isGone = await this.#once(database, async (connection) => {
      await connection.query(`drop table if exists ${this.#table}`);
      const { rows } = await connection.query("select 1 from pg_tables where schemaname = 'public'");
      return rows.length === 0;
    });
    if (isGone) await this.#once('postgres', (connection) => connection.query(`drop database if exists ${quoted(database)} with (force)`));
  }

  close(): void {
    for (const link of this.#links.values()) link.close();
  }

  async #untilThere(member: Member, database: string): Promise<void> {
    await this.#directly(member, 'postgres', (connection) =>
      untilTrue(
        connection,
        'select exists (select from pg_database where datname = $1) as yes',
        database,
        `${member.name} does not have the database ${database}`,
      ),
    );
  }

  async #write(connection: PostgresConnection, id: number) {
    const text = `insert into ${this.#table} values ($1, $2)
      returning host(inet_server_addr()) as server, substr(pg_walfile_name(pg_current_wal_insert_lsn()), 1, 8) as timeline`;
    try {
      const { rows, warned } = await connection.query(text, [id, payloadOf(this.#of.request.name, id)]);
      if (warned !== undefined) throw new Error(`committed with a warning: ${warned}`);
      return { server: String(rows[0]?.['server']), timeline: Number.parseInt(String(rows[0]?.['timeline']), 16) };
    } catch (error) {
      throw error instanceof PostgresRefusal ? new RefusedWrite(`${error.code} ${error.message}`) : error;
    }
  }

  async #ask(member: Member): Promise<{ readonly sample: MemberSample; readonly streaming: number }> {
    const { name, address } = member;
    const row = await this.#link(member).ask(roleQuery, askWithinMs);
    if (!row) return { sample: { name, address, role: 'silent' }, streaming: 0 };
    const role = row['recovering'] === true ? ('replica' as const) : ('primary' as const);
    const timeline = role === 'primary' ? { timeline: Number.parseInt(String(row['timeline']), 16) } : {};
    return { sample: { name, address, role, ...timeline }, streaming: Number(row['streaming']) };
  }

  #link({ name, address }: Member): MemberLink {
    const known = this.#links.get(name);
    if (known?.address === address) return known;
    known?.close();
    const link = new MemberLink(this.#of.connect, this.#address(address, 'postgres', 'watch', connectWithinMs, 5432));
    this.#links.set(name, link);
    return link;
  }

  /** What the primary has flushed; undefined where there is none. */
  async #flushed(): Promise<string | undefined> {
    const question = 'select case when pg_is_in_recovery() then null else pg_current_wal_flush_lsn()::text end as lsn';
    const asked = this.#of.members.known.map((member) =>
      this.#directly(member, 'postgres', async (connection) => (await connection.query(question)).rows[0]?.['lsn']),
    );
    const answers = await Promise.allSettled(asked);
    return answers.flatMap((answer) => (answer.status === 'fulfilled' && typeof answer.value === 'string' ? answer.value : []))[0];
  }

  async #readMember(member: Member, flushed: string | undefined): Promise<FinalRead> {
    const { request, target, highest } = this.#of;
    return this.#directly(member, target.database, async (connection) => {
      await untilReplayed(connection, flushed, member.name);
      const counted = await connection.query(`select count(*) as rows from ${this.#table}`);
      const { rows } = await connection.query(`select id, payload from ${this.#table}`);
      const held = rows.map(({ id, payload }) => ({ id: Number(id), payload: String(payload) }));
      return readRows(request.name, member.name, Number(counted.rows[0]?.['rows']), held, highest());
    });
  }

  async #directly<T>({ address }: Member, database: string, body: (connection: PostgresConnection) => Promise<T>): Promise<T> {
    return using(await this.#of.connect(this.#address(address, database, 'read', patientMs, 5432)), body);
  }

  async #once<T>(database: string, body: (connection: PostgresConnection) => Promise<T>): Promise<T> {
    return using(await this.#of.connect(this.#address(this.#of.target.writeTo.host, database, 'writer', patientMs)), body);
  }

  #address(host: string, database: string, as: string, connectWithin: number, port = this.#of.target.writeTo.port): PostgresAddress {
    const { login } = this.#of.request;
    if (!login) throw failure('Invalid', 'a PostgreSQL target needs a login');
    return { host, port, ...login, database, applicationName: `rehelm-drill-${as}`, connectWithinMs: connectWithin };
  }
}

/** Patroni says `*` until it has chosen a member. */
const anyMember = (setting: string, names: readonly string[]): string =>
  [...names.map((name) => `"${name}"`), ...names, '*'].reduce((text, name) => text.replaceAll(name, 'MEMBER'), `'${setting}'`);

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

async function using<T>(connection: PostgresConnection, body: (connection: PostgresConnection) => Promise<T>): Promise<T> {
  try {
    return await body(connection);
  } finally {
    connection.drop();
  }
}

/** A session's own settings; nothing on the server. */
async function setSession(connection: PostgresConnection, profile: Profile): Promise<void> {
  if (profile === 'loose') await connection.query('set synchronous_commit = local');
  if (profile === 'strict') await connection.query('set synchronous_commit = on');
}

async function untilReplayed(connection: PostgresConnection, flushed: string | undefined, member: string): Promise<void> {
  if (flushed === undefined) throw failure('NotReady', 'no member is primary: nothing says what the replicas must have replayed');
  const question = 'select not pg_is_in_recovery() or pg_last_wal_replay_lsn() >= $1::pg_lsn as yes';
  await untilTrue(connection, question, flushed, `${member} has not replayed what the primary has flushed (${flushed})`);
}

async function untilTrue(connection: PostgresConnection, question: string, value: string, otherwise: string): Promise<void> {
  for (const until = Date.now() + replayWithinMs; Date.now() < until; await sleep(200)) {
    const { rows } = await connection.query(question, [value]);
    if (rows[0]?.['yes'] === true) return;
  }
  throw failure('TimedOut', `${otherwise} after ${replayWithinMs / 1000} s`);
}
