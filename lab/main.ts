import { Command } from 'commander';
import pc from 'picocolors';
import { addImagesCommands } from './commands/images.js';
import { addNodeCommands } from './commands/node.js';
import { addStatusCommands } from './commands/status.js';
import { addToolsCommand } from './commands/tools.js';
import { addUpAndDown } from './commands/up-and-down.js';
import { LabError } from './lab-error.js';
import { interruptedBy, listenForInterruption } from './process/interruption.js';
import { say } from './progress.js';

const program = new Command('lab').description('a real Kubernetes cluster on this machine, without a container registry (docs/lab.md)');
for (const add of [addUpAndDown, addStatusCommands, addNodeCommands, addImagesCommands, addToolsCommand]) add(program);

listenForInterruption();
try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = report(error);
}

/** Says what went wrong; answers the exit code: 130 after an interruption, else 1. */
function report(error: unknown): number {
  const signal = interruptedBy();
  if (signal !== undefined) {
    say(`interrupted by ${signal}`);
    return 130;
  }
  if (!(error instanceof LabError)) throw error;
  say(`${pc.red('error:')} ${error.message}`);
  if (error.hint !== undefined) say(`${pc.dim('→')} ${error.hint}`);
  return 1;
}
