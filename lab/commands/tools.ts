import type { Command } from 'commander';
import { ensureTool, toolNames } from '../tools/index.js';

/** `lab tools`. */
export function addToolsCommand(program: Command): void {
  program
    .command('tools [names...]')
    .description(`fetch or build programs into the cache: ${toolNames().join(', ')} (all, if none is named)`)
    .option('--print <name>', 'print the path of one, fetching it first')
    .action(async (names: string[], options: { print?: string }) => {
      if (options.print !== undefined) return void process.stdout.write(`${await ensureTool(options.print)}\n`);
      for (const name of names.length === 0 ? toolNames() : names) await ensureTool(name);
    });
}
