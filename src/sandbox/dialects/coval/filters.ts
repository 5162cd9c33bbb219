/**
 * Coval's filter grammar: `field op value`, joined by AND or OR. Which of the two binds tighter is documented nowhere;
 * as in AIP-160, whose name Coval uses, OR does. Unknown fields and operators are refused.
 */
import { invalid } from './errors.ts';

export interface Term {
  field: string;
  operator: string;
  value: string;
}
/** Groups of terms: one term of each group must hold. */
export type Filter = Term[][];

const TERM = /^\s*([A-Za-z_][\w.-]*)\s*(!=|>=|<=|=|>|<)\s*("([^"\\]*)"|[^\s"()]+)/;
const JOIN = /^\s+(AND|OR)\s+/;

export function parseFilter(text: string | undefined, fields: readonly string[], mode: 'live' | 'docs'): Filter {
  const filter: Filter = [];
  let rest = text ?? '';
  let joined: string | undefined = 'AND';
  while (rest.trim() !== '' || joined === undefined) {
    const match = TERM.exec(rest);
    const [whole, field, operator, written, quoted] = match ?? [];
    if (whole === undefined || field === undefined || operator === undefined || written === undefined)
      throw invalid('filter', 'Invalid filter expression');
    if (quoted === undefined && mode === 'live') throw invalid('filter', `Value of ${field} must be double-quoted`);
    if (!fields.includes(field)) throw invalid('filter', `Unknown filter field: ${field}`);
    const term = { field, operator, value: quoted ?? written };
    if (joined === 'OR') filter.at(-1)?.push(term);
    else filter.push([term]);
    rest = rest.slice(whole.length);
    if (rest.trim() === '') break;
    const join = JOIN.exec(rest);
    if (!join) throw invalid('filter', 'Terms must be joined by AND or OR');
    joined = join[1];
    rest = rest.slice(join[0].length);
    if (rest.trim() === '') throw invalid('filter', 'Expression ends after an operator');
  }
  return filter;
}

export function matches(filter: Filter, valueIn: (field: string) => unknown): boolean {
  return filter.every((anyOf) => anyOf.some(({ field, operator, value }) => compare(valueIn(field), operator, value)));
}

function compare(actual: unknown, operator: string, wanted: string): boolean {
  if (Array.isArray(actual)) {
    const has = actual.includes(wanted);
    return operator === '=' ? has : operator === '!=' ? !has : false;
  }
  if (actual === undefined || actual === null) return operator === '!=';
  const [a, b] = comparable(actual, wanted);
  switch (operator) {
    case '=':
      return a === b;
    case '!=':
      return a !== b;
    case '>':
      return a > b;
    case '<':
      return a < b;
    case '>=':
      return a >= b;
    default:
      return a <= b;
  }
}

/** Numbers as numbers, times as times, everything else as text. */
function comparable(actual: unknown, wanted: string): [number, number] | [string, string] {
  if (typeof actual === 'number' && wanted.trim() !== '' && Number.isFinite(Number(wanted)))
    return [actual, Number(wanted)];
  const text = String(actual);
  if (/^\d{4}-\d\d-\d\dT/.test(text) && !Number.isNaN(Date.parse(wanted)))
    return [Date.parse(text), Date.parse(wanted)];
  return [text, wanted];
}

/** The value that a filter demands of a field, when it is a plain `AND field = value`. */
export function demanded(filter: Filter, field: string): string | undefined {
  const term = filter.find((anyOf) => anyOf.length === 1 && anyOf[0]?.field === field && anyOf[0].operator === '=');
  return term?.[0]?.value;
}
