import { Writable } from 'node:stream';
import type { Logger as TemporalLogger } from '@temporalio/worker';
import pc from 'picocolors';
import { type Logger, pino, stdTimeFunctions } from 'pino';
import { redactText } from './redact.js';

/** Standard error, as JSON for machines, as one readable line each on a terminal. `REHELM_LOG_LEVEL` is one of pino's levels. */
export function createLogger(env: NodeJS.ProcessEnv, stream: NodeJS.WriteStream = process.stderr): Logger {
  const options = {
    level: env['REHELM_LOG_LEVEL'] || 'info',
    base: null,
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (level: string) => ({ level }) },
  };
  return stream.isTTY ? pino(options, readable(stream, pc.createColors(!env['NO_COLOR']))) : pino(options, stream);
}

function readable(stream: NodeJS.WritableStream, colors: ReturnType<typeof pc.createColors>): Writable {
  return new Writable({
    write(chunk: Buffer, _encoding, done) {
      stream.write(`${showLine(chunk.toString(), colors)}\n`);
      done();
    },
  });
}

/** `19:41:55 info  api-down: done  workflow=migrate/shop/web attempt=1 seconds=1.2` */
export function showLine(json: string, colors: ReturnType<typeof pc.createColors>): string {
  const { time, level, msg, ...facts } = JSON.parse(json);
  const paint = { warn: colors.yellow, error: colors.red, fatal: colors.red }[String(level)] ?? colors.dim;
  const rest = Object.entries(facts).map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
  return `${colors.dim(String(time).slice(11, 19))} ${paint(String(level).padEnd(5))} ${msg}  ${colors.dim(rest.join(' '))}`;
}

/** The same in every line, or long and of no use to a reader. */
const dull = ['sdkComponent', 'namespace', 'taskQueue', 'taskToken', 'runId', 'isLocal', 'activityId'];

/** Said better by our own line for the step. */
const saidElsewhere = ['Activity failed', 'Activity completed', 'Activity started'];

/** The SDK's own log, in ours. */
export function temporalLogger(logger: Logger): TemporalLogger {
  const names = { TRACE: 'trace', DEBUG: 'debug', INFO: 'debug', WARN: 'warn', ERROR: 'error' } as const;
  const log: TemporalLogger['log'] = (level, message, meta) => {
    if (!saidElsewhere.includes(message)) logger[names[level]](plain(meta), redactText(message));
  };
  return {
    log,
    trace: (message, meta) => log('TRACE', message, meta),
    debug: (message, meta) => log('DEBUG', message, meta),
    info: (message, meta) => log('INFO', message, meta),
    warn: (message, meta) => log('WARN', message, meta),
    error: (message, meta) => log('ERROR', message, meta),
  };
}

/** Facts in one line: errors by their words, the rest as text or number. */
function plain(meta: Record<string | symbol, unknown> = {}): Record<string, unknown> {
  const facts = Object.entries(meta).map(([name, value]) => [name, dull.includes(name) ? undefined : plainValue(value)] as const);
  return Object.fromEntries(facts.filter(([, value]) => value !== undefined));
}

function plainValue(value: unknown): string | number | boolean | undefined {
  if (value instanceof Error) return redactText(value.message);
  if (Array.isArray(value)) return redactText(value.join(', '));
  if (typeof value === 'string') return redactText(value);
  return typeof value === 'number' || typeof value === 'boolean' ? value : undefined;
}
