import type { ReleaseRef } from './refs.js';

/** One key of a Secret or ConfigMap that holds values as YAML text. */
export interface ValuesRef {
  readonly namespace: string;
  readonly name: string;
  /** Default `values.yaml`. */
  readonly key?: string | undefined;
}

/** Where a chart's values are. They are read at the moment of use: what is secret in them stays in the cluster, Temporal's history holds the reference. */
export type ValuesSource = GivenValues | { readonly prepared: PreparedValues };

/** Where what users wrote is. Inline values stand in the spec and in the history: they are without secrets. */
export type GivenValues = { readonly inline: { readonly [key: string]: unknown } } | { readonly secretRef: ValuesRef } | { readonly configMapRef: ValuesRef };

/** Values that a step keeps for the run; before it has done so, what it would keep. */
export interface PreparedValues {
  readonly step: string;
  readonly recipe: ValuesRecipe;
}

/** How values of one chart become those of another. */
export interface ValuesRecipe {
  /** Of a release: those that its latest revision was given. */
  readonly from: GivenValues | { readonly release: ReleaseRef };
  /** Where the ValuesMap is. */
  readonly migrate?: GivenValues;
}

/** Values laid over others, by dotted path as Helm's `--set` writes it: `a.b`, `a\.b` for a key with a dot, `list[0].c`. In order. */
export type ValuesOverlay = { readonly [path: string]: unknown };
