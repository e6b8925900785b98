import { LineCounter, parseDocument } from 'yaml';
import { failure } from '../errors.js';
import { isMapping, type Values } from '../model/values.js';
import { helmYaml } from './helm-yaml.js';

/**
 * Values as Helm reads them. Invalid where the text, called `name`, is no YAML mapping: only code and line of an error are told, since the parser's own
 * words quote the text.
 */
export function readValuesText(text: string, name: string): Values {
  const lines = new LineCounter();
  const document = parseDocument(text, { ...helmYaml, lineCounter: lines });
  const [error] = document.errors;
  if (error) throw failure('Invalid', `${name} is no YAML: ${error.code} in line ${lines.linePos(error.pos[0]).line}`);
  const values: unknown = document.toJS() ?? {};
  if (!isMapping(values)) throw failure('Invalid', `${name} is no mapping of values`);
  return { ...values };
}
