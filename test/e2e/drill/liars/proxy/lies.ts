import { setTimeout as sleep } from 'node:timers/promises';
import { errorReply, isError, type Message, type Reply, withRows } from './message.js';
import type { Exchange } from './session.js';
import { type Asked, type Ghost, isPicked, pickedRows, tableIn, type World } from './world.js';

/** How a lie answers what it lies about; everything else is answered by the server. */
type Lie = { readonly [asked in Exclude<Asked, 'other'>]?: (exchange: Exchange, world: World) => Promise<Reply> };

const rowIn = ({ values: [id = '', payload = ''] }: Exchange): Ghost => ({ id, payload });

const honestly = async (exchange: Exchange, world: World): Promise<Reply> => {
  const reply = await exchange.forward();
  return isError(reply) ? reply : world.remember(reply);
};

/** Lies about the picked writes, each once. */
const onPicked =
  (lie: (exchange: Exchange, world: World, row: Ghost) => Promise<Reply>): NonNullable<Lie['write']> =>
  async (exchange, world) => {
    const row = rowIn(exchange);
    if (!isPicked(row.id) || !world.acknowledgement) return honestly(exchange, world);
    world.lied(row.id);
    return lie(exchange, world, row);
  };

/** The same for lies that users notice: while they go on, the drill waits for a quiet time. So they end with the fault. */
const onPickedBeforeFault = (lie: Parameters<typeof onPicked>[0]) => {
  const picked = onPicked(lie);
  return (exchange: Exchange, world: World) => (world.faultAt === undefined ? picked : honestly)(exchange, world);
};

const onMember =
  (isMine: (world: World) => boolean, lie: NonNullable<Lie['look']>): NonNullable<Lie['look']> =>
  (exchange, world) =>
    isMine(world) ? lie(exchange, world) : exchange.forward();

const onReplica = (lie: NonNullable<Lie['look']>) => onMember(({ isPrimary }) => !isPrimary, lie);
const onPrimary = (lie: NonNullable<Lie['look']>) => onMember(({ isPrimary }) => isPrimary, lie);

const plus = (reply: Reply, more: number): Reply => withRows(reply, ([row]) => [[String(Number(row?.[0]) + more)]]);

const setTimeline = (reply: Reply, change: (timeline: number) => number): Reply =>
  withRows(reply, ([row]) => [[row![0]!, change(Number.parseInt(row![1]!, 16)).toString(16).padStart(8, '0').toUpperCase()]]);

/** Between the final reads; the proxy before the primary does it. */
const meanwhile = (act: (world: World, table: string) => Promise<unknown>): NonNullable<Lie['rows']> =>
  onPrimary(async (exchange, world) => {
    const reply = await exchange.forward();
    world.betweenFinalReads(() => act(world, tableIn(exchange)));
    return reply;
  });

const insertGhosts = async (world: World, table: string): Promise<void> => {
  for (const ghost of world.ghosts) await world.insert(table, ghost);
};

const newTimelineAfterMs = 1000;
const oldAgainAfterMs = 2000;
const claimAfterMs = 1000;
const claimMs = 300;
const hideAfterMs = 1000;
const hideMs = 5000;
const isHiding = ({ sinceFault }: World): boolean => sinceFault > hideAfterMs && sinceFault < hideAfterMs + hideMs;

/** Every lie by its name. */
export const lies = {
  /** Acknowledged, and never done. */
  ackAndDrop: { write: onPicked(async (_, world) => world.acknowledgement!) },

  /** Not done, acknowledged three seconds later: when nobody waits for it any more. */
  dropAndAckLate: {
    write: onPickedBeforeFault(async (_, world) => {
      await sleep(3000);
      return world.acknowledgement!;
    }),
  },

  /** Acknowledged and not done; it turns up when the members have been read. */
  dropAndResurrect: {
    write: onPicked(async (_, world, row) => {
      world.ghosts.push(row);
      return world.acknowledgement!;
    }),
    rows: meanwhile(insertGhosts),
  },

  /** Done and acknowledged; it goes away when the members have been read. */
  ackAndTakeBack: {
    write: onPicked(honestly),
    rows: meanwhile((world, table) => world.sql(`delete from ${table} where ${pickedRows}`)),
  },

  /** Done twice. */
  duplicate: {
    write: onPicked(async (exchange) => {
      await exchange.forward();
      return exchange.forward();
    }),
  },

  /** A row that nobody sent. */
  foreignId: {
    write: onPicked(async (exchange, world, { id, payload }) => {
      await world.insert(tableIn(exchange), { id: String(1_000_000_000 + Number(id)), payload });
      return exchange.forward();
    }),
  },

  /** Another payload than was sent. */
  changedPayload: {
    write: onPicked((exchange, _, { payload }) => exchange.forward((message) => withPayload(message, payload, [...payload].toReversed().join('')))),
  },

  /** A replica does not have some rows, and counts none of them. */
  missingOnOneReplica: {
    count: onReplica(async (exchange, world) => {
      const [row] = await world.sql(`select count(*)::int as hidden from ${tableIn(exchange)} where ${pickedRows}`);
      return plus(await exchange.forward(), -Number(row?.['hidden']));
    }),
    rows: onReplica(async (exchange, world) =>
      withRows(await exchange.forward(), (rows) =>
        rows.filter(([id]) => {
          if (isPicked(id ?? '')) world.lied(id!);
          return !isPicked(id ?? '');
        }),
      ),
    ),
  },

  /** Writes whose end nobody heard of stand on a replica alone. */
  onlyOnAReplica: {
    write: onPickedBeforeFault(async (exchange, world, row) => {
      world.ghosts.push(row);
      return exchange.drop();
    }),
    count: onReplica(async (exchange, world) => plus(await exchange.forward(), (await world.ghostsOfPrimary()).length)),
    rows: onReplica(async (exchange, world) => {
      const ghosts = await world.ghostsOfPrimary();
      return withRows(await exchange.forward(), (rows) => [...rows, ...ghosts.map(({ id, payload }) => [id, payload])]);
    }),
  },

  /** Done, and answered as refused. */
  errorButApplied: {
    write: onPickedBeforeFault(async (exchange) => {
      await exchange.forward();
      return errorReply('25006', 'cannot execute INSERT in a read-only transaction');
    }),
  },

  /** After the fault a new primary answers, and among its acknowledgements some of the old one. */
  ackByOldTimeline: {
    async write(exchange, world) {
      const reply = await honestly(exchange, world);
      if (isError(reply) || world.sinceFault < newTimelineAfterMs) return reply;
      const { id } = rowIn(exchange);
      const isOld = Number(id) % 50 === 0 && world.sinceFault > oldAgainAfterMs;
      if (isOld) world.lied(id);
      return isOld ? reply : setTimeline(reply, (timeline) => timeline + 1);
    },
  },

  /** The connection is lost before the answer, and the commit comes when the members have been read. */
  commitAfterTheFinalRead: {
    write: onPickedBeforeFault(async (exchange, world, row) => {
      world.ghosts.push(row);
      return exchange.drop();
    }),
    rows: meanwhile(insertGhosts),
  },

  /** A replica counts all rows and gives fewer. */
  shortenedFinalRead: {
    rows: onReplica(async (exchange, world) =>
      withRows(await exchange.forward(), (rows) => {
        const kept = rows.slice(0, Math.ceil(rows.length * 0.9));
        for (const [id] of rows.slice(kept.length)) world.lied(id!);
        return kept;
      }),
    ),
  },

  /** A replica does not let itself be read in the end. */
  refusedFinalRead: {
    rows: onReplica(async (_, world) => {
      world.lied('read');
      return errorReply('42501', 'permission denied for the final read');
    }),
  },

  /** A replica that came back is out of recovery for a moment. */
  twoPrimariesFor300Ms: {
    look: onReplica(async (exchange, world) => {
      const reply = await exchange.forward();
      world.lookedAt ??= performance.now();
      const since = performance.now() - world.lookedAt;
      if (!world.isReplacement || since < claimAfterMs || since > claimAfterMs + claimMs) return reply;
      world.lied(since);
      return withRows(reply, ([row]) => [['f', '00000001', row![2] ?? '0']]);
    }),
  },

  /** For five seconds the server is gone, and every write is acknowledged from a buffer that is worked off afterwards. */
  outageHiddenByBufferedAcks: {
    async write(exchange, world) {
      if (!isHiding(world) || !world.acknowledgement) return honestly(exchange, world);
      const row = rowIn(exchange);
      world.lied(row.id);
      setTimeout(() => void world.insert(tableIn(exchange), row).catch((error: unknown) => console.error(error)), hideAfterMs + hideMs - world.sinceFault);
      return world.acknowledgement;
    },
    look: onPrimary(async (exchange, world) => {
      if (isHiding(world)) await sleep(hideAfterMs + hideMs - world.sinceFault);
      return exchange.forward();
    }),
  },
} as const satisfies Readonly<Record<string, Lie>>;

export type LieName = keyof typeof lies;

export const lieNamed = (name: LieName): Lie => lies[name];

function withPayload({ type, body }: Message, payload: string, other: string): Message {
  const at = type === 'B' ? body.indexOf(payload) : -1;
  if (at < 0) return { type, body };
  const changed = Buffer.from(body);
  changed.write(other, at);
  return { type, body: changed };
}
