/** Is an answer under a fault one that can be stood by? Compared with what the undisturbed vendor gives. */
import { presentProblem } from '../../src/mcp/present/answer.ts';
import { isProblem, type Problem } from '../../src/model/problem.ts';
import { at } from '../support/data.ts';

/** What of an answer is compared: everything but what measures time, and of a cursor that there is one. */
export function comparable(data: unknown): string {
  return JSON.stringify(data, (key, value: unknown) => {
    if (['waited_seconds', 'next_check_seconds', 'expires_at', 'read_at'].includes(key)) return undefined;
    if (typeof value !== 'string') return value;
    return key === 'next_cursor' ? 'a cursor' : value.replace(/\bc-[0-9a-f]{12}\b/g, 'c-0');
  });
}

/** What the answer lacks and still can be stood by; '' when it is wrong. `emptyList`: a list may have been answered with none. */
export function lessThan(whole: unknown, found: unknown, text: string, emptyList: boolean): string {
  if (offersLess(whole, found)) return 'fewer targets';
  // What is not shown counts as content: an agent that has members more is another one than was read before.
  if (isEqualBut('revision', whole, found)) return 'another revision';
  if (emptyList && isEqualBut('affects', whole, found)) return 'an empty list';
  if (emptyList && isSublist(whole, found)) return 'an empty list';
  if (isReordered(whole, found)) return 'in another order';
  return lacks(whole, found) || says(whole, found, text);
}

/** Members that an answer may lack: names and the like, which other requests look up. Absent means: not known. */
const LOOKED_UP = [
  'name',
  'test',
  'agent',
  'agent_ref',
  'vendor_status',
  'suite',
  'created_at',
  'ended_at',
  'started_at',
  'total',
  'expected',
];

/** Names what `found` lacks; '' when it differs from `whole` in any other way. */
function lacks(whole: unknown, found: unknown): string {
  const lacking = new Set<string>();
  const within = (right: unknown, left: unknown): boolean => {
    if (Array.isArray(right))
      return (
        Array.isArray(left) && left.length === right.length && right.every((one, index) => within(one, left[index]))
      );
    if (typeof right !== 'object' || right === null) return right === left;
    if (typeof left !== 'object' || left === null) return false;
    if (Object.keys(left).some((key) => !Object.hasOwn(right, key))) return false;
    return Object.entries(right).every(([key, value]) => {
      // The id of an agent may stand where its name could not be looked up.
      if (Object.hasOwn(left, key) && key !== 'agent') return within(value, at(left, key));
      if (at(left, key) !== value) lacking.add(key);
      return LOOKED_UP.includes(key) || at(left, key) === value;
    });
  };
  return within(whole, found) && lacking.size > 0 ? `without ${[...lacking].join(', ')}` : '';
}

function isEqualBut(member: string, whole: unknown, found: unknown): boolean {
  const without = (data: unknown) =>
    JSON.stringify(data, (key, value: unknown) => (key === member ? undefined : value));
  return without(whole) === without(found);
}

/** A change that cannot be made to a place, because what it takes could not be read, is not offered for it. */
function offersLess(whole: unknown, found: unknown): boolean {
  const [all, offered] = [at(whole, 'targets'), at(found, 'targets')];
  if (!Array.isArray(all) || !Array.isArray(offered) || offered.length >= all.length) return false;
  const known = all.map((one) => JSON.stringify(one));
  const rest = (data: unknown) => comparable({ ...Object(data), targets: [], next: [] });
  return offered.every((one) => known.includes(JSON.stringify(one))) && rest(whole) === rest(found);
}

/** Rows that are all in `whole`, nothing else. */
function isSublist(whole: unknown, found: unknown): boolean {
  if (typeof found !== 'object' || found === null) return false;
  // Read by another way, in another order.
  if (at(found, 'total') !== undefined && at(found, 'total') === at(whole, 'total')) return true;
  return Object.entries(found).every(([key, rows]) => {
    if (!Array.isArray(rows)) return ['total', 'next_cursor', 'coverage'].includes(key);
    const known = JSON.stringify(at(whole, key));
    return rows.every((row) => known.includes(JSON.stringify(row)));
  });
}

/** The same rows, none changed. */
function isReordered(whole: unknown, found: unknown): boolean {
  const sorted = (data: unknown) =>
    comparable(
      typeof data === 'object' && data !== null
        ? Object.entries(data).map(([key, rows]) => [key, Array.isArray(rows) ? rows.map(comparable).sort() : rows])
        : data,
    );
  return comparable(whole) !== comparable(found) && sorted(whole) === sorted(found);
}

/** What the answer says is missing from it; '' when it claims to be whole. */
function says(whole: unknown, data: unknown, text: string): string {
  const problems = at(data, 'problems');
  if (Array.isArray(problems) && problems.length > 0) return 'says: problems';
  if (at(at(data, 'coverage'), 'complete') === false && at(at(whole, 'coverage'), 'complete') === true) {
    return text.startsWith('Incomplete: ') ? 'says: incomplete' : '';
  }
  const undecided = openVerdicts(data) - openVerdicts(whole);
  if (undecided > 0) return `says: ${undecided} more inconclusive`;
  const said =
    /could not be read|could not be|not read yet|not be told|Not answering|\+ more|only agent definitions are listed/i.exec(
      text,
    );
  return said ? `says: ${said[0]}` : '';
}

/** How many verdicts an answer leaves open: of its runs, of its evaluations, or as it counts them. */
function openVerdicts(data: unknown): number {
  if (typeof data !== 'object' || data === null) return 0;
  let open = 0;
  for (const [key, value] of Object.entries(data)) {
    if (key === 'inconclusive' && typeof value === 'number') open += value;
    else if (key === 'verdict' && (value === 'inconclusive' || value === 'unscored')) open += 1;
    else open += openVerdicts(value);
  }
  return open;
}

/** What is wrong with what was thrown; '' when it is a Problem that a reader can act on. */
export function problemFault(error: unknown): string {
  if (!isProblem(error)) return `threw ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
  if (error.kind === 'internal') return `internal: ${error.message} ${causeOf(error)}`;
  if (!error.details.next && error.kind !== 'cancelled') return `no next step: ${error.kind} ${error.message}`;
  const shown = presentProblem(error, { redact: (text) => text });
  const [block] = shown.content;
  if (shown.isError !== true || !block?.text.includes(error.message)) return 'the error is not presented';
  return '';
}

function causeOf({ cause }: Problem): string {
  return cause instanceof Error ? (cause.stack ?? cause.message) : '';
}

/** The first place where two JSON texts differ, with a little around it. */
export function difference(expected: string, found: string): string {
  let place = 0;
  while (place < expected.length && expected[place] === found[place]) place += 1;
  const from = Math.max(0, place - 40);
  return `differs: …${expected.slice(from, place + 60)}… ≠ …${found.slice(from, place + 60)}…`;
}
