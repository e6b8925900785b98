let controller = new AbortController();
let signalName: NodeJS.Signals | undefined;

/** Aborted by SIGINT, SIGTERM or SIGHUP; every command and wait of the lab listens to it. */
export function interruption(): AbortSignal {
  return controller.signal;
}

/** The signal that interrupted this process, if one did. */
export function interruptedBy(): NodeJS.Signals | undefined {
  return signalName;
}

/** From here on the first signal aborts the work instead of ending the process; later ones are swallowed while it cleans up. */
export function listenForInterruption(): void {
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      signalName ??= name;
      controller.abort(new Error(`interrupted by ${name}`));
    });
  }
}

/** Called before cleaning up, whose own commands must not be aborted by the signal that caused it. */
export function shieldFromInterruption(): void {
  controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.removeAllListeners(name);
    process.on(name, () => process.stderr.write('cleaning up, a moment\n'));
  }
}
