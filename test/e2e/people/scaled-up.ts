import { approve, asked, atCommit, begin, decide, mustSay, type PeopleCase, reachesStep, type Scene, scaleSource, takeBack, writeToSource } from './scene.js';

const service = 'service-analytics-collector';
const copy = 'copy/service-analytics-collector';

/** On a lab that stays the ones of earlier evenings are there already. */
const newItem = (name: string): string => `${name}-${Date.now()}`;

/** What is written while or after the copy is read is in no copy: the run must say so before it lets anybody in. */
async function whileCopying(scene: Scene) {
  await begin(scene);
  await reachesStep(scene, copy);
  await scaleSource(scene, service, 1);
  const id = newItem('while-copying');
  await writeToSource(scene, service, id);
  const { text } = await asked(scene);
  const said = mustSay(text, /service-analytics-collector/, /since|scaled/);
  await takeBack(scene);
  return { said, written: [id] };
}

async function beforeTheCommit(scene: Scene) {
  await begin(scene);
  await atCommit(scene);
  await scaleSource(scene, service, 1);
  const id = newItem('before-the-commit');
  await writeToSource(scene, service, id);
  await approve(scene);
  const { text } = await asked(scene, { committing: true });
  const said = mustSay(text, /service-analytics-collector/, /since|scaled|runs/);
  await takeBack(scene);
  return { said, written: [id] };
}

/** It wrote nothing yet; after the commit it would, to a database that nobody reads any more. */
async function withoutAWrite(scene: Scene) {
  await begin(scene);
  await atCommit(scene);
  await scaleSource(scene, service, 1);
  await approve(scene);
  const question = await asked(scene, { committing: true });
  const said = mustSay(question.text, /default\/service-analytics-collector/);
  await scaleSource(scene, service, 0);
  await decide(scene, question, 'retry');
  await scene.eyes.reaches(['Succeeded'], 420);
  return { said };
}

export const scaledUp: readonly PeopleCase[] = [
  { name: 'the source is scaled up and written to while its databases are copied', end: 'RolledBack', play: whileCopying },
  { name: 'the source is scaled up and written to while the commit waits', end: 'RolledBack', play: beforeTheCommit },
  { name: 'the source is scaled up while the commit waits and writes nothing; scaled down, then retried', end: 'Succeeded', play: withoutAWrite },
];
