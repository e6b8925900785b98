import type { ConnectPostgres, PostgresAddress, PostgresConnection, Row } from '../../adapters/postgres/postgres.js';

/** A standing connection to one member, made anew whenever it breaks. Asking never waits longer than it is told to. */
export class MemberLink {
  readonly address: string;
  readonly #connect: () => Promise<PostgresConnection>;
  #connection: PostgresConnection | undefined;
  #connecting: Promise<unknown> | undefined;
  #asking: Promise<unknown> | undefined;

  constructor(connect: ConnectPostgres, to: PostgresAddress) {
    this.address = to.host;
    this.#connect = () => connect(to);
  }

  /** Its first row, or undefined where none came in time. A question that hangs is not asked twice: it hangs the next ones, too, until it is answered or lost. */
  async ask(text: string, withinMs: number): Promise<Row | undefined> {
    const late = new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), withinMs).unref());
    const connection = await Promise.race([this.#connected(), late]);
    if (!connection || this.#asking) return undefined;
    const asking = connection.query(text).then(
      ({ rows }) => rows[0],
      () => this.#lose(),
    );
    this.#asking = asking.finally(() => {
      this.#asking = undefined;
    });
    return Promise.race([asking, late]);
  }

  close(): void {
    this.#lose();
  }

  async #connected(): Promise<PostgresConnection | undefined> {
    if (this.#connection) return this.#connection;
    this.#connecting ??= this.#connect()
      .then((connection) => {
        this.#connection = connection;
        void connection.gone.then(() => this.#lose());
      })
      .catch(() => undefined)
      .finally(() => {
        this.#connecting = undefined;
      });
    await this.#connecting;
    return this.#connection;
  }

  #lose(): undefined {
    this.#connection?.drop();
    this.#connection = undefined;
    this.#asking = undefined;
  }
}
