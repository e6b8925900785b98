/** How values of one version of a chart become those of another: kind ValuesMap. Paths as Helm's `--set` writes them; `[*]` stands for every item of a list. */
export interface ValuesMap {
  readonly name: string;
  readonly chart: MappedChart;
  /** What the new chart has no place for. */
  readonly delete: readonly string[];
  /** Old path → new path. Of sources that hold each other the deeper goes first. */
  readonly move: { readonly [from: string]: string };
  /** Values that are called otherwise now; the paths from here on are new ones. */
  readonly replaceValue: readonly ReplacedValue[];
  readonly transform: readonly TransformedValue[];
  /** Where nothing is. */
  readonly default: { readonly [path: string]: unknown };
  /** Whatever is there. */
  readonly set: { readonly [path: string]: unknown };
}

export interface MappedChart {
  readonly name: string;
  /** Of the chart that the values were written for, as Helm writes ranges: `<4.44.0`. */
  readonly from: string;
  /** Of the chart that takes the values after it. */
  readonly to: string;
}

export interface ReplacedValue {
  readonly at: string;
  readonly from: unknown;
  readonly to: unknown;
}

/**
 * A change of type; what has the new type already stays. `list`: a text is split at the separator, another scalar becomes the only item. `text`: a list is joined,
 * a number gets the unit after it. `number`: a text of digits, with the unit after it where there is one.
 */
export interface TransformedValue {
  readonly at: string;
  readonly as: 'list' | 'text' | 'number';
  /** Default `,`. */
  readonly separator?: string | undefined;
  readonly unit?: string | undefined;
  /** What a number is multiplied with on its way from one unit to another. */
  readonly times?: number | undefined;
}
