import type pg from 'pg';
import { untilDone } from '../../shared/until-done.js';
import { reply } from './conversations.js';
import type { Job, Keys } from './keys.js';

/** Answers messages that wait in Redis, one after the other, until the process ends. */
export async function work(pool: pg.Pool, keys: Keys): Promise<never> {
  await untilDone(() => keys.requeue());
  for (;;) {
    const text = await untilDone(() => keys.take());
    if (text === undefined) continue;
    const job: Job = JSON.parse(text);
    await untilDone(() => reply(pool, job));
    await untilDone(() => keys.done(text));
  }
}
