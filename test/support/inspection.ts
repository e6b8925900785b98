import type { PostgresDatabaseInspection } from '../../src/model/copier-postgres.js';

/** Of a database with nothing in it that stands against anything. */
export const inspection = (name: string, found: Partial<PostgresDatabaseInspection> = {}): PostgresDatabaseInspection => ({
  ...{ name, exists: true, bytes: 100, encoding: 'UTF8', collation: 'C', owner: 'postgres', tables: [], extensions: [], largeObjects: 0 },
  ...{ unloggedTables: [], foreignTables: [], replicationSlots: [], tablespaces: [], roles: [], problems: [], notes: [] },
  ...found,
});
