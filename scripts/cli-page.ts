import type { Command, Help } from 'commander';
import type { Context } from '../src/cli/context.js';
import { createProgram } from '../src/cli/program.js';

const noSession = () => Promise.reject(new Error('no session'));

/** Nothing is run: only what the commands say of themselves is asked. */
const context = { terminal: {}, connect: noSession, connectSchedules: noSession, action: () => async () => undefined } as unknown as Context;

const cell = (text: string) => text.replaceAll('|', '\\|');

/** docs/cli.md without its head: each command with its options, as `--help` tells them. */
export function cliPage(): string {
  const program = createProgram(context);
  return program.commands
    .flatMap((command) => [command, ...command.commands])
    .map((command) => section(command, command.createHelp()))
    .join('\n\n');
}

function section(command: Command, help: Help): string {
  const options = help.visibleOptions(command).filter(({ long }) => long !== '--help');
  const rows = options.map((option) => `| \`${cell(option.flags)}\` | ${cell(help.optionDescription(option))}${option.mandatory ? '; required' : ''} |`);
  return [
    `${command.parent?.parent ? '###' : '##'} ${help.commandUsage(command).split(' [')[0]?.split(' <')[0]}`,
    `\`${help.commandUsage(command).replace(/^rehelm /, 'rehelm ')}\``,
    help.commandDescription(command),
    ...(rows.length > 0 ? [['| option | |', '|---|---|', ...rows].join('\n')] : []),
  ].join('\n\n');
}
