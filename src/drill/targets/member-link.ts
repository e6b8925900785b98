import type { ConnectPostgres, PostgresAddress, PostgresConnection, Row } from '../../adapters/postgres/postgres.js';

/** A question that has hung this long was asked on a connection that may be dead: the network sends what was lost again after up to twice as long as it was away. Milliseconds. */
const hungMs = 1000;
/** While attempts to connect hang, another is made this often, in milliseconds: one of them finds a member that is back before long. */
const attemptEveryMs = 400;

/** A standing connection to one member, made anew whenever it breaks or hangs. Asking never waits longer than it is told to. */
export class MemberLink {
  readonly address: string;
  readonly #connect: () => Promise<PostgresConnection>;
  #connection: PostgresConnection | undefined;
  #attempts = new Set<Promise<void>>();
  #attemptedAt = Number.NEGATIVE_INFINITY;
  /** When the question that is not answered yet was asked. */
  #askedAt: number | undefined;
  #isClosed = false;

  constructor(connect: ConnectPostgres, to: PostgresAddress) {
    this.address = to.host;
    this.#connect = () => connect(to);
  }

  /** Its first row, or undefined where none came in time. A question that hangs is not asked twice on the same connection. */
  async ask(text: string, withinMs: number): Promise<Row | undefined> {
    const late = new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), withinMs).unref());
    if (this.#askedAt !== undefined && performance.now() - this.#askedAt > hungMs) this.#lose(this.#connection);
    const connection = await Promise.race([this.#connected(), late]);
    if (!connection || this.#askedAt !== undefined) return undefined;
    this.#askedAt = performance.now();
    const answer = connection.query(text).then(
      ({ rows }) => {
        if (this.#connection === connection) this.#askedAt = undefined;
        return rows[0];
      },
      () => this.#lose(connection),
    );
    return Promise.race([answer, late]);
  }

  close(): void {
    this.#isClosed = true;
    this.#lose(this.#connection);
  }

  /** undefined: an attempt failed, and the next question makes another. */
  async #connected(): Promise<PostgresConnection | undefined> {
    if (this.#connection) return this.#connection;
    const isDue = this.#attempts.size === 0 || performance.now() - this.#attemptedAt >= attemptEveryMs;
    if (isDue) this.#attempt();
    await Promise.race(this.#attempts);
    return this.#connection;
  }

  #attempt(): void {
    this.#attemptedAt = performance.now();
    const attempt = this.#connect()
      .then((connection) => this.#keep(connection))
      .catch(() => {})
      .finally(() => this.#attempts.delete(attempt));
    this.#attempts.add(attempt);
  }

  /** The first that came through. */
  #keep(connection: PostgresConnection): void {
    if (this.#connection || this.#isClosed) {
      connection.drop();
      return;
    }
    this.#connection = connection;
    void connection.gone.then(() => this.#lose(connection));
  }

  #lose(connection: PostgresConnection | undefined): undefined {
    connection?.drop();
    if (this.#connection !== connection) return;
    this.#connection = undefined;
    this.#askedAt = undefined;
  }
}
