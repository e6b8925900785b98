import { Ajv, type ErrorObject } from 'ajv';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { Ajv2020 } from 'ajv/dist/2020.js';
import * as formats from 'ajv-formats';
import { isMapping, type Values } from '../model/values.js';
import { showPath, type ValuesPath } from '../model/values-path.js';
import { valueAt } from './places.js';
import { coalesce } from './unread/leaves.js';

/** A values.schema.json, and where in the values those are that it is about. */
export interface SchemaAt {
  readonly path: readonly string[];
  readonly chart: string;
  readonly schema: unknown;
}

export interface SchemaProblem {
  readonly path: ValuesPath;
  /** Quotes no value. */
  readonly message: string;
}

export interface SchemaVerdict {
  readonly problems: readonly SchemaProblem[];
  /** Charts whose schema cannot be read here, such as one that refers to another server; Helm itself has to be asked. */
  readonly notRead: readonly string[];
}

/** Holds what Helm holds against the schemas: the user's values over the chart's, those of a dependency under its name with `global` in them. */
export function checkSchemas(values: Values, defaults: Values, schemas: readonly SchemaAt[]): SchemaVerdict {
  const all = coalesce(defaults, values);
  const verdicts = schemas.map((each) => checkOne(all, each));
  return { problems: verdicts.flatMap(({ problems }) => problems), notRead: verdicts.flatMap(({ notRead }) => notRead) };
}

function checkOne(all: Values, { path, chart, schema }: SchemaAt): SchemaVerdict {
  const validate = compile(schema);
  if (!validate) return { problems: [], notRead: [chart] };
  const held = heldAt(all, path);
  // What is switched off Helm does not ask.
  if (path.length > 0 && isMapping(held) && held['enabled'] === false) return { problems: [], notRead: [] };
  validate(held);
  return { problems: (validate.errors ?? []).filter(isTelling).map((error) => problemOf(error, path)), notRead: [] };
}

function heldAt(all: Values, path: readonly string[]): unknown {
  const held = valueAt(all, path) ?? {};
  return path.length > 0 && isMapping(held) ? { ...held, global: all['global'] ?? {} } : held;
}

const options = { strict: false, allErrors: true, validateSchema: false, logger: false } as const;

function compile(schema: unknown) {
  const draft = isMapping(schema) ? String(schema['$schema'] ?? '') : '';
  try {
    if (draft.includes('2020-12')) return new Ajv2020({ ...options, validateFormats: false }).compile(withoutDraft(schema));
    if (draft.includes('2019-09')) return new Ajv2019({ ...options, validateFormats: false }).compile(withoutDraft(schema));
    const ajv = new Ajv(options);
    formats.default.default(ajv);
    return ajv.compile(withoutDraft(schema));
  } catch {
    return undefined;
  }
}

/** Older drafts are near enough to 7; their metaschemas are not at hand. */
const withoutDraft = (schema: unknown): Values | boolean =>
  isMapping(schema) ? Object.fromEntries(Object.entries(schema).filter(([key]) => key !== '$schema')) : true;

/** `if` and `anyOf` only sum up what other errors say. */
const isTelling = ({ keyword }: ErrorObject): boolean => keyword !== 'if';

function problemOf({ instancePath, message = 'does not fit', keyword, params }: ErrorObject, below: readonly string[]): SchemaProblem {
  const parts = instancePath
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  const named = keyword === 'additionalProperties' ? [String(params['additionalProperty'])] : [];
  const path = [...below, ...parts, ...named].map((part) => (/^\d+$/.test(part) ? Number(part) : part));
  return {
    path,
    message: named.length > 0 ? 'is no key that the schema knows' : `${message}${keyword === 'enum' ? `: ${params['allowedValues'].join(', ')}` : ''}`,
  };
}

/** For people: `service.type: must be …`. */
export const showSchemaProblem = ({ path, message }: SchemaProblem): string => `${showPath(path) || 'values'}: ${message}`;
