/** Programs that come from one source and are cached together, by version. */
export interface ToolBundle {
  readonly name: string;
  /** The version of the source; a change of the recipe itself goes behind it: `1.14.2-r2`. */
  readonly version: string;
  /** Program name → path inside the cached folder. */
  readonly programs: Readonly<Record<string, string>>;
  /** Fills an empty folder. The folder becomes the cached one only if this succeeds. */
  fetch(folder: string): Promise<void>;
}
