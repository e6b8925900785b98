import type { MongoRequestOf, MongoResults, MongoVerb } from '../../model/copier-mongo.js';
import { checkBackup } from '../backup/check-backup.js';
import { findBackup } from '../backup/find-backup.js';
import { removeBackup } from '../backup/remove-backup.js';
import type { MongoContext } from './context.js';
import { accounting } from './verbs/accounting.js';
import { captureFence } from './verbs/capture-fence.js';
import { checkCopy } from './verbs/check-copy.js';
import { clean } from './verbs/clean.js';
import { copy } from './verbs/copy.js';
import { createUsers } from './verbs/create-users.js';
import { drop } from './verbs/drop.js';
import { dropSource } from './verbs/drop-source.js';
import { dropUsers } from './verbs/drop-users.js';
import { fence } from './verbs/fence.js';
import { hash } from './verbs/hash.js';
import { inspect } from './verbs/inspect.js';
import { keepArchives } from './verbs/keep-archives.js';
import { listDatabases } from './verbs/list-databases.js';
import { ping } from './verbs/ping.js';
import { supersede } from './verbs/supersede.js';
import { takeArchive } from './verbs/take-archive.js';
import { takeTarget } from './verbs/take-target.js';
import { unfence } from './verbs/unfence.js';
import { verify } from './verbs/verify.js';
import { verifyRestored } from './verbs/verify-restored.js';

type Verbs = { readonly [V in MongoVerb]: (request: MongoRequestOf<V>, context: MongoContext) => Promise<MongoResults[V]> };

export const mongoVerbs: Verbs = {
  accounting,
  captureFence,
  checkBackup,
  checkCopy,
  clean,
  copy,
  createUsers,
  drop,
  dropSource,
  dropUsers,
  fence,
  findBackup,
  hash,
  inspect,
  keepArchives,
  listDatabases,
  ping,
  removeBackup,
  supersede,
  takeArchive,
  takeTarget,
  unfence,
  verify,
  verifyRestored,
};
