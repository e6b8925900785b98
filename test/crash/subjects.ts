import type { Plan } from '../../src/model/plan.js';
import { backupPlay, planOfPlay, restorePlay } from '../support/database-backup/play.js';
import { copyPlay, planOfCopy } from '../support/database-copy/play.js';
import type { Play } from '../support/product/cases.js';
import { planOf } from '../support/product/migration.js';
import { createProduct } from '../support/product/product.js';
import { specOf } from '../support/product/spec.js';

/** A kind that is struck at every crash point of its plan. */
export interface CrashSubject {
  readonly play: Play;
  plan(): Promise<Plan>;
}

/** By the name that `--kind` takes. */
export const subjects: Readonly<Record<string, CrashSubject>> = {
  'kustomize-to-helm': { play: { workflow: 'kustomizeToHelm', create: createProduct, specOf }, plan: planOf },
  'database-copy': { play: copyPlay, plan: planOfCopy },
  'database-backup': { play: backupPlay, plan: () => planOfPlay(backupPlay, 'DatabaseBackup') },
  'database-restore': { play: restorePlay, plan: () => planOfPlay(restorePlay, 'DatabaseRestore') },
};
