import { connect, connectSchedules } from './connect.js';
import { runCli } from './program.js';
import { processTerminal } from './terminal.js';

const terminal = processTerminal();
// The worker's native connection may keep handles open; what had to be closed is closed.
process.exit(
  await runCli(process.argv.slice(2), {
    terminal,
    connect: (server) => connect(terminal.env, server),
    connectSchedules: (server) => connectSchedules(terminal.env, server),
  }),
);
