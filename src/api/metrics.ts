import type { FastifyReply, FastifyRequest } from 'fastify';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** Numbers of this process. No label holds what a user named: no run, no namespace, no subject. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #requests = new Counter({
    name: 'rehelm_api_requests_total',
    help: 'Requests that were answered',
    labelNames: ['operation', 'status'],
    registers: [this.#registry],
  });
  readonly #seconds = new Histogram({
    name: 'rehelm_api_request_seconds',
    help: 'Until the answer was sent; of a stream until it ended',
    labelNames: ['operation'],
    buckets: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers: [this.#registry],
  });
  readonly #readers = new Gauge({ name: 'rehelm_api_event_readers', help: 'Who follow runs by a stream now', registers: [this.#registry] });
  readonly #calls = new Counter({
    name: 'rehelm_api_temporal_calls_total',
    help: 'Calls of Temporal',
    labelNames: ['call', 'outcome'],
    registers: [this.#registry],
  });

  readonly #temporalRequests = new Counter({
    name: 'rehelm_api_temporal_requests_total',
    help: 'Requests to Temporal over the wire, by method: one call may need several',
    labelNames: ['method'],
    registers: [this.#registry],
  });

  constructor() {
    collectDefaultMetrics({ register: this.#registry });
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  text(): Promise<string> {
    return this.#registry.metrics();
  }

  answered({ routeOptions }: FastifyRequest, reply: FastifyReply): void {
    const operation = operationOf(routeOptions.schema);
    this.#requests.inc({ operation, status: reply.statusCode });
    this.#seconds.observe({ operation }, reply.elapsedTime / 1000);
  }

  /** Answers how to say that the reader is gone. */
  reads(): () => void {
    this.#readers.inc();
    return () => this.#readers.dec();
  }

  requestedOfTemporal(method: string): void {
    this.#temporalRequests.inc({ method });
  }

  called(call: string, outcome: string): void {
    this.#calls.inc({ call, outcome });
  }
}

/** What is no operation of the document is one thing: an address that somebody made up is no label. */
function operationOf(schema: unknown): string {
  const known = typeof schema === 'object' && schema !== null && 'operationId' in schema ? schema.operationId : undefined;
  return typeof known === 'string' ? known : 'other';
}
