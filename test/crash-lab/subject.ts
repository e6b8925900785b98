import type { Registry } from '../e2e/story/registry.js';
import type { Place } from '../e2e/story/tools.js';

/** Where the product serves: from where it was before the run, or from where the run took it. */
export type Side = 'old' | 'new';

/** A product on a lab, and the run in which the worker is struck. */
export interface Subject<Data = unknown> {
  readonly workflowId: string;
  /** Puts the product where runs begin, unless it is there. */
  deploy(place: Place, registry: Registry, tell: (line: string) => void): Promise<void>;
  /** The example's spec for this lab, with these changes at its top. Answers its file, of this name in the folder. */
  writeSpec(place: Place, registry: Registry, file: string, changes: object): Promise<void>;
  untilServed(place: Place, side: Side): Promise<unknown>;
  /** `like`: an earlier answer, of which no more is looked at. */
  readData(place: Place, side: Side, like?: Data): Promise<Data>;
  /** What users miss since the beginning, one sentence each. */
  dataDifferences(beginning: Data, now: Data, side: Side): readonly string[];
  /** True of objects that a run deletes and its rollback makes again, told by their key in the world: uid and addresses are drawn anew. */
  isRemade(key: string): boolean;
  /** True of objects whose content is drawn in every run. */
  isGenerated(key: string): boolean;
}
