import { failure } from '../../errors.js';
import type { DatabaseServerRef } from '../../model/database-refs.js';
import type { EnginePart } from './database-engine.js';
import { engineOf } from './engine-of.js';
import type { Precopier } from './precopier.js';

/** Of both servers' engine. PreflightFailed where it has no replication that a copy could follow. */
export function requirePrecopier(part: EnginePart, server: DatabaseServerRef, source: DatabaseServerRef): Precopier {
  const { precopy } = engineOf(part, server);
  if (precopy && source.engine === server.engine) return precopy;
  throw failure('PreflightFailed', 'Only a PostgreSQL database can be copied ahead, and only to PostgreSQL.');
}
