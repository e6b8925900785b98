import type { UnreadKey } from '../../values/unread/find-unread.js';
import type { Verdict } from '../check-values.js';
import type { Colors } from '../terminal.js';

/** What was found, each with file and line. */
export function verdictText({ chart, problems, keys, isWell }: Verdict, file: string, colors: Colors): string {
  const at = (line: number | undefined) => (line === undefined ? file : `${file}:${line}`);
  const may = ({ suggestion }: UnreadKey) => (suggestion === undefined ? '' : colors.dim(` (${suggestion}?)`));
  return [
    ...problems.map(({ message, line }) => `${colors.red('✗')} ${at(line)} ${message}`),
    ...(keys?.unread ?? []).map((key) => `${colors.red('✗')} ${at(key.line)} ${key.path}: ${chart} does not read it${may(key)}`),
    ...(keys?.dormant ?? []).map((key) => `${colors.yellow('!')} ${at(key.line)} ${key.path}: is read only with ${key.wokenBy}`),
    keys
      ? `${isWell ? `${colors.green('✓')} ` : ''}${keys.checked} values held against ${chart} in ${keys.renderings} renderings`
      : `which keys are read could not be looked at: ${chart} does not render`,
  ].join('\n');
}
