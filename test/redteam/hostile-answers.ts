/**
 * A vendor's honest JSON with an attacker's words in it. What is put in can be taken out again, so that the real dialect
 * behind understands requests in which a hostile name or id comes back.
 */
import { createHash } from 'node:crypto';
import { ID_PAYLOADS, MARKER, PAYLOADS, type Payload, WORD_PAYLOADS } from './payloads.ts';

/** Kinds of strings in a vendor's JSON. */
export type Kind = 'text' | 'id' | 'word' | 'time' | 'address';

const NAMES = /name$|title|theme|persona$|scenario$|agent_version|^slug$|^createdBy$|^created_by$/i;
const IDS = /(^|_)ids?$|Id$|Reference$|ReferenceId$/;
const ADDRESSES = /^(next|previous|next_page_token|location|url|\w+_url)$/i;

/** What kind of string this is, by its look and the name of its member; `undefined` for an empty one. */
export function kindOf(member: string, value: string): Kind | undefined {
  if (value === '') return undefined;
  if (/^https?:\/\//.test(value) || ADDRESSES.test(member)) return 'address';
  if (/^\d{4}-\d\d-\d\d(T|$)/.test(value)) return 'time';
  if (IDS.test(member) || /^[a-z-]+\/\w{8,}$/i.test(value) || /^[0-9a-f-]{24,}$|^\w{20,}$/i.test(value)) return 'id';
  if (/^[\d.,/%+-]+$/.test(value)) return 'time';
  if (/\s/.test(value) || NAMES.test(member)) return 'text';
  return 'word';
}

export interface Disguise {
  kind: Kind;
  /** JSON with everything of the chosen kind replaced. */
  spoil(json: string): string;
  /** A request's path and query as the honest vendor would have been asked. */
  restore(url: string): string;
  /** Payloads that were put in at least once. */
  used: ReadonlySet<Payload>;
}

interface Rule {
  kind: Kind;
  /** Only members of these names. */
  members?: RegExp;
  /** Chooses other payloads for the same strings. */
  salt?: number;
  /** Only these, instead of all that suit the kind. */
  payloads?: readonly Payload[];
}

const SUITED: Readonly<Record<Kind, readonly Payload[]>> = {
  text: PAYLOADS,
  id: ID_PAYLOADS,
  word: WORD_PAYLOADS,
  time: PAYLOADS,
  address: PAYLOADS,
};

/** Replaces strings: equal ones by equal ones, so that names still group and ids still point somewhere. */
export function createDisguise({ kind, members, salt = 0, payloads = SUITED[kind] }: Rule): Disguise {
  const originals = new Map<string, string>();
  const used = new Set<Payload>();

  const hostile = (text: string): string => {
    const digest = createHash('sha256').update(`${salt}:${text}`).digest();
    const payload = payloads[digest.readUInt32BE(0) % payloads.length];
    if (!payload) return text;
    used.add(payload);
    // The original stays behind it: reasons must still point at turns, and ids at things.
    const made = kind === 'id' ? payload.text + text : `${payload.text} ${text}`;
    for (const form of [made, made.toWellFormed(), made.trim()]) originals.set(form, text);
    return made;
  };

  const visit = (value: unknown, member: string): unknown => {
    if (typeof value === 'string') {
      const nested = /^[[{]/.test(value) ? parse(value) : undefined;
      if (nested !== undefined) return JSON.stringify(visit(nested, member));
      return kindOf(member, value) === kind && (members?.test(member) ?? true) ? hostile(value) : value;
    }
    if (Array.isArray(value)) return value.map((one) => visit(one, member));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, one]) => [
        kind === 'text' && /\s/.test(key) ? hostile(key) : key,
        visit(one, key),
      ]),
    );
  };

  return {
    kind,
    used,
    spoil(json) {
      const value = parse(json);
      return value === undefined ? json : JSON.stringify(visit(value, ''));
    },
    restore(url) {
      const [path = '', query = ''] = url.split('?');
      const honest = path.split('/').map((part) => encodeURIComponent(known(decode(part))));
      const pairs = new URLSearchParams();
      for (const [name, value] of new URLSearchParams(query)) pairs.append(name, known(value));
      return honest.join('/') + (query === '' ? '' : `?${pairs}`);
    },
  };

  /** The text with every hostile string in it replaced by what it stood for. */
  function known(text: string): string {
    if (!MARKER.test(text)) return text;
    let out = originals.get(text) ?? text;
    if (out === text) for (const [made, original] of originals) out = out.replaceAll(made, original);
    return out;
  }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
