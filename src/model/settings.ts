/** What an administrator sets for a worker; read once from the environment. */
export interface Settings {
  readonly taskQueue: string;
  /** Image of the Jobs that move data. */
  readonly copierImage: string;
  /** Image of the pods that drill: driver, guard, hands. */
  readonly drillImage: string;
  /** How soon the death of a worker is noticed, in seconds. */
  readonly heartbeatTimeoutSeconds: number;
  /** age recipients to whom escrow is encrypted; without one, a spec that asks for escrow is refused. */
  readonly escrowRecipients: readonly string[];
  /** Namespaces whose runs need a second person, `*` for all; from the access file. */
  readonly fourEyes: readonly string[];
  /** True where `rehelm setup` registered the search attributes; found at the worker's start. */
  readonly searchAttributes: boolean;
}
