import { ActivityFailure, ApplicationFailure, setCurrentDetails } from '@temporalio/workflow';
import { failure } from '../errors.js';
import type { KindName } from '../model/kinds.js';
import type { Preview } from './preflight.js';
import { previewChartUpgrade } from './prepare-chart-upgrade.js';
import { previewDatabaseBackup } from './prepare-database-backup.js';
import { previewDatabaseCopy } from './prepare-database-copy.js';
import { previewDatabaseRestore } from './prepare-database-restore.js';
import { previewDatabaseUpgrade } from './prepare-database-upgrade.js';
import { previewFailoverDrill } from './prepare-failover-drill.js';
import { previewKustomizeToHelm } from './prepare-kustomize-to-helm.js';
import { previewPostgresToHa } from './prepare-postgres-to-ha.js';

export type { Preview };

type Look = (spec: unknown) => Promise<Preview>;

const looks: Readonly<Record<KindName, Look>> = {
  ChartUpgrade: previewChartUpgrade,
  DatabaseBackup: previewDatabaseBackup,
  DatabaseCopy: previewDatabaseCopy,
  DatabaseRestore: previewDatabaseRestore,
  DatabaseUpgrade: previewDatabaseUpgrade,
  FailoverDrill: previewFailoverDrill,
  KustomizeToHelm: previewKustomizeToHelm,
  PostgresToHA: previewPostgresToHa,
};
const kinds: Readonly<Record<string, Look>> = looks;

/** What a run of this spec would do, and what stands in its way. Reads only. InvalidSpec with every problem, as a run says it. */
export async function preview(spec: unknown): Promise<Preview> {
  setCurrentDetails('A preview: it reads, and changes nothing. Its result is the plan with the problems it would meet.');
  const kind = kindOf(spec);
  const look = Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
  if (!look) throw unknownKind(kind);
  try {
    return await look(spec);
  } catch (error) {
    if (error instanceof ActivityFailure && error.cause instanceof ApplicationFailure) throw error.cause;
    throw error;
  }
}

const kindOf = (spec: unknown): string => (typeof spec === 'object' && spec !== null && 'kind' in spec && typeof spec.kind === 'string' ? spec.kind : '');

function unknownKind(kind: string): ApplicationFailure {
  const message = kind === '' ? `kind is required: ${Object.keys(kinds).join(', ')}` : `unknown kind ${kind}: expected ${Object.keys(kinds).join(', ')}`;
  return failure('InvalidSpec', message, { details: { problems: [{ path: kind === '' ? [] : ['kind'], message }] } });
}
