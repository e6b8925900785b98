/** What is told while no worker answers. */
export interface AsOf {
  /** ISO 8601: the newest that Temporal itself remembers of the run. Absent: it is as things are now. */
  readonly asOf?: string;
}
