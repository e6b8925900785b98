import { Binary, BSONRegExp, BSONSymbol, Decimal128, type Document, Double, Int32, Long, MaxKey, MinKey, ObjectId, Timestamp } from 'mongodb';

type Constructor = abstract new (...args: never[]) => unknown;

/** Brackets in the order of a sort, with BSON's numbers of their types. Timestamp comes before Long, which it extends. */
const classes: readonly (readonly [Constructor, number, number])[] = [
  [MinKey, 0, -1],
  [Timestamp, 9, 17],
  [Int32, 2, 16],
  [Double, 2, 1],
  [Long, 2, 18],
  [Decimal128, 2, 19],
  [BSONSymbol, 3, 14],
  [Binary, 5, 5],
  [ObjectId, 6, 7],
  [Date, 8, 9],
  [BSONRegExp, 10, 11],
  [MaxKey, 11, 127],
];

const plain: Readonly<Record<string, readonly [number, number]>> = { number: [2, 1], string: [3, 2], boolean: [7, 8], object: [4, 3] };

function kindOf(value: unknown): readonly [bracket: number, type: number] {
  if (value === null || value === undefined) return [1, 10];
  const found = classes.find(([one]) => value instanceof one);
  return found ? [found[1], found[2]] : (plain[typeof value] ?? [4, 3]);
}

const toNumber = (value: unknown) =>
  Number(value instanceof Decimal128 || value instanceof Long ? value.toString() : (value as { valueOf(): unknown }).valueOf());
const isNaNumber = (value: unknown) => kindOf(value)[0] === 2 && Number.isNaN(toNumber(value));
const bytesOf = (value: unknown): string => {
  if (value instanceof Binary) return `${String(value.length()).padStart(9, '0')}${value.sub_type}${Buffer.from(value.value()).toString('latin1')}`;
  if (value instanceof ObjectId) return value.toHexString();
  return typeof value === 'object' && !(value instanceof BSONSymbol) ? JSON.stringify(value) : String(value);
};

function compareNumbers(a: unknown, b: unknown): number {
  if (isNaNumber(a) || isNaNumber(b)) return Number(isNaNumber(b)) - Number(isNaNumber(a));
  // Not by subtraction: two infinities would differ by NaN.
  return Number(toNumber(a) > toNumber(b)) - Number(toNumber(a) < toNumber(b));
}

/** Across all types, as a sort has it: NaN before all numbers, one bracket after the other. */
export function compareBson(a: unknown, b: unknown): number {
  const [left] = kindOf(a);
  const [right] = kindOf(b);
  if (left !== right) return left - right;
  if (left === 2) return compareNumbers(a, b);
  if (a instanceof Date && b instanceof Date) return Math.sign(a.getTime() - b.getTime());
  const [one, other] = [bytesOf(a), bytesOf(b)];
  return one < other ? -1 : Number(one > other);
}

/** As a query has it: only within one bracket, and NaN is comparable with NaN alone. */
function holds(operator: string, value: unknown, operand: unknown): boolean {
  if (kindOf(value)[0] !== kindOf(operand)[0] || isNaNumber(value) !== isNaNumber(operand)) return false;
  const order = compareBson(value, operand);
  return { $eq: order === 0, $gt: order > 0, $gte: order >= 0, $lt: order < 0, $lte: order <= 0 }[operator] ?? false;
}

function holdsOne(operator: string, value: unknown, operand: unknown): boolean {
  if (operator === '$not') return !matchesCondition(value, operand as Document);
  if (operator === '$in') return (operand as readonly unknown[]).some((one) => holds('$eq', value, one));
  if (operator === '$type') return (operand as readonly unknown[]).some((type) => Number(type) === kindOf(value)[1]);
  return holds(operator, value, operand);
}

function matchesCondition(value: unknown, condition: unknown): boolean {
  const operators = typeof condition === 'object' && condition !== null ? Object.keys(condition).filter((key) => key.startsWith('$')) : [];
  if (operators.length === 0) return holds('$eq', value, condition);
  return operators.every((operator) => holdsOne(operator, value, (condition as Document)[operator]));
}

export const matches = (document: Document, filter: Document): boolean =>
  Object.entries(filter).every(([field, condition]) => matchesCondition(document[field], condition));
