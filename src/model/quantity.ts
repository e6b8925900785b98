const factors: Readonly<Record<string, number>> = {
  ...{ n: 1e-9, u: 1e-6, m: 1e-3, '': 1, k: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15, E: 1e18 },
  ...{ Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40, Pi: 2 ** 50, Ei: 2 ** 60 },
};

/**
 * `500m` → 0.5, `1Gi` → 1073741824, `1e3` → 1000; undefined for what is no quantity. A chart's number may come without quotes.
 * @see https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
 */
export function readQuantity(given: unknown): number | undefined {
  if (typeof given === 'number') return given;
  if (typeof given !== 'string') return undefined;
  const [, number, exponent = '', suffix = ''] = /^([+-]?(?:\d+\.?\d*|\.\d+))(?:([eE][+-]?\d+)|([numkMGTPE]|[KMGTPE]i))?$/.exec(given) ?? [];
  // Divided where the factor is a fraction: 500 × 1e-3 has an error in its last bit, 500 / 1e3 has none.
  const factor = factors[suffix] ?? 1;
  if (number === undefined) return undefined;
  const value = Number(number + exponent);
  return factor < 1 ? value / Math.round(1 / factor) : value * factor;
}
