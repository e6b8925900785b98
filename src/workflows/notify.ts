import { setCurrentDetails } from '@temporalio/workflow';
import type { Notice, NoticeTarget } from '../model/notice.js';
import { described } from './engine/described.js';

const { sendNotice } = described(
  {
    startToCloseTimeout: '30 seconds',
    // Who does not answer for a day is not waiting.
    scheduleToCloseTimeout: '1 day',
    retry: { initialInterval: '1 second', maximumInterval: '5 minutes' },
  },
  { sendNotice: 'Send it, signed; again until it is taken' },
);

/** Tells one receiver one thing, however long that takes; the run that has to say it waits for nothing. Started by runs. */
export async function notify(request: { readonly notice: Notice; readonly target: NoticeTarget }): Promise<void> {
  setCurrentDetails(`Tells a receiver that the spec names: ${request.notice.type}, ${request.notice.title}.`);
  await sendNotice(request);
}
