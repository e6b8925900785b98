export interface WebhookMessage {
  /** The same for every attempt: a receiver drops what it has seen. */
  readonly id: string;
  readonly http: string;
  /** Signs the message. */
  readonly secret: string;
  readonly body: unknown;
}

/** Unreachable where it may be taken later (no answer in 10 s, 429, 5xx); Invalid where the receiver refuses it for good. */
export type SendWebhook = (message: WebhookMessage) => Promise<void>;
