/** One key of a Secret or ConfigMap that holds values as YAML text. */
export interface ValuesRef {
  readonly namespace: string;
  readonly name: string;
  /** Default `values.yaml`. */
  readonly key?: string | undefined;
}

/** Where a chart's values are. They are read at the moment of use: what is secret in them stays in the cluster, Temporal's history holds the reference. */
export type ValuesSource =
  /** Without secrets: inline values stand in the spec and in the history. */
  { readonly inline: { readonly [key: string]: unknown } } | { readonly secretRef: ValuesRef } | { readonly configMapRef: ValuesRef };

/** Values laid over others, by dotted path as Helm's `--set` writes it: `a.b`, `a\.b` for a key with a dot, `list[0].c`. In order. */
export type ValuesOverlay = { readonly [path: string]: unknown };
