import { asyncLocalStorage, Context, type Info } from '@temporalio/activity';
import { type Logger, noopMetricMeter } from '@temporalio/common';

const quiet = () => undefined;
/** Failed attempts are what is tested here, and not news. */
const logger: Logger = { log: quiet, trace: quiet, debug: quiet, info: quiet, warn: quiet, error: quiet };

/** What our activities look at. */
const info = (): Partial<Info> => ({ attempt: 1, activityId: 'test', scheduledTimestampMs: Date.now(), heartbeatDetails: undefined });

/**
 * Runs it where Context.current() works; as an activity that was scheduled just now and that nobody cancels. Not by @temporalio/testing, which brings the
 * whole worker along: to load it takes longer than most test files.
 */
export async function asActivity<T>(body: () => Promise<T>): Promise<T> {
  const never = new Promise<never>(quiet);
  const context = new Context(info() as Info, never, new AbortController().signal, quiet, undefined, logger, noopMetricMeter, {});
  return asyncLocalStorage.run(context, body);
}
