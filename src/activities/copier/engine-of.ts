import type { DatabaseServerRef } from '../../model/database-refs.js';
import type { DatabaseEngine, EnginePart } from './database-engine.js';
import { mongoEngine } from './mongo-engine.js';
import { postgresEngine } from './postgres-engine.js';

/** Who speaks with such a server. */
export const engineOf = (part: EnginePart, server: DatabaseServerRef): DatabaseEngine =>
  server.engine === 'postgresql' ? postgresEngine(part, server) : mongoEngine(part, server);
