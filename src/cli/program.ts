import { Command, CommanderError } from 'commander';
import type { Runs } from '../runs/runs.js';
import type { Schedules } from '../runs/schedules.js';
import { CliError } from './cli-error.js';
import { addApi } from './commands/api.js';
import { addApprove } from './commands/approve.js';
import { addDecide } from './commands/decide.js';
import { addDev } from './commands/dev.js';
import { addFinalize } from './commands/finalize.js';
import { addHealth } from './commands/health.js';
import { addHook } from './commands/hook.js';
import { addPause } from './commands/pause.js';
import { addPlan } from './commands/plan.js';
import { addReap } from './commands/reap.js';
import { addReport } from './commands/report.js';
import { addRollback } from './commands/rollback.js';
import { addRun } from './commands/run.js';
import { addSchedule } from './commands/schedule.js';
import { addSetup } from './commands/setup.js';
import { addStatus } from './commands/status.js';
import { addToken } from './commands/token.js';
import { addValues } from './commands/values.js';
import { addWatch } from './commands/watch.js';
import { addWorker } from './commands/worker.js';
import type { AddCommand, Context } from './context.js';
import { type ExitCode, exitCodes } from './exit-codes.js';
import { explainFailure } from './outcome.js';
import type { Terminal } from './terminal.js';

/** In the order of the help. */
const commands: readonly AddCommand[] = [
  addPlan,
  addRun,
  addStatus,
  addWatch,
  addApprove,
  addDecide,
  addPause,
  addRollback,
  addFinalize,
  addReport,
  addSchedule,
  addValues,
  addHook,
  addReap,
  addSetup,
  addWorker,
  addApi,
  addToken,
  addHealth,
  addDev,
];

export interface CliParts {
  readonly terminal: Terminal;
  /** Of an API's address, or the environment's way. */
  readonly connect: (server?: string) => Promise<Runs>;
  readonly connectSchedules: (server?: string) => Promise<Schedules>;
}

/** Runs one command line (without `node` and the script) and answers its exit code. Never throws. */
export async function runCli(args: readonly string[], { terminal, connect, connectSchedules }: CliParts): Promise<ExitCode> {
  let code: ExitCode = exitCodes.ok;
  const action: Context['action'] =
    (body) =>
    async (...given) => {
      code = await body(...given);
    };
  try {
    await createProgram({ terminal, connect, connectSchedules, action }).parseAsync(args, { from: 'user' });
    return code;
  } catch (error) {
    return end(error, terminal);
  }
}

/** The command line with all its commands. */
export function createProgram(context: Context): Command {
  const { terminal } = context;
  const program = new Command('rehelm')
    .description('Durable, reversible migrations of stateful Kubernetes products.')
    .option('--server <url>', 'the HTTP API instead of Temporal; default: REHELM_SERVER')
    .exitOverride()
    .showHelpAfterError('(rehelm COMMAND --help tells more)')
    .configureOutput({
      writeOut: (text) => terminal.out(text.trimEnd()),
      writeErr: (text) => terminal.say(text.trimEnd()),
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .addHelpText(
      'after',
      `
RUN is a workflow id (migrate/NAMESPACE/RELEASE) or a run's id. Data goes to standard output, progress to standard error.
Exit codes: 0 ok · 1 failure · 2 invalid spec or usage · 3 preflight refused · 5 waits (--wait is over, or a person is asked) · 6 rolled back · 130 detached, the run goes on`,
    );
  const server = () => program.opts<{ readonly server?: string }>().server;
  const connect = () => context.connect(server());
  const connectSchedules = () => context.connectSchedules(server());
  for (const add of commands) add(program, { ...context, connect, connectSchedules });
  // Options of a command behave as those of the program: no exit, our streams.
  for (const command of program.commands) command.copyInheritedSettings(program);
  return program;
}

function end(thrown: unknown, terminal: Terminal): ExitCode {
  const error = explainFailure(thrown);
  terminal.live('');
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.invalid;
  if (terminal.interrupted.aborted) return exitCodes.detached;
  const { colors } = terminal;
  if (error instanceof CliError) {
    terminal.say(error.exitCode === exitCodes.invalid || error.exitCode === exitCodes.refused ? error.message : `${colors.red('error')} ${error.message}`);
    if (error.hint !== undefined) terminal.say(colors.dim(`→ ${error.hint}`));
    return error.exitCode;
  }
  terminal.say(`${colors.red('error')} ${wordsOf(error, terminal.env)}`);
  return exitCodes.failure;
}

const wordsOf = (error: unknown, env: NodeJS.ProcessEnv): string => {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause instanceof Error ? `: ${error.cause.message}` : '';
  return env['REHELM_DEBUG'] ? (error.stack ?? error.message) : `${error.message}${cause}`;
};
