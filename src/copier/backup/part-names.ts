/** What a database's folder in a backup of PostgreSQL holds. */
export const partNames = {
  definitions: { 'pre-data': 'pre-data.sql', 'post-data': 'post-data.sql' },
  about: 'database.json',
  archive: 'dump',
  sql: 'dump.sql',
} as const;
