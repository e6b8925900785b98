import type { TransformedValue } from '../model/values-map.js';

/** The value in the type that is asked for; the value itself where it has the type; undefined where it cannot be had. */
export function convert(value: unknown, { as, separator = ',', unit = '', times = 1 }: TransformedValue): unknown {
  if (value === null) return value;
  if (as === 'list') return toList(value, separator);
  if (as === 'text') return toText(value, separator, unit, times);
  return toNumber(value, unit, times);
}

const isScalar = (value: unknown): value is string | number | boolean => ['string', 'number', 'boolean'].includes(typeof value);

function toList(value: unknown, separator: string): unknown {
  if (Array.isArray(value)) return value;
  if (typeof value !== 'string') return isScalar(value) ? [value] : undefined;
  return value
    .split(separator)
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

function toText(value: unknown, separator: string, unit: string, times: number): unknown {
  if (Array.isArray(value)) return value.every(isScalar) ? value.map(String).join(separator) : undefined;
  if (typeof value === 'number') return `${value * times}${unit}`;
  return isScalar(value) ? String(value) : undefined;
}

function toNumber(value: unknown, unit: string, times: number): unknown {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string') return undefined;
  const digits = value.trim().endsWith(unit) ? value.trim().slice(0, value.trim().length - unit.length) : value.trim();
  return /^[-+]?\d+(\.\d+)?$/.test(digits) ? Number(digits) * times : undefined;
}
