import { createHash } from 'node:crypto';
import type { Revision } from '../../adapters/helm/helm.js';
import { labelValue } from '../../adapters/kube/label-value.js';
import { type Act, labels } from '../../model/act.js';

const epochLabel = 'rehelm.dev/epoch';
const inputLabel = 'rehelm.dev/input';
const revisionLabel = 'rehelm.dev/revision';

/**
 * Stands on the release's record from before helm's first write: whose operation it is, and with what it was asked.
 * With the revision, because Helm hands labels on: those of an upgrade that somebody else does later name ours.
 */
export const releaseLabels = ({ run, step, epoch }: Act, input: string, revision: number): Readonly<Record<string, string>> => ({
  [labels.run]: labelValue(run),
  [labels.step]: labelValue(step),
  [epochLabel]: String(epoch),
  [inputLabel]: input,
  [revisionLabel]: String(revision),
});

export const isOfRun = ({ labels: of, revision }: Revision, { run }: Pick<Act, 'run'>): boolean =>
  of[labels.run] === labelValue(run) && of[revisionLabel] === String(revision);

export const isOfStep = (revision: Revision, { run, step }: Pick<Act, 'run' | 'step'>): boolean =>
  isOfRun(revision, { run }) && revision.labels[labels.step] === labelValue(step);

export const isAskedWith = (revision: Revision, input: string): boolean => revision.labels[inputLabel] === input;

/** Did this step, asked with the same input, already bring the release to where it is? */
export const isDoneBy = (revision: Revision, act: Act, input: string): boolean =>
  revision.status === 'deployed' && isOfStep(revision, act) && isAskedWith(revision, input);

/** pending-install, pending-upgrade, pending-rollback: Helm's lock. */
export const isPending = ({ status }: Revision): boolean => status.startsWith('pending-');

/** Died or failed on its way. */
export const isUnfinished = (revision: Revision): boolean => isPending(revision) || revision.status === 'failed';

/** Tells inputs apart. Of references and plain data only: hashes of secret values could be guessed at. */
export const fingerprint = (input: unknown): string => createHash('sha256').update(JSON.stringify(input)).digest('hex').slice(0, 20);
