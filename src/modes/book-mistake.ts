/** What is wrong with a book that cannot be read, and in which line; loaded only then. Never throws, and repeats nothing of the text. */
import { findNodeAtLocation, type Node, type ParseError, parseTree } from 'jsonc-parser';
import type * as z from 'zod/v4';
import { isRecord } from '../model/json.ts';
import { BOOK_VERSION, bookSchema } from './book.ts';

export interface Mistake {
  /** From 1; undefined where it is of the whole. */
  line: number | undefined;
  /** What is wrong, in trusted words: a sentence without its end. */
  what: string;
}

/** Mistakes that are looked at, to find the first. */
const MOST = 200;
/** Marks that a merge of git leaves where two branches changed the same lines. */
const CONFLICT = /^(?:<{7}|={7}|>{7}|\|{7})(?=[ \r\n]|$)/m;

/** `JSON.parse`, or the schema of the book, refuses this text. */
export function mistakeOf(text: string): Mistake {
  const conflict = CONFLICT.exec(text);
  if (conflict)
    return {
      line: lineAt(text, conflict.index),
      what: 'there is a mark of a merge of git that was not finished (<<<<<<<, ======= or >>>>>>>)',
    };
  let root: Node | undefined;
  const errors: ParseError[] = [];
  try {
    root = parseTree(text, errors, { disallowComments: true, allowTrailingComma: false });
  } catch {
    return { line: undefined, what: 'it nests too deep' };
  }
  const [error] = errors.sort((a, b) => a.offset - b.offset);
  if (error) return { line: lineAt(text, whereItIs(text, error)), what: SYNTAX[error.error] ?? 'this is no JSON' };
  if (!root) return { line: 1, what: 'this is no JSON' };
  const found = [...repeated(root), ...refused(root, text)].sort((a, b) => a.offset - b.offset);
  const [first] = found;
  if (!first) return { line: undefined, what: 'this is no JSON that can be read' };
  const further = found.length > 1 ? ` (the first of ${found.length === MOST ? 'many' : found.length} mistakes)` : '';
  return { line: lineAt(text, first.offset), what: `${first.what}${further}` };
}

/** By the numbers of `ParseErrorCode`; it is a `const enum`, which is not there when a program runs. */
const SYNTAX: Readonly<Record<number, string>> = {
  1: 'a word stands outside of quotation marks',
  2: 'a number is not written as JSON writes it',
  3: 'the name of a member is missing, or a comma is too much',
  4: 'a value is missing, or a comma is too much',
  5: 'a colon is missing',
  6: 'a comma is missing',
  7: 'a } is missing',
  8: 'a ] is missing',
  9: 'something stands behind the end',
  10: 'a comment stands here, which JSON does not have',
  11: 'a comment stands here, which JSON does not have',
  12: 'a quotation mark is missing at the end of a text',
  13: 'a number is not written as JSON writes it',
  14: 'an escape is not written as JSON writes it (\\u and four digits)',
  15: 'an escape is not written as JSON writes it; a \\ in a text is written \\\\',
  16: 'a control character stands in a text; a line break is written \\n',
};

/** A comma too much or a sign that is missing is found at what comes next, often a line below; it is told where it belongs. */
function whereItIs(text: string, { error, offset }: ParseError): number {
  const before = text.slice(0, offset).trimEnd();
  const isMissing = error >= 6 && error <= 8;
  const isTooMuch = (error === 3 || error === 4) && before.endsWith(',');
  return isMissing || isTooMuch ? before.length - 1 : offset;
}

interface Found {
  offset: number;
  what: string;
}

/** Names that stand twice in one object, and the one that no object may have. */
function repeated(root: Node): Found[] {
  const found: Found[] = [];
  const open = [root];
  for (let node = open.pop(); node && found.length < MOST; node = open.pop()) {
    const names = new Set<unknown>();
    for (const child of node.children ?? []) {
      open.push(child);
      if (node.type !== 'object') continue;
      const [name] = child.children ?? [];
      if (name && names.has(name.value))
        found.push({ offset: name.offset, what: 'this name stands twice in one object: the first would be lost' });
      if (name?.value === '__proto__')
        found.push({ offset: name.offset, what: 'no agent, mode or session has this name' });
      names.add(name?.value);
    }
  }
  return found;
}

function refused(root: Node, text: string): Found[] {
  const value: unknown = JSON.parse(text);
  const version = isRecord(value) ? value.version : undefined;
  if (typeof version === 'number' && version > BOOK_VERSION)
    return [
      {
        offset: findNodeAtLocation(root, ['version'])?.offset ?? 0,
        what: 'a newer version of agent-simulation-mcp wrote this book; update it',
      },
    ];
  const issues = bookSchema.safeParse(value).error?.issues ?? [];
  return issues.slice(0, MOST).flatMap((issue) => foundOf(issue, root));
}

function foundOf(issue: z.core.$ZodIssue, root: Node): Found[] {
  const path = issue.path.map((step) => (typeof step === 'number' ? step : String(step)));
  const { node, isThere } = nodeAt(root, path);
  const named = MEMBERS.find((member) => member === path.at(-1));
  const subject = named ?? 'this';
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({
      offset: nameOffset(node, key) ?? node.offset,
      what: 'no member of this name belongs here',
    }));
  if (issue.code === 'invalid_key') {
    const under = path.at(-2);
    return [
      {
        offset: nameOffset(node.parent?.parent, path.at(-1)) ?? node.offset,
        what: KEYS[under ?? ''] ?? KEYS.codes ?? '',
      },
    ];
  }
  return [{ offset: node.offset, what: isThere ? `${subject} ${fault(issue)}` : `${subject} is missing` }];
}

/** Members of a book that have a name of ours: the only names of the text that are repeated. */
const MEMBERS = [
  'version',
  'agents',
  'name',
  'modes',
  'sessions',
  'title',
  'definition',
  'source',
  'fix_kind',
  'fix',
  'status',
  'by',
  'first_seen',
  'last_seen',
  'adopts',
  'examples',
  'seal',
  'at',
  'test',
  'sample',
  'assistant',
  'model',
] as const;

/** What names are of, by the member that they stand in. */
const KEYS: Readonly<Record<string, string>> = {
  agents: 'this is no reference of an agent, a test or a session, as tools print them',
  modes: 'this is no id of a mode: M- and up to ten digits or small letters',
  sessions: 'this is no reference of a session, as tools print them',
  codes: 'this is neither the id of a mode (M- and up to ten digits or small letters) nor single',
};

function fault(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `is no ${TYPES[issue.expected] ?? issue.expected}`;
    case 'invalid_value':
      return `is none of: ${issue.values.map(String).join(', ')}`;
    case 'too_big':
      return issue.origin === 'array'
        ? `has more than ${issue.maximum} items`
        : `is longer than ${issue.maximum} characters`;
    case 'too_small':
      return issue.origin === 'string' ? 'is empty' : `is less than ${issue.minimum}`;
    case 'invalid_format':
      return 'is not a time such as 2026-01-31T12:00:00Z';
    case 'custom':
      return issue.message;
    default:
      return 'cannot be read';
  }
}

const TYPES: Readonly<Record<string, string>> = { string: 'text', record: 'object', int: 'whole number' };

/** The node at a path; where there is none, the innermost around it. */
function nodeAt(root: Node, path: readonly (string | number)[]): { node: Node; isThere: boolean } {
  for (let length = path.length; length > 0; length -= 1) {
    const node = findNodeAtLocation(root, path.slice(0, length));
    if (node) return { node, isThere: length === path.length };
  }
  return { node: root, isThere: path.length === 0 };
}

/** Where the name of a member stands in an object. */
function nameOffset(object: Node | undefined, name: unknown): number | undefined {
  return object?.children?.find(({ children }) => children?.[0]?.value === name)?.offset;
}

function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split(/\r\n|\r|\n/).length;
}
