import { InvalidArgumentError } from 'commander';

/** Temporal's web UI takes the port above by 1000. */
export function readPort(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 64_535) throw new InvalidArgumentError('expected a port from 1 to 64535');
  return port;
}
