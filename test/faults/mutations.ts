/** One field of an answer at a time, changed: where the fields are, and what is put into them. */
type Json = unknown;

/** `$.response.items[*].status` as its steps; `[]` stands for every element of a list. */
export type Path = readonly string[];
export const EACH = '[]';

export interface Mutation {
  name: string;
  /** The value to put in place of another; `GONE` removes the member. */
  of(value: Json): Json;
  /** Kinds of value it makes sense for. */
  on: readonly ('string' | 'number' | 'boolean' | 'object' | 'array' | 'null')[];
  /** Only the first element of every list on the way. */
  firstOnly?: boolean;
}

export const GONE = Symbol('gone');
const ANY = ['string', 'number', 'boolean', 'object', 'array', 'null'] as const;

export const MUTATIONS: readonly Mutation[] = [
  { name: 'null', on: ['string', 'number', 'boolean', 'object', 'array'], of: () => null },
  {
    name: 'null in the first row',
    on: ['string', 'number', 'boolean', 'object', 'array'],
    of: () => null,
    firstOnly: true,
  },
  { name: 'missing', on: ANY, of: () => GONE },
  { name: 'an object', on: ['string', 'number', 'boolean', 'array'], of: () => ({ zz: 1 }) },
  { name: 'a list', on: ['string', 'number', 'boolean', 'object'], of: (value) => [value] },
  { name: 'a text', on: ['number', 'boolean', 'object', 'array'], of: () => 'zz' },
  { name: 'itself as text', on: ['number', 'boolean', 'null'], of: (value) => String(value) },
  { name: 'a number', on: ['string', 'object', 'array', 'null'], of: () => 7 },
  { name: '0 or 1', on: ['boolean'], of: (value) => (value === true ? 1 : 0) },
  { name: 'an unknown word', on: ['string'], of: () => 'ZZ_UNKNOWN' },
  { name: 'no text', on: ['string'], of: () => '' },
  { name: 'a huge number', on: ['number'], of: () => 1e308 },
  { name: 'a negative number', on: ['number'], of: () => -1 },
  { name: 'a fraction', on: ['number'], of: () => 0.5 },
  { name: 'a huge text', on: ['string'], of: () => 'a'.repeat(200_000), firstOnly: true },
  { name: 'an empty list', on: ['array'], of: () => [] },
  { name: 'an empty object', on: ['object'], of: () => ({}) },
];

export function kindOf(value: Json): Mutation['on'][number] {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  const kind = typeof value;
  return kind === 'string' || kind === 'number' || kind === 'boolean' ? kind : 'object';
}

/** Members that are named by an id: told apart they would be thousands of fields. */
const isId = (key: string) => /^[0-9a-f-]{20,}$|^[A-Za-z0-9]{20,}$/.test(key);

/** Every field of a value, by its path without positions; ids as names of members count as one field. */
export function fieldsOf(value: Json): Map<string, { path: Path; kind: Mutation['on'][number] }> {
  const found = new Map<string, { path: Path; kind: Mutation['on'][number] }>();
  const visit = (node: Json, path: Path) => {
    if (path.length > 0) {
      const key = path.join('.');
      const known = found.get(key);
      if (!known || known.kind === 'null') found.set(key, { path, kind: kindOf(node) });
    }
    if (Array.isArray(node)) for (const one of node.slice(0, 3)) visit(one, [...path, EACH]);
    else if (typeof node === 'object' && node !== null)
      for (const [key, member] of Object.entries(node)) visit(member, [...path, isId(key) ? '{id}' : key]);
  };
  visit(value, []);
  return found;
}

/** A copy with the field at `path` changed, wherever it stands. */
export function mutate(value: Json, path: Path, mutation: Mutation): Json {
  const [step, ...rest] = path;
  if (step === undefined) return mutation.on.includes(kindOf(value)) ? mutation.of(value) : value;
  if (Array.isArray(value)) {
    if (step !== EACH) return value;
    return value.flatMap((one, index) => {
      if (mutation.firstOnly && index > 0) return [one];
      const changed = mutate(one, rest, mutation);
      return changed === GONE ? [] : [changed];
    });
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, member]) => {
      if (key !== step && !(step === '{id}' && isId(key))) return [[key, member]];
      const changed = mutate(member, rest, mutation);
      return changed === GONE ? [] : [[key, changed]];
    }),
  );
}

/** A request line without its ids and query: one place of the vendor's API. */
export function placeOf(method: string, url: string): string {
  const path = url.split('?')[0] ?? '';
  return `${method} ${path
    .split('/')
    .map((part) => (/\d/.test(part) && part.length > 6 ? '{id}' : part))
    .join('/')}`;
}
