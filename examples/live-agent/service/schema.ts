import { schema443 } from './schema-4-43.js';

/** Versions are times, as migrations' names have them. */
export interface SchemaStep {
  readonly version: number;
  readonly sql: string;
}

/** What 4.44 adds to 4.43's. */
const schema444: SchemaStep = {
  version: 20241113090000,
  sql: `
ALTER TABLE conversations ADD COLUMN priority smallint;
CREATE INDEX conversations_priority ON conversations (priority) WHERE priority IS NOT NULL;
CREATE TABLE sla_policies (
  id bigserial PRIMARY KEY, account_id bigint NOT NULL REFERENCES accounts ON DELETE CASCADE, name text NOT NULL, first_response interval NOT NULL, created_at timestamptz NOT NULL DEFAULT now()
);
`,
};

const steps: Readonly<Record<string, readonly SchemaStep[]>> = { '4.43': [schema443], '4.44': [schema443, schema444] };

export class SchemaTooOld extends Error {}

function stepsOf(productVersion: string): readonly SchemaStep[] {
  const found = steps[productVersion.split('.').slice(0, 2).join('.')];
  if (!found) throw new Error(`there is no schema of version ${productVersion}`);
  return found;
}

/** The schema that a version of the product works with. */
export const schemaVersionOf = (productVersion: string): number => stepsOf(productVersion).at(-1)!.version;

/**
 * What brings a database to the product's version. `found`: its schema, 0 for a database without one. A schema older than the last version's is SchemaTooOld,
 * a newer one needs nothing.
 */
export function stepsFrom(found: number, productVersion: string): readonly SchemaStep[] {
  const all = stepsOf(productVersion);
  const lastBefore = all.at(-2)?.version ?? 0;
  if (found !== 0 && found < lastBefore)
    throw new SchemaTooOld(`the schema is ${found}, and ${productVersion} goes on from ${lastBefore}: bring it to the version before first`);
  return all.filter(({ version }) => version > found);
}
