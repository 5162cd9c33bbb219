/** Asking a model over real HTTP, in both wire formats: what is sent, what an answer says, and what goes wrong on the way. */
import { describe, expect, it } from 'vitest';
import { MODEL_APIS } from '../../../src/model/model-apis.ts';
import type { Message } from '../../../src/modes/reader/prompt.ts';
import { json, rawServer } from '../../http/servers.ts';
import { at, list } from '../../support/data.ts';
import { problemOf } from '../../support/problem-of.ts';
import { noDeadline } from '../../support/waiting.ts';
import { envelope, type FakeAnswer, fakeModel, KEY, modelAt } from './fake-model.ts';

const MESSAGES: Message[] = [
  { role: 'system', content: 'Find the root cause.' },
  { role: 'user', content: 'Known modes: none yet.\n\nLines 1 to 1:\n[1,"Booked","It did not book.",1]' },
];
const options = { most_tokens: 2_000, signal: noDeadline() };
const acting = (...[act]: [Extract<FakeAnswer, { act: unknown }>['act']]): FakeAnswer => ({ act });

describe.each(MODEL_APIS)('%s', (api) => {
  const asked = async (answer: (index: number) => FakeAnswer, more = {}) => {
    const fake = await fakeModel(api, (_, index) => answer(index));
    const model = modelAt(fake.url, api, more);
    return { fake, model, ask: () => model.ask(MESSAGES, options) };
  };

  it('is asked with its key in one header, and answers with text', async () => {
    const { ask, fake, model } = await asked(() => ({ say: 'yes' }));
    expect(await ask()).toMatchObject({ text: 'yes', cut: false, refused: false, tokens: 18 });
    const { method, url, headers } = fake.questions[0]?.request ?? { headers: {} };
    expect([method, url]).toEqual(['POST', api === 'openai' ? '/v1/chat/completions' : '/v1/messages']);
    const holding = Object.entries(headers).filter(([, value]) => String(value).includes(KEY));
    expect(holding).toEqual(api === 'openai' ? [['authorization', `Bearer ${KEY}`]] : [['x-api-key', KEY]]);
    // More than the 18 that the server tells: the bytes that were sent come to more.
    expect(model.spent).toBeGreaterThan(18);
  });

  it('is asked without a key where there is none', async () => {
    const { ask, fake } = await asked(() => ({ say: 'yes' }), { key: undefined });
    await ask();
    expect(fake.questions[0]?.request.headers).not.toHaveProperty(api === 'openai' ? 'authorization' : 'x-api-key');
  });

  it('tells an answer that was cut, and one that was refused', async () => {
    const cut = await asked(() => ({ say: '{', finish: api === 'openai' ? 'length' : 'max_tokens' }));
    expect(await cut.ask()).toMatchObject({ cut: true });
    const refused = await asked(() => ({ say: '', finish: api === 'openai' ? 'content_filter' : 'refusal' }));
    expect(await refused.ask()).toMatchObject({ refused: true });
  });

  it.each([
    [429, { 'retry-after': '7' }],
    [503, {}],
    [500, {}],
    [408, {}],
  ])('is asked again after %i, and waits as it is told', async (status, headers) => {
    const waits: number[] = [];
    const { ask, fake, model } = await asked(
      (index) => (index === 0 ? acting((response) => json(response, status, {}, headers)) : { say: 'yes' }),
      { seams: { random: () => 0, sleep: async (ms: number) => void waits.push(ms) } },
    );
    expect(await ask()).toMatchObject({ text: 'yes' });
    expect(fake.questions.length).toBe(2);
    expect(waits).toContain(status === 429 ? 7_000 : 500);
    // What was asked twice is counted twice.
    expect(model.spent).toBeGreaterThan(2 * model.tokensOf(MESSAGES) - 10);
  });

  it('is asked three times at most', async () => {
    const { ask, fake } = await asked(() =>
      acting((response) => json(response, 529, { error: { type: 'overloaded_error', message: 'Overloaded' } })),
    );
    const many = await asked(() => acting((response) => json(response, 503, {})));
    expect((await problemOf(many.ask())).kind).toBe('vendor_error');
    expect(many.fake.questions.length).toBe(3);
    expect((await problemOf(ask())).details.vendor).toMatchObject({ status: 529, message: 'Overloaded' });
    expect(fake.questions.length).toBe(1);
  });

  it('is not asked longer than its deadline', async () => {
    const { ask } = await asked(() => acting(() => {}), { limits: { deadline_ms: 40 } });
    expect((await problemOf(ask())).kind).toBe('timeout');
    const held = await asked(() => acting((response) => json(response, 429, {}, { 'retry-after': '3600' })));
    expect((await problemOf(held.ask())).kind).toBe('rate_limited');
    expect(held.fake.questions.length).toBe(1);
  });

  it.each([
    [401, 'unauthorized', /AGENT_SIM_MODEL_KEY/],
    [403, 'forbidden', /AGENT_SIM_MODEL_KEY/],
    [404, 'not_found', /AGENT_SIM_MODEL_NAME/],
    [402, 'payment_required', /plan/],
  ])('says what %i means, without its key', async (status, kind, next) => {
    const { ask, fake } = await asked(
      () =>
        acting((response) =>
          json(response, status, { error: { message: `Bad key ${KEY}`, type: 'authentication_error' } }),
        ),
      { redact: (text: string) => text.replaceAll(KEY, '[key]') },
    );
    const problem = await problemOf(ask());
    expect(problem.kind).toBe(kind);
    expect(problem.details.next).toMatch(next);
    expect(problem.details.vendor?.message).toBe('Bad key [key]');
    expect(fake.questions.length).toBe(1);
  });

  it.each<[string, FakeAnswer, string]>([
    [
      'a web page',
      acting((response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Log in</html>')),
      'unreadable',
    ],
    [
      'JSON that calls itself a page',
      acting((response) => response.writeHead(200, { 'content-type': 'text/html' }).end('{}')),
      'unreadable',
    ],
    [
      'no JSON',
      acting((response) => response.writeHead(200, { 'content-type': 'application/json' }).end('yes')),
      'unreadable',
    ],
    ['nothing', acting((response) => response.writeHead(204).end()), 'unreadable'],
    ['another form', acting((response) => json(response, 200, { answer: 'yes' })), 'unreadable'],
    [
      'the other format',
      acting((response) => json(response, 200, envelope(api === 'openai' ? 'anthropic' : 'openai', 'yes'))),
      'unreadable',
    ],
    ['no choice', acting((response) => json(response, 200, { choices: [] })), 'unreadable'],
    ['too much', acting((response) => json(response, 200, envelope(api, 'x'.repeat(3_000_000)))), 'too_large'],
    ['a redirect', acting((response) => response.writeHead(307, { location: '/v2/elsewhere' }).end()), 'vendor_error'],
    [
      'a redirect elsewhere',
      acting((response) => response.writeHead(302, { location: 'http://127.0.0.1:9/x' }).end()),
      'vendor_error',
    ],
  ])('that answers with %s is a problem, and is not asked again', async (_, answer, kind) => {
    const { ask, fake } = await asked(() => answer);
    expect((await problemOf(ask())).kind).toBe(kind);
    expect(fake.questions.length).toBe(1);
  });

  it('whose answer breaks off is asked again', async () => {
    let index = 0;
    const { origin, heads } = await rawServer((socket) => {
      const whole = JSON.stringify(envelope(api, 'yes'));
      const body = index === 0 ? whole.slice(0, 40) : whole;
      index += 1;
      socket.end(
        `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(whole)}\r\n\r\n${body}`,
      );
    });
    expect(await modelAt(origin, api).ask(MESSAGES, options)).toMatchObject({ text: 'yes' });
    expect(heads.length).toBe(2);
  });
});

describe('output by schema', () => {
  it('is asked of an openai server, with every member required and none else allowed', async () => {
    const fake = await fakeModel('openai', () => ({ say: 'yes' }));
    await modelAt(fake.url, 'openai').ask(MESSAGES, options);
    const body = fake.questions[0]?.body;
    expect(Object.keys(Object(body)).sort()).toEqual(['messages', 'model', 'response_format']);
    const schema = at(at(at(body, 'response_format'), 'json_schema'), 'schema');
    const strict = (node: unknown): void => {
      if (at(node, 'type') === 'object') {
        expect(at(node, 'additionalProperties')).toBe(false);
        expect([...list(at(node, 'required'))].sort()).toEqual(Object.keys(Object(at(node, 'properties'))).sort());
      }
      for (const inner of Object.values(Object(at(node, 'properties') ?? {}))) strict(inner);
      if (at(node, 'items') !== undefined) strict(at(node, 'items'));
    };
    strict(schema);
  });

  it('is left out once a server refuses it, and from then on', async () => {
    const fake = await fakeModel('openai', ({ body }) =>
      at(body, 'response_format') === undefined
        ? { say: 'yes' }
        : acting((response) =>
            json(response, 400, { error: { message: 'This response_format type is unavailable now' } }),
          ),
    );
    const model = modelAt(fake.url, 'openai');
    expect(await model.ask(MESSAGES, options)).toMatchObject({ text: 'yes' });
    expect(await model.ask(MESSAGES, options)).toMatchObject({ text: 'yes' });
    expect(fake.questions.map(({ body }) => at(body, 'response_format') !== undefined)).toEqual([true, false, false]);
  });

  it('is left out once only: what is refused without it, too, is a problem', async () => {
    const fake = await fakeModel('openai', () =>
      acting((response) => json(response, 400, { error: 'context too long' })),
    );
    const problem = await problemOf(modelAt(fake.url, 'openai').ask(MESSAGES, options));
    expect(problem.details.vendor?.message).toBe('context too long');
    expect(fake.questions.length).toBe(2);
  });

  it('is not asked of anthropic, whose answer has a limit and no forced tool', async () => {
    const fake = await fakeModel('anthropic', () => ({ say: 'yes' }));
    await modelAt(fake.url, 'anthropic').ask(MESSAGES, options);
    const { body, request } = fake.questions[0] ?? {};
    expect(Object.keys(Object(body)).sort()).toEqual(['max_tokens', 'messages', 'model', 'system']);
    expect(at(body, 'max_tokens')).toBe(2_000);
    expect(request?.headers['anthropic-version']).toBe('2023-06-01');
  });
});
