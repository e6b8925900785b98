import type { PostgresRequestOf, PostgresResults, PostgresVerb } from '../../model/copier-postgres.js';
import { checkBackup } from '../backup/check-backup.js';
import { findBackup } from '../backup/find-backup.js';
import { removeBackup } from '../backup/remove-backup.js';
import type { PostgresContext } from './context.js';
import { abortPrecopy } from './verbs/abort-precopy.js';
import { accounting } from './verbs/accounting.js';
import { awaitStandbys } from './verbs/await-standbys.js';
import { captureFence } from './verbs/capture-fence.js';
import { changedSince } from './verbs/changed-since.js';
import { checkCopy } from './verbs/check-copy.js';
import { checkPrecopy } from './verbs/check-precopy.js';
import { clean } from './verbs/clean.js';
import { copy } from './verbs/copy.js';
import { drainPrecopy } from './verbs/drain-precopy.js';
import { drop } from './verbs/drop.js';
import { dropReplaced } from './verbs/drop-replaced.js';
import { dump } from './verbs/dump.js';
import { fence } from './verbs/fence.js';
import { guardPrecopy } from './verbs/guard-precopy.js';
import { inspect } from './verbs/inspect.js';
import { listDatabases } from './verbs/list-databases.js';
import { ping } from './verbs/ping.js';
import { precopy } from './verbs/precopy.js';
import { provePrecopy } from './verbs/prove-precopy.js';
import { putBack } from './verbs/put-back.js';
import { release } from './verbs/release.js';
import { replace } from './verbs/replace.js';
import { restore } from './verbs/restore.js';
import { supersede } from './verbs/supersede.js';
import { unfence } from './verbs/unfence.js';
import { verify } from './verbs/verify.js';
import { verifyRestored } from './verbs/verify-restored.js';

type Verbs = { readonly [V in PostgresVerb]: (request: PostgresRequestOf<V>, context: PostgresContext) => Promise<PostgresResults[V]> };

export const postgresVerbs: Verbs = {
  accounting,
  awaitStandbys,
  captureFence,
  changedSince,
  checkBackup,
  checkCopy,
  clean,
  copy,
  drop,
  dropReplaced,
  dump,
  fence,
  findBackup,
  inspect,
  listDatabases,
  ping,
  putBack,
  release,
  removeBackup,
  replace,
  restore,
  supersede,
  unfence,
  verify,
  verifyRestored,
  abortPrecopy,
  checkPrecopy,
  drainPrecopy,
  guardPrecopy,
  precopy,
  provePrecopy,
};
