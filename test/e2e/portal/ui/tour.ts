import type { Report } from '../../../../src/model/report.js';
import { soon } from '../../story/tools.js';
import { type Eyes, runId } from '../../story/watch.js';
import { openBrowser } from './browser.js';
import { temporalUi } from './temporal-ui.js';

export interface Tour {
  /** URL of Temporal's UI. */
  readonly ui: string;
  /** Where pictures go. */
  readonly screens: string;
  readonly eyes: Eyes;
  readonly tell: (line: string) => void;
}

const by = 'ada@example.com';

/** The main job started, approved and taken back by somebody who has nothing but Temporal's UI: what is sent is read from the page. Answers its last phase. */
export async function migrateByUi({ ui, screens, eyes, tell }: Tour, input: unknown): Promise<Report['phase']> {
  const browser = await openBrowser(screens);
  const { picture } = browser;
  const pages = temporalUi(browser.page, ui);
  try {
    const form = await pages.fillStart({ workflowId: runId, taskQueue: 'rehelm', workflowType: 'kustomizeToHelm', input });
    await picture('1-start-workflow');
    await form.start();
    tell('started from the UI');
    await gateOf(eyes, 'start');
    await pages.openWorkflow(runId, 'User Metadata');
    await pages.detailsTell('Start?');
    await picture('2-waits-for-start');
    const approval = await pages.fillUpdate('approve', { ...(await pages.toSend()), by, reason: 'CHG-4711' });
    await picture('3-update-approve');
    await approval.submit();
    await soon('a step to be done', 300, async () => ((await eyes.report())?.steps.some(({ state }) => state === 'done') ? true : undefined));
    await pages.openWorkflow(runId, 'User Metadata');
    await pages.detailsTell('Running');
    await picture('4-runs');
    await gateOf(eyes, 'commit');
    await pages.openWorkflow(runId, 'User Metadata');
    await pages.detailsTell('Commit?');
    await picture('5-waits-for-commit');
    await pages.openWorkflow(runId, 'Timeline');
    await picture('6-timeline');
    const rollback = await pages.fillUpdate('rollback', { by, reason: 'only looked' });
    await picture('7-update-rollback');
    await rollback.submit();
    const { phase } = await eyes.reaches(['RolledBack'], 600);
    await pages.openWorkflow(runId, 'User Metadata');
    await pages.detailsTell('RolledBack');
    await picture('8-rolled-back');
    tell('steered from the UI, and taken back');
    return phase;
  } catch (error) {
    await picture('failed');
    throw error;
  } finally {
    await browser.close();
  }
}

/** What a drill and its schedule look like there. */
export async function lookAtDrill(
  { ui, screens }: Pick<Tour, 'ui' | 'screens'>,
  { workflowId, schedule }: { readonly workflowId: string; readonly schedule: string },
) {
  const browser = await openBrowser(screens);
  const pages = temporalUi(browser.page, ui);
  try {
    await pages.openWorkflow(workflowId, 'User Metadata');
    await pages.detailsTell(/Succeeded|RolledBack|Parked/);
    await browser.picture('9-drill');
    await pages.openWorkflow(workflowId, 'Timeline');
    await browser.picture('10-drill-timeline');
    await pages.openSchedule(schedule);
    await browser.picture('11-schedule');
    await pages.openWorkflows('RehelmPhase IS NOT NULL');
    await browser.picture('12-workflows');
  } catch (error) {
    await browser.picture('failed');
    throw error;
  } finally {
    await browser.close();
  }
}

const gateOf = (eyes: Eyes, gate: 'start' | 'commit') =>
  soon(`the gate ${gate}`, 600, async () => {
    const report = await eyes.report();
    if (report?.question) throw new Error(`parked: ${report.question.text}`);
    if (report?.endedAt) throw new Error(`${report.phase}: ${report.cause ?? 'without a cause'}`);
    return report?.gate === gate ? true : undefined;
  });
