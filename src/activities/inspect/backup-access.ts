import type { DatabaseBackupSpec, DatabaseRestoreSpec } from '../../model/database-backup.js';
import { type AccessNeed, needs, own } from './check-access.js';
import { serverAccess } from './copy-access.js';

type Spec = Pick<DatabaseBackupSpec, 'server' | 'artifact'> & Pick<Partial<DatabaseRestoreSpec>, 'decrypt'>;

/** What the worker must be allowed to do for a backup or a restore. */
export const backupAccess = ({ server, artifact: { volume, s3 }, decrypt }: Spec): readonly AccessNeed[] => [
  ...serverAccess(server),
  ...(volume
    ? needs("the backup's volume, and the Jobs that have it", volume.namespace, [...own, ['', 'persistentvolumeclaims', ['get', 'create', 'delete']]])
    : []),
  ...(s3 ? needs("the storage's credentials", s3.secretRef.namespace, [['', 'secrets', ['get']]]) : []),
  ...(decrypt ? needs('the key that opens the backup', decrypt.secretRef.namespace, [['', 'secrets', ['get']]]) : []),
];
