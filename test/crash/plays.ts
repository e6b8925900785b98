import type { Plan } from '../../src/model/plan.js';
import { deskPlay, reboundPlay, upgradedPlay } from '../support/chart-upgrade/play.js';
import { backupPlay, planOfPlay, restorePlay } from '../support/database-backup/play.js';
import { copyPlay, planOfCopy, precopyPlay, precopySpec } from '../support/database-copy/play.js';
import { upgradePlay } from '../support/database-upgrade/play.js';
import { idpPlay } from '../support/postgres-to-ha/play.js';
import { migration, type Play } from '../support/product/cases.js';
import { planOf } from '../support/product/migration.js';

/** A kind's run that is struck at every point of every step of its plan. */
export type CrashPlay = Play & { planOf(): Promise<Plan> };

export const plays = {
  KustomizeToHelm: { ...migration, planOf },
  ChartUpgrade: { ...deskPlay, planOf: () => planOfPlay(deskPlay, 'ChartUpgrade') },
  ChartUpgradeRebind: { ...reboundPlay, planOf: () => planOfPlay(reboundPlay, 'ChartUpgrade') },
  ChartUpgradeInPlace: { ...upgradedPlay, planOf: () => planOfPlay(upgradedPlay, 'ChartUpgrade') },
  PostgresToHA: { ...idpPlay, planOf: () => planOfPlay(idpPlay, 'PostgresToHa') },
  DatabaseBackup: { ...backupPlay, planOf: () => planOfPlay(backupPlay, 'DatabaseBackup') },
  DatabaseRestore: { ...restorePlay, planOf: () => planOfPlay(restorePlay, 'DatabaseRestore') },
  DatabaseUpgrade: { ...upgradePlay, planOf: () => planOfPlay(upgradePlay, 'DatabaseUpgrade') },
  DatabaseCopy: { ...copyPlay, planOf: () => planOfCopy() },
  Precopy: { ...precopyPlay, planOf: () => planOfCopy(precopySpec()) },
} as const satisfies Readonly<Record<string, CrashPlay>>;

export type PlayName = keyof typeof plays;
