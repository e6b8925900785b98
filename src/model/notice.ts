import type { SecretKeyRef } from './refs.js';
import type { Report } from './report.js';

/** Whom to tell: an address, and the Secret whose key signs what is sent. */
export interface NoticeTarget {
  readonly http: string;
  readonly secretRef: SecretKeyRef;
}

/** When people or machines are told without asking. */
export const occasions = ['awaitingApproval', 'parked', 'undoFailed', 'rolledBack', 'drillRed'] as const;
export type Occasion = (typeof occasions)[number];

/** What is sent. No secrets: it leaves the cluster. */
export interface Notice {
  readonly type: Occasion;
  readonly at: string;
  readonly workflowId: string;
  readonly run: string;
  readonly kind: string;
  readonly title: string;
  readonly phase: Report['phase'];
  /** What waits, or why it went back: one text for people. */
  readonly text: string;
  /** By which an approval is given. */
  readonly plan?: string;
  /** By which a decision is given. */
  readonly question?: number;
}

/** The occasion that a report shows, with its text; undefined while nobody needs to know. */
export function occasionOf(report: Report): Pick<Notice, 'type' | 'text' | 'plan' | 'question'> | undefined {
  const { phase, gate, question, plan, cause = '' } = report;
  // On the way back only an undo asks.
  if (question) return { type: report.cause === undefined ? 'parked' : 'undoFailed', text: question.text, question: question.number };
  if (gate !== undefined) return { type: 'awaitingApproval', text: `${gate} waits for approval`, ...(plan !== undefined && { plan }) };
  return phase === 'RolledBack' || phase === 'RollbackIncomplete' ? { type: 'rolledBack', text: cause } : undefined;
}
