import type { Locator, Page, Response } from 'playwright-core';

export interface StartForm {
  readonly workflowId: string;
  readonly taskQueue: string;
  readonly workflowType: string;
  readonly input: unknown;
}

export type Tab = 'Timeline' | 'User Metadata' | 'Queries' | 'Memo';

/** Temporal's own UI, used as a person uses it: by what is written on its buttons and fields. */
export interface TemporalUi {
  /** Fills the form of *Start Workflow*; `start` presses its button, and answers when the workflow is started. */
  fillStart(form: StartForm): Promise<{ start(): Promise<void> }>;
  openWorkflow(workflowId: string, tab: Tab): Promise<void>;
  /** Waits until the current details tell this. */
  detailsTell(text: string | RegExp): Promise<void>;
  /** The JSON object that the current details say is to be sent. */
  toSend(): Promise<object>;
  /** Fills the dialog of *Send an Update*, on the page of a workflow; `submit` presses its button, and answers when the update was taken. */
  fillUpdate(name: string, input: object): Promise<{ submit(): Promise<void> }>;
  openSchedule(id: string): Promise<void>;
  openWorkflows(query: string): Promise<void>;
}

export function temporalUi(page: Page, base: string): TemporalUi {
  // Summary and details, where a run has them, stand before it, each in a frame of its own.
  const currentDetails = page.frameLocator('main iframe').last();
  const go = (path: string) => page.goto(`${base}/namespaces/default/${path}`);
  return {
    async fillStart({ workflowId, taskQueue, workflowType, input }) {
      await go('workflows/start-workflow');
      await page.getByRole('textbox', { name: 'Workflow ID' }).fill(workflowId);
      await page.getByRole('textbox', { name: 'Task Queue' }).fill(taskQueue);
      await page.getByRole('textbox', { name: 'Workflow Type' }).fill(workflowType);
      await fillData(page, page.locator('main'), input);
      return { start: () => answered(page, /\/workflows\/[^/]+\?*$/, () => page.getByRole('button', { name: 'Start Workflow' }).click()) };
    },
    async openWorkflow(workflowId, tab) {
      await go(`workflows/${encodeURIComponent(workflowId)}`);
      await page.getByRole('tab', { name: tab }).click();
      if (tab === 'Timeline') await page.getByRole('heading', { name: 'Timeline' }).waitFor();
    },
    async detailsTell(text) {
      await currentDetails.getByText(text).first().waitFor();
    },
    toSend: async () => JSON.parse((await currentDetails.locator('code', { hasText: '{' }).first().textContent()) ?? ''),
    async fillUpdate(name, input) {
      await page.getByRole('button', { name: 'More Actions' }).click();
      await page.getByRole('menuitem', { name: 'Send an Update' }).click();
      const dialog = page.getByRole('dialog', { name: 'Send an Update' });
      await dialog.getByRole('button', { name: 'Select an Update' }).click();
      await dialog.getByRole('option', { name: new RegExp(`^\\s*${name}\\b`) }).click();
      await fillData(page, dialog, input);
      return { submit: () => answered(page, /\/update\/[^/]+\?*$/, () => dialog.getByRole('button', { name: 'Submit' }).click()) };
    },
    async openSchedule(id) {
      await go(`schedules/${encodeURIComponent(id)}`);
      await page.getByText('Upcoming Runs').first().waitFor();
    },
    async openWorkflows(query) {
      await go(`workflows?query=${encodeURIComponent(query)}`);
      await page.getByRole('table').first().waitFor();
    },
  };
}

/** Types a JSON object into the editor. Left, it lays the object out anew, and everything below moves: only then is a button where it seems to be. */
async function fillData(page: Page, within: Locator, input: unknown): Promise<void> {
  const data = within.getByRole('textbox', { name: 'Data' });
  await data.click();
  await page.keyboard.insertText(JSON.stringify(input));
  await data.blur();
  await page.waitForTimeout(500);
}

/** Presses, and waits for the server's answer to what was sent; throws with its words where it is no. */
async function answered(page: Page, path: RegExp, press: () => Promise<void>): Promise<void> {
  const sent = (response: Response) => response.request().method() === 'POST' && path.test(response.url());
  const [response] = await Promise.all([page.waitForResponse(sent), press()]);
  if (!response.ok()) throw new Error(`Temporal's UI was answered ${response.status()}: ${await response.text()}`);
}
