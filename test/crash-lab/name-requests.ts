import { AsyncLocalStorage } from 'node:async_hooks';
import http from 'node:http';
import { createRequire } from 'node:module';
import { isMainThread } from 'node:worker_threads';
import { type Actor, actorHeader } from './actor.js';

/**
 * Loaded into the real worker with `node --import`: every request that an activity makes says for which step it is made. The worker's code stays as it is shipped;
 * what is wrapped is Temporal's runner of activities and Node's client. Helm, a program of its own, says nothing of itself: the proxy knows it by its User-Agent.
 */
if (isMainThread) nameRequests();

interface RunsActivities {
  readonly info: { readonly activityType: string; readonly activityId: string; readonly attempt: number };
  run(input: { readonly args: readonly unknown[] }): Promise<unknown>;
}

function nameRequests(): void {
  const inside = new AsyncLocalStorage<Actor>();
  const { Activity } = createRequire(import.meta.url)('@temporalio/worker/lib/activity.js') as { readonly Activity: { readonly prototype: RunsActivities } };
  const run = Activity.prototype.run;
  Activity.prototype.run = function named(this: RunsActivities, input) {
    return inside.run(actorOf(this.info, input.args), () => run.call(this, input));
  };
  const request: (...args: never[]) => http.ClientRequest = http.request;
  const named = (...args: never[]) => {
    const made = request(...args);
    const actor = inside.getStore();
    if (actor) made.setHeader(actorHeader, encodeURIComponent(JSON.stringify(actor)));
    return made;
  };
  Object.assign(http, { request: named });
}

function actorOf({ activityType, activityId, attempt }: RunsActivities['info'], args: readonly unknown[]): Actor {
  const step = args.find(isAct)?.step;
  return { activity: activityType, attempt: `${activityId}#${attempt}`, ...(step !== undefined && { step }) };
}

const isAct = (argument: unknown): argument is { readonly step: string } =>
  typeof argument === 'object' && argument !== null && 'run' in argument && 'epoch' in argument && 'step' in argument && typeof argument.step === 'string';
