import { failure } from '../../errors.js';
import { type Via, vias } from '../../model/report.js';

/** What a rollback or a finalize is asked with. */
export interface RunRequest {
  /** The run's id, as its report and `rehelm status` show it. */
  readonly run: string;
  readonly by: string;
  readonly reason: string;
  /** By which way it came, as it says. */
  readonly via: Via;
  /** The API's, where it signed it. */
  readonly signature?: string;
  /** A further field that is true only where it says `true`. */
  readonly flag: (name: string) => boolean;
}

/** People type it into the Temporal UI: anything may come. InvalidSpec names what is missing. */
export function readRunRequest(request: unknown): RunRequest {
  const fields: Readonly<Record<string, unknown>> = typeof request === 'object' && request !== null ? { ...request } : {};
  const text = (name: string): string => {
    const value = fields[name];
    if (typeof value !== 'string' || value === '') throw failure('InvalidSpec', `${name} is required, as in {"run":"…","by":"ada@example.com","reason":"…"}`);
    return value;
  };
  const via = vias.find((each) => each === fields['via']) ?? 'temporal';
  const signature = fields['signature'];
  return {
    ...(typeof signature === 'string' && { signature }),
    run: text('run'),
    by: text('by'),
    reason: text('reason'),
    via,
    flag: (name) => fields[name] === true,
  };
}
