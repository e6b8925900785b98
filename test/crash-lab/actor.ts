/** On whose behalf a request is made. */
export interface Actor {
  /** `helmInstall`, `captureHelmInstall`, `undoHelmInstall` */
  readonly activity: string;
  /** Tells the attempts of one activity apart. */
  readonly attempt: string;
  /** The step's id in the plan; absent where the activity is none of a step. */
  readonly step?: string;
}

/** Carries an Actor from the worker to the proxy, which keeps it. */
export const actorHeader = 'x-rehelm-actor';
