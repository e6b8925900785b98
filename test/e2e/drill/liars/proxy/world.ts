import pg from 'pg';
import type { Reply } from './message.js';
import type { Facts, Orders } from './orders.js';
import type { Exchange } from './session.js';

export type Ghost = Facts['ghosts'][number];

/** What the request is, told by its words: a driver that asks in other words is answered honestly, and no lie is counted. */
export type Asked = 'write' | 'look' | 'count' | 'rows' | 'other';

export function askedFor({ application, text }: Exchange): Asked {
  if (/^\s*insert into rehelm_/.test(text)) return 'write';
  if (application === 'rehelm-drill-watch' && /as recovering/.test(text)) return 'look';
  if (/select count\(\*\) as rows from rehelm_/.test(text)) return 'count';
  return /select id, payload from rehelm_/.test(text) ? 'rows' : 'other';
}

export const tableIn = ({ text }: Pick<Exchange, 'text'>): string => /\brehelm_\w+/.exec(text)?.[0] ?? 'rehelm_nothing';

/** One in 250 writes is lied about. */
export const isPicked = (id: string | undefined): boolean => Number(id) % 250 === 77;
export const pickedRows = 'id % 250 = 77';

export interface WorldParts {
  /** The member's number; 0 stands before the primary. */
  readonly member: number;
  readonly upstream: { readonly host: string; readonly port: number };
  readonly login: { readonly user: string; readonly password: string; readonly database: string };
  readonly orders: Orders;
  /** Its pod came in the place of the one that the fault hit. */
  readonly isReplacement: boolean;
  /** Facts of the proxy before the primary, for the others. */
  readonly ofPrimary: () => Promise<Facts>;
}

/** What one proxy knows during one drill. */
export class World {
  readonly #parts: WorldParts;
  readonly #lies = new Set<string>();
  readonly ghosts: Ghost[] = [];
  /** When the fault came, on this process's clock. */
  faultAt: number | undefined;
  /** When the first look came after this proxy began. */
  lookedAt: number | undefined;
  outageSeconds: number | undefined;
  #acknowledgement: Reply | undefined;
  readonly #database: pg.Pool;
  #isToldOnce = false;

  constructor(parts: WorldParts) {
    this.#parts = parts;
    this.#database = new pg.Pool({ ...parts.upstream, ...parts.login, application_name: 'liar', max: 4, idleTimeoutMillis: 2000 });
    this.#database.on('error', () => {});
  }

  get orders(): Orders {
    return this.#parts.orders;
  }

  get isPrimary(): boolean {
    return this.#parts.member === 0;
  }

  get isReplacement(): boolean {
    return this.#parts.isReplacement;
  }

  /** The same key twice is one lie. */
  lied(key: string | number | undefined): void {
    this.#lies.add(String(key));
  }

  facts(): Facts {
    return { lies: this.#lies.size, ghosts: this.ghosts, ...(this.outageSeconds !== undefined && { outageSeconds: this.outageSeconds }) };
  }

  async ghostsOfPrimary(): Promise<readonly Ghost[]> {
    return (await this.#parts.ofPrimary()).ghosts;
  }

  /** An honest acknowledgement, to be repeated to those who get none. */
  remember(reply: Reply): Reply {
    this.#acknowledgement = reply;
    return reply;
  }

  /** undefined: nothing was acknowledged yet. */
  get acknowledgement(): Reply | undefined {
    return this.#acknowledgement;
  }

  /** Milliseconds since the fault; negative before. */
  get sinceFault(): number {
    return this.faultAt === undefined ? -1 : performance.now() - this.faultAt;
  }

  /** Past the clients, on this member's own server. */
  async sql(text: string, values: readonly string[] = []): Promise<readonly Record<string, unknown>[]> {
    return (await this.#database.query(text, [...values])).rows;
  }

  insert = (table: string, { id, payload }: Ghost) => this.sql(`insert into ${table} values ($1, $2)`, [id, payload]);

  /** Once in a drill: the first final read has been answered by every member by then, and the second has not begun. */
  betweenFinalReads(act: () => Promise<unknown>): void {
    if (this.#isToldOnce) return;
    this.#isToldOnce = true;
    setTimeout(() => void act().catch((error: unknown) => console.error(error)), 400);
  }

  async close(): Promise<void> {
    await this.#database.end();
  }
}
