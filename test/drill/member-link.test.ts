import type { PostgresAddress, PostgresConnection } from '../../src/adapters/postgres/postgres.js';
import { MemberLink } from '../../src/drill/targets/member-link.js';

const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
const to = { host: '10.0.0.1' } as PostgresAddress;

/** A member whose connections answer, hang or cannot be made, as the test says. */
function member() {
  const state = { answers: true, connects: true, made: 0, attempts: 0, dropped: 0 };
  const connect = async (): Promise<PostgresConnection> => {
    state.attempts++;
    if (!state.connects) {
      await sleep(1000);
      throw new Error('no connection within 1000 ms');
    }
    state.made++;
    // What hangs once hangs for good: the network does not send it again in time.
    let isDead = false;
    return {
      gone: new Promise(() => {}),
      drop: () => void state.dropped++,
      async query() {
        isDead ||= !state.answers;
        if (isDead) await new Promise(() => {});
        return { rows: [{ connection: state.made }] };
      },
    };
  };
  return { state, link: new MemberLink(connect, to) };
}

/** As the watch asks: every 200 ms. Answers what was said, as often as asked. */
async function asked(link: MemberLink, times: number): Promise<readonly unknown[]> {
  const answers: unknown[] = [];
  for (let time = 0; time < times; time++) {
    const next = sleep(200);
    answers.push(await link.ask('select 1', 180));
    await next;
  }
  return answers;
}

describe('a link to a member', () => {
  test('stands while the member answers', async () => {
    const { link, state } = member();
    await asked(link, 3);
    expect(state).toMatchObject({ made: 1, attempts: 1 });
    link.close();
  });

  test('that hangs is made anew after a second: a member that is back is seen at once, though the old question is never answered', async () => {
    const { link, state } = member();
    await asked(link, 1);
    Object.assign(state, { answers: false, connects: false });
    expect((await asked(link, 10)).filter((row) => row !== undefined)).toEqual([]);
    Object.assign(state, { answers: true, connects: true });
    const answers = await asked(link, 4);
    expect(answers.at(-1)).toEqual({ connection: 2 });
    expect(answers.filter((row) => row === undefined).length).toBeLessThanOrEqual(2);
    expect(state.dropped).toBe(1);
    link.close();
  });

  test('does not storm a member that is away', async () => {
    const { link, state } = member();
    state.connects = false;
    await asked(link, 15);
    expect(state.attempts).toBeLessThanOrEqual(8);
    link.close();
  });
});
