/**
 * Peculiar to Coval, which states no verdict: what a metric's value must be. That is its own `target_condition`, or the
 * organisation's threshold of it (the two differ only in `bt` and `nbt`). A condition that is there and cannot be read is
 * told apart from none: it decides nothing either way.
 */
import { isRecord } from '../../model/json.ts';
import { number } from '../shared/scalars.ts';

type Operator = 'eq' | 'neq' | 'gt' | 'gte' | 'lt' | 'lte' | 'in' | 'nin' | 'bt' | 'nbt';
/** Spellings without case and separators, the documented one first, and how it is said. */
const OPERATORS: readonly [operator: Operator, should: string, spellings: string][] = [
  ['eq', 'be', 'eq = == === equal equals equalto equalsto is'],
  ['neq', 'not be', 'neq ne != !== <> ≠ notequal notequals notequalto noteq isnot doesnotequal'],
  ['gt', 'be above', 'gt > greater greaterthan above morethan over exceeds'],
  [
    'gte',
    'be at least',
    'gte ge gteq >= => ≥ greaterthanorequal greaterthanorequals greaterthanorequalto greaterthanequal greaterthanequals greaterorequal greaterequal atleast notlessthan notbelow',
  ],
  ['lt', 'be below', 'lt < less lessthan below fewerthan under smallerthan'],
  [
    'lte',
    'be at most',
    'lte le lteq <= =< ≤ lessthanorequal lessthanorequals lessthanorequalto lessthanequal lessthanequals lessorequal lessequal atmost notgreaterthan notabove notmorethan',
  ],
  ['in', 'be one of', 'in isin inlist oneof isoneof anyof'],
  ['nin', 'be none of', 'nin notin isnotin notinlist noneof notoneof'],
  ['bt', 'be within', 'bt between isbetween within inrange'],
  ['nbt', 'be outside', 'nbt notbetween isnotbetween outside outofrange notinrange'],
];
const BY_SPELLING = new Map(
  OPERATORS.flatMap(([operator, , spellings]) =>
    spellings.split(' ').map((word): [string, Operator] => [word, operator]),
  ),
);
const WORDS = new Map(OPERATORS.map(([operator, should]) => [operator, should]));

/** A value, or one that a condition names. */
export type Scalar = string | number | boolean;
export type MetricValue = Scalar | string[];

export interface Condition {
  operator: Operator;
  target?: number;
  lower?: number;
  upper?: number;
  values?: Scalar[];
}

/** A usable condition; `none` where nothing is set; `unreadable` where something is, in a form that is not known. */
export function readCondition(wire: unknown): Condition | 'none' | 'unreadable' {
  if (wire === undefined || wire === null || wire === '') return 'none';
  if (!isRecord(wire)) return 'unreadable';
  const word = wire.comparison_operator ?? wire.operator;
  const given = [wire.target_float, wire.target_value, wire.target].filter(isGiven);
  const listed = [wire.target_values].filter(isGiven);
  const [lower, upper] = [wire.target_float_lower, wire.target_float_upper];
  if (![word, ...given, ...listed, lower, upper].some(isGiven)) return 'none';
  const operator = typeof word === 'string' ? BY_SPELLING.get(squashed(word)) : undefined;
  if (!operator) return 'unreadable';
  return conditionOf(operator, { given, listed, range: [number(lower), number(upper)] }) ?? 'unreadable';
}

interface Targets {
  given: unknown[];
  listed: unknown[];
  range: [number | undefined, number | undefined];
}

function conditionOf(operator: Operator, { given, listed, range }: Targets): Condition | undefined {
  if (operator === 'bt' || operator === 'nbt') {
    const [lower, upper] = range;
    return lower === undefined || upper === undefined || lower > upper ? undefined : { operator, lower, upper };
  }
  const numbers = given.map(number);
  const [target] = numbers;
  const listing = operator === 'in' || operator === 'nin';
  if (!listing && target !== undefined) {
    // Two targets that differ are no target.
    return numbers.every((one) => one === target) ? { operator, target } : undefined;
  }
  // `eq` with listed values says the same as `in`.
  const among =
    operator === 'in' || operator === 'eq' ? 'in' : operator === 'nin' || operator === 'neq' ? 'nin' : undefined;
  const values = (listed.length > 0 ? listed : given).flat();
  // All of them, or none: a condition over some of its values would be another one.
  return among && values.length > 0 && values.every(isScalar) ? { operator: among, values } : undefined;
}

const isGiven = (value: unknown) => value !== undefined && value !== null && value !== '' && !isEmptyList(value);
const isEmptyList = (value: unknown) => Array.isArray(value) && value.length === 0;

function isScalar(value: unknown): value is Scalar {
  return (
    typeof value === 'string' || typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value))
  );
}

/** `GREATER_THAN`, `greater than`, `greaterThan` and `COMPARISON_OPERATOR_GREATER_THAN` alike. */
function squashed(word: string): string {
  return word
    .toLowerCase()
    .replace(/[\s_.-]+/g, '')
    .replace(/^(comparison)?operator/, '');
}

/** A judge's yes or no, in the two ways that are seen: words, and 1.0 / 0.0. */
function binary(value: Scalar): boolean | undefined {
  const text = String(value).trim().toLowerCase();
  if (['yes', 'true', '1', '1.0'].includes(text)) return true;
  if (['no', 'false', '0', '0.0'].includes(text)) return false;
  return undefined;
}

/** The number a value stands for: itself, a numeric text, or 1 / 0 for a yes / no. */
export function scoreOf(value: MetricValue | undefined): number | undefined {
  if (value === undefined || Array.isArray(value)) return undefined;
  const yes = typeof value === 'number' ? undefined : binary(value);
  return yes === undefined ? number(value) : yes ? 1 : 0;
}

/** Words by which a judge says that it has no answer. */
const NO_ANSWER =
  /^(unknown|undecided|undetermined|inconclusive|n\/?a|not applicable|null|undefined|nan|error\b.*|failed to .*)$/i;

function same(a: Scalar, b: Scalar): boolean {
  if (String(a).trim().toLowerCase() === String(b).trim().toLowerCase()) return true;
  const [x, y] = [binary(a), binary(b)];
  if (x !== undefined && y !== undefined) return x === y;
  const [m, n] = [scoreOf(a), scoreOf(b)];
  return m !== undefined && m === n;
}

/**
 * Does the value meet the condition? `undefined` when the two cannot be compared. A set of values is `in` when all of
 * it is among the targets and `nin` when none of it is (INFERRED: the stricter reading on both sides). That there is no
 * answer is none of them, and no pass.
 */
export function meets(value: MetricValue, condition: Condition): boolean | undefined {
  if (condition.values) {
    const targets = condition.values;
    const items = Array.isArray(value) ? value : [value];
    const listed = items.filter((item) => targets.some((target) => same(item, target)));
    if (condition.operator === 'in') return items.length > 0 && listed.length === items.length;
    if (listed.length > 0) return false;
    return items.some((item) => NO_ANSWER.test(String(item).trim())) ? undefined : true;
  }
  const score = scoreOf(value);
  if (score === undefined) return undefined;
  const { target = Number.NaN, lower = Number.NaN, upper = Number.NaN } = condition;
  switch (condition.operator) {
    case 'eq':
      return score === target;
    case 'neq':
      return score !== target;
    case 'gt':
      return score > target;
    case 'gte':
      return score >= target;
    case 'lt':
      return score < target;
    case 'lte':
      return score <= target;
    case 'bt':
      return score >= lower && score <= upper;
    case 'nbt':
      return score < lower || score > upper;
    default:
      return undefined;
  }
}

/** The value beside what it should be, in one sentence. */
export function describe(value: MetricValue, { operator, target, lower, upper, values }: Condition): string {
  const goal = values ? values.join(', ') : target !== undefined ? String(target) : `${lower} to ${upper}`;
  return `The value is ${Array.isArray(value) ? value.join(', ') : value}; it should ${WORDS.get(operator)} ${goal}.`;
}
