import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compileFunction } from 'node:vm';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { z } from 'zod/v3';
import { ensureTool } from '../../../lab/tools/index.js';

type Module = Readonly<Record<string, unknown>>;

/** What a published CommonJS file exports; everything that it requires is `found`. */
function load(file: string, found: Module = {}): Module {
  const exports = {};
  compileFunction(readFileSync(file, 'utf8'), ['exports', 'require'])(exports, () => found);
  return exports;
}

function schemasIn(folder: string): readonly object[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.schema.json.cjs.js'));
  return files.map((name) => load(join(folder, name))['default'] as object);
}

const idOf: Readonly<Record<string, string>> = { Template: 'TemplateV1beta3' };

/** Answers what is wrong with an entity, by Backstage's schema of its kind; empty: nothing. A kind without a schema throws. */
export async function entityCheck(): Promise<(entity: { readonly kind: string }) => readonly string[]> {
  const folders = await Promise.all(['backstage-catalog-model', 'backstage-scaffolder-common'].map(ensureTool));
  const ajv = new Ajv({ allErrors: true, strict: false });
  addFormats.default(ajv);
  ajv.addSchema(folders.flatMap((folder) => schemasIn(join(folder, 'dist'))));
  return (entity) => {
    const validate = ajv.getSchema(idOf[entity.kind] ?? `${entity.kind[0]}${entity.kind.slice(1).toLowerCase()}V1alpha1`);
    if (!validate) throw new Error(`Backstage has no schema of ${entity.kind}`);
    validate(entity);
    return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
  };
}

type Action = { readonly id: string; readonly schema: { readonly input: (from: typeof z) => z.AnyZodObject } };

/** The action of a template's step: its id, and what is wrong with its input, unknown fields included. */
export async function requestAction(): Promise<{ readonly id: string; check(input: unknown): readonly string[] }> {
  const file = join(await ensureTool('backstage-http-request'), 'dist/actions/run/backstageRequest.cjs.js');
  const { createHttpBackstageAction } = load(file, { createTemplateAction: (made: Action) => made }) as { createHttpBackstageAction(options: object): Action };
  const { id, schema } = createHttpBackstageAction({});
  return { id, check: (input) => (schema.input(z).strict().safeParse(input).error?.issues ?? []).map(({ path, message }) => `${path.join('.')} ${message}`) };
}
