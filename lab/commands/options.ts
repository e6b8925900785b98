import { Option } from 'commander';

/** Which cluster a command is about. */
export function nameOption(): Option {
  return new Option('--name <name>', 'which cluster').default('lab');
}
