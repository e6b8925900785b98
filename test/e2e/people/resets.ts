import { runId } from '../story/watch.js';
import { begin, finish, type PeopleCase, reachesStep, type Scene, takeBack, temporal } from './scene.js';

interface Event {
  readonly eventId: string;
  readonly eventType: string;
  readonly activityTaskScheduledEventAttributes?: { readonly activityType: { readonly name: string } };
}

/** The last completed workflow task before the first activity of this type: where the UI's Reset offers to go. */
async function taskBefore(scene: Scene, activity: string): Promise<string> {
  const { stdout } = await temporal(scene, ['workflow', 'show', '--workflow-id', runId, '-o', 'json']);
  const events: readonly Event[] = JSON.parse(stdout).events;
  const at = events.findIndex(({ activityTaskScheduledEventAttributes }) => activityTaskScheduledEventAttributes?.activityType.name === activity);
  const task = events.slice(0, at).findLast(({ eventType }) => /WORKFLOW_?TASK_?COMPLETED/i.test(eventType));
  if (at < 0 || !task) throw new Error(`no workflow task before ${activity} in the history`);
  return task.eventId;
}

/** A Reset while helm installs, to before the first activity of this type. */
async function resetWhileInstalling(scene: Scene, activity: string): Promise<void> {
  await begin(scene);
  await reachesStep(scene, 'install');
  const event = await taskBefore(scene, activity);
  await temporal(scene, ['workflow', 'reset', '--workflow-id', runId, '--event-id', event, '--reason', 'somebody pressed Reset']);
  scene.tell(`  reset to event ${event}, before ${activity}`);
}

const resetTo =
  (activity: string): PeopleCase['play'] =>
  async (scene) => {
    await resetWhileInstalling(scene, activity);
    const before = (await scene.eyes.report())?.run;
    await finish(scene);
    const after = (await scene.eyes.report())?.run;
    if (after === undefined || after !== before) throw new Error(`after the reset it is run ${after}, before it was ${before}`);
    return { said: `goes on as the same run ${after}` };
  };

const resetThenBack: PeopleCase['play'] = async (scene) => {
  await resetWhileInstalling(scene, 'copyDatabase');
  await reachesStep(scene, 'copy/service-analytics-collector');
  const { stdout } = await takeBack(scene);
  const { phase, cause } = JSON.parse(stdout);
  return { said: `${phase} because ${cause}` };
};

export const resets: readonly PeopleCase[] = [
  { name: 'Reset to before the proofs while helm installs; it goes on', end: 'Succeeded', play: resetTo('verifyDatabase') },
  { name: 'Reset to before the copies while helm installs; it goes on', end: 'Succeeded', play: resetTo('copyDatabase') },
  { name: 'Reset to before the copies while helm installs, then a rollback', end: 'RolledBack', play: resetThenBack },
];
