/** Transcripts (F), on Future AGI: "no turns" is said only of a transcript that was read and is empty. */
import { describe, expect, it } from 'vitest';
import { at, list } from '../support/data.ts';
import { askingFor } from './asking.ts';
import { type Fields, futureAgi } from './futureagi-world.ts';
import { headline } from './honesty.ts';
import { expectError, said } from './outcomes.ts';
import type { Asked, Reply } from './stand-in.ts';

const ask = askingFor('futureagi');

const refusals: [string, Reply][] = [
  ['403', { status: 403, body: { status: false, code: 'permission_denied', message: 'Access denied.' } }],
  ['500', { status: 500, body: { status: false, code: 'server_error', message: 'Failed.' } }],
  ['200 with status false', { body: { status: false, error: 'Call data is being restored.' } }],
];
const emptiness: [string, Fields][] = [
  ['empty although it counts 12', { transcripts: [], total_transcripts: 12 }],
  ['null although it counts 12', { transcripts: null, total_transcripts: 12 }],
  ['empty, as for every chat', { transcripts: [], total_transcripts: 0 }],
];
const chat = (refusal: Reply, empty: Fields) =>
  futureAgi({
    calls: 3,
    execution: { total_calls: 0, completed_calls: 0, completed_at: null },
    instead({ path }: Asked): Reply {
      if (path.endsWith('/transcripts/')) return { body: { call_execution_id: 'c', status: 'completed', ...empty } };
      return path.startsWith('/simulate/call-executions/') ? refusal : undefined;
    },
  });

describe.each(refusals)('a chat whose detail answers %s', (_refusal, refusal) => {
  it.each(emptiness)('and whose list of transcripts is %s could not be read', async (_, empty) => {
    const world = chat(refusal, empty);
    const answer = await ask(world, 'get_transcript', { run: world.run(0) });
    expect(headline(answer)).not.toMatch(/has no turns/);
    expectError(answer, /could not be read|cannot be read|refuse|denied|failed/i);
  });
});

it.each(refusals)('search_transcripts counts chats whose detail answers %s as unreadable', async (_, refusal) => {
  const world = chat(refusal, { transcripts: [], total_transcripts: 12 });
  const answer = await ask(world, 'search_transcripts', { session: world.session, query: 'hello' });
  expect(headline(answer)).not.toMatch(/3 had no transcript/);
  if (answer.isError) return expectError(answer);
  expect(answer.data).toMatchObject({ runs_total: 3, runs_unreadable: 3 });
  expect(headline(answer)).toMatch(/3 .*(could|can) ?not be read/);
});

it('search_transcripts finds what can be read beside what cannot', async () => {
  const usual = futureAgi({ calls: 3 });
  const broken = usual.run(1).split('/')[2] ?? '';
  const reply = (asked: Asked): Reply =>
    asked.path.includes(broken) && asked.path.startsWith('/simulate/')
      ? { status: 403, body: { status: false, message: 'Access denied.' } }
      : usual.reply(asked);
  const answer = await ask({ reply }, 'search_transcripts', { session: usual.session, query: 'day' });
  expect(answer.isError, said(answer)).toBe(false);
  expect(list(at(answer.data, 'matches'))).toHaveLength(2);
  expect(headline(answer)).toMatch(/1 .*(could|can) ?not be read/);
  expect(answer.data).toMatchObject({ runs_unreadable: 1 });
});

it('a transcript that was read and is empty has no turns', async () => {
  const world = futureAgi({ calls: 1, detail: () => ({ transcript: [] }) });
  const answer = await ask(world, 'get_transcript', { run: world.run(0) });
  expect(answer.isError, said(answer)).toBe(false);
  expect(headline(answer)).toMatch(/no turns/);
});

describe('rows whose content is not text', () => {
  const plain = (role: string, words: string) => ({ role, messages: [words], content: [{ role, content: words }] });
  const odd: Fields[] = [
    { role: 'assistant', content: { found: true } },
    { role: 'tool', content: 42 },
    { role: 'user', content: { text: { value: 'I want my money back.' } } },
    { role: 'assistant', message: 'Let me look that up.' },
    { role: 'assistant', tool_calls: { name: 'lookup_order', arguments: { order: 7 } } },
    { role: 'assistant', content: [{ role: 'assistant', content: { found: false } }] },
    { role: 'tool', content: true },
    { role: 'user', content: [7] },
    { role: 'assistant', content: { parts: ['Your order', 'has left.'] } },
    { role: 'user', content: [{ text: { value: 'Thank you.' } }] },
  ];
  const rows = [plain('user', 'Hello.'), plain('assistant', 'Good day.'), ...odd, plain('user', 'Bye.')];

  it('each has a turn, whatever can be shown of it', async () => {
    const world = futureAgi({ calls: 1, detail: () => ({ transcript: rows }) });
    const answer = await ask(world, 'get_transcript', { run: world.run(0), limit: 100 });
    const turns = list(at(answer.data, 'turns'));
    expect(turns.length, said(answer)).toBeGreaterThanOrEqual(13);
    expect(turns.every((turn) => String(at(turn, 'text')).trim() !== '')).toBe(true);
    expect(String(at(turns.at(-1), 'text'))).toMatch(/Bye/);
  });

  it.each([
    ['a member `message`', /Let me look that up/],
    ['tool calls as an object', /lookup_order/],
    ['a text inside a text', /money back/],
  ])('%s is shown as what it says', async (_, words) => {
    const world = futureAgi({ calls: 1, detail: () => ({ transcript: rows }) });
    const answer = await ask(world, 'get_transcript', { run: world.run(0), limit: 100 });
    expect(answer.text).toMatch(words);
  });
});
