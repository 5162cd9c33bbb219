/**
 * What is shown of an agent: the rows below and the attributes, no other member. Metadata holds the authorization headers and
 * keys of the customer's servers, so of it only what a realtime type documents is shown.
 */
import type { Ownership } from '../../model/agents.ts';
import { isRecord } from '../../model/json.ts';
import { hiddenMembers, nameInId, type PartRow, restOf } from '../shared/agent-parts.ts';

/** The one object of an agent. */
export const OBJECT = 'agent';

const FIXED = 'It says which agent Coval calls, not how that agent behaves: change it in Coval.';

const LANGUAGE: PartRow = {
  id: 'language.language',
  kind: 'language',
  object: OBJECT,
  path: ['language'],
  location: 'agent.language',
};
export const PARTS: Readonly<Record<Ownership, readonly PartRow[]>> = {
  platform: [
    { id: 'prompt', kind: 'prompt', object: OBJECT, path: ['prompt'], location: 'agent.prompt', always: true },
    { id: 'model.llm', kind: 'model', object: OBJECT, path: ['metadata', 'model'], location: 'agent.metadata.model' },
    { id: 'voice.id', kind: 'voice', object: OBJECT, path: ['metadata', 'voice'], location: 'agent.metadata.voice' },
    LANGUAGE,
  ],
  record_of_external: [
    {
      id: 'prompt',
      kind: 'description',
      object: OBJECT,
      path: ['prompt'],
      location: 'agent.prompt, a description of the agent',
      always: true,
    },
    LANGUAGE,
    ...(['phone_number', 'endpoint'] as const).map(
      (name): PartRow => ({
        id: `connection.${name}`,
        kind: 'connection',
        object: OBJECT,
        path: [name],
        location: `agent.${name}`,
        fixed: FIXED,
      }),
    ),
  ],
};

/** The parts that a record may have, those of its attributes with it. */
export function rowsOf(record: Record<string, unknown>, ownership: Ownership): PartRow[] {
  const hidden = hiddenAddresses(record);
  const rows = PARTS[ownership].filter(({ path: [name = ''] }) => !hidden.includes(name));
  return [...rows, ...attributeRows(record.attributes)];
}

/** Members that are told elsewhere, or say nothing of how an agent behaves. */
const TOLD_ELSEWHERE = [
  ...['id', 'name', 'customer_agent_id', 'display_name', 'model_type', 'tags', 'create_time', 'update_time'],
  ...['metric_ids', 'test_set_ids', 'knowledge_base_ids'],
].map((name) => [name]);

/** The members of a record that are not shown. */
export function hiddenIn(record: Record<string, unknown>, rows: readonly PartRow[]): unknown[] {
  return hiddenMembers(record, [...rows.map(({ path }) => path), ...TOLD_ELSEWHERE]);
}

/** What is not shown of a record, and a copy takes over. */
export function restOfRecord(record: Record<string, unknown>, rows: readonly PartRow[]): string {
  const own = TOLD_ELSEWHERE.filter(([name]) => name !== 'model_type');
  return restOf(record, [...rows.map(({ path }) => path), ...own]);
}

const SPEAKS_OF_CREDENTIAL =
  /auth(?!or(?!i[sz]))|bearer|cookie|credential|jwt|key(?!word|note|board)|pass(?!enger|age|ion)|(^|[^a-z])(pin|pat|sid)([^a-z]|$)|secret|session|signature|token|webhook/i;
const LOOKS_LIKE_CREDENTIAL =
  /\b(bearer|basic)\s+\S{6,}|\b[a-z]{2,8}[-_](?=[\w-]*\d)[\w-]{12,}|-----BEGIN|:\/\/[^\s/]*:[^\s/]*@/i;
/** Names that stand in ids of parts, in lower case. */
const NAME = /^[A-Za-z0-9_.-]{1,40}$/;

/** `{{agent.<name>}}` in prompts of metrics. One that may hold a credential, or whose name is no plain word, is not shown. */
function attributeRows(attributes: unknown): PartRow[] {
  if (!isRecord(attributes)) return [];
  const ids = new Map<string, PartRow>();
  for (const [index, [name, value]] of Object.entries(attributes).entries()) {
    const id = `attributes.${nameInId(name) ?? index + 1}`;
    if (!NAME.test(name) || ids.has(id) || speaksOfCredential(name, value)) continue;
    const location = 'a member of agent.attributes, which prompts of metrics can name';
    ids.set(id, { id, kind: 'description', object: OBJECT, path: ['attributes', name], location });
  }
  return [...ids.values()];
}

function speaksOfCredential(name: string, value: unknown): boolean {
  if (SPEAKS_OF_CREDENTIAL.test(name.replace(/([a-z])([A-Z])/g, '$1_$2'))) return true;
  if (typeof value === 'string') return LOOKS_LIKE_CREDENTIAL.test(value);
  if (Array.isArray(value)) return value.some((item) => speaksOfCredential('', item));
  return isRecord(value) && Object.entries(value).some(([key, item]) => speaksOfCredential(key, item));
}

/** Members that say where an agent is reached, and may have a password in them. */
const ADDRESSES = {
  /** A number, or an address of SIP without a password. */
  phone_number: /^[+\d\s()./-]{2,40}$|^sips?:[\w.+-]+@[\w.-]+(:\d+)?$/i,
  /** Without a user, a query, or a segment of the path that may be a key. */
  endpoint: /^[a-z][a-z0-9+.-]*:\/\/[a-z0-9.-]+(:\d+)?(\/((?![^/]*\d)[\w.~-]*|[\w.~-]{0,15}))*$/i,
} as const;

function hiddenAddresses(record: Record<string, unknown>): string[] {
  return Object.entries(ADDRESSES).flatMap(([name, plain]) => {
    const address = record[name];
    if (address === undefined || address === null || address === '') return [];
    return typeof address === 'string' && plain.test(address) ? [] : [name];
  });
}
