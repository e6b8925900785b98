import { workflowInfo } from '@temporalio/workflow';
import { memoStanding, type StandingApproval } from '../model/schedule/standing-approval.js';

/** Of a run that a schedule started. */
export const standingApproval = (): StandingApproval | undefined => workflowInfo().memo?.[memoStanding] as StandingApproval | undefined;
