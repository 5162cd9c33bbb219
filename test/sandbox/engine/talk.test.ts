import { describe, expect, it } from 'vitest';
import { judge, quote } from '../../../src/sandbox/engine/judge.ts';
import { SILENT } from '../../../src/sandbox/engine/policies.ts';
import { fraction, pick } from '../../../src/sandbox/engine/random.ts';
import { createTalk, fill, type TalkOptions } from '../../../src/sandbox/engine/talk.ts';
import { CASES } from '../../../src/sandbox/engine/world.ts';

function talk(options: Partial<TalkOptions> = {}) {
  return createTalk({ policies: SILENT, language: 'en', key: 'k', iteration: 0, variables: {}, ...options });
}

describe('fill', () => {
  it.each([
    ['{name} and {{name}} and {{ name }}', 'Ann and Ann and Ann'],
    ['{unknown} stays', '{unknown} stays'],
    ['{count} of {flag}', '3 of true'],
    ['{object} {constructor} {toString}', '{object} {constructor} {toString}'],
    ['{nested}', '{name}'],
    ['{"json": 1}', '{"json": 1}'],
  ])('%s', (text, filled) => {
    expect(fill(text, { name: 'Ann', count: 3, flag: true, object: { a: 1 }, nested: '{name}' })).toBe(filled);
  });
});

describe('choices', () => {
  it('depend on their key only and use all options', () => {
    const options = ['a', 'b', 'c'];
    const counts = new Map<string, number>();
    for (let i = 0; i < 3000; i++) {
      const option = pick(`key ${i}`, options);
      expect(pick(`key ${i}`, options)).toBe(option);
      counts.set(option, (counts.get(option) ?? 0) + 1);
    }
    for (const option of options) expect(counts.get(option)).toBeGreaterThan(800);
    expect(pick('x', [])).toBe('');
  });

  it('give fractions from 0 up to 1', () => {
    const values = Array.from({ length: 2000 }, (_, i) => fraction(`f${i}`));
    expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...values)).toBeLessThan(1);
    expect(values.reduce((sum, value) => sum + value, 0) / values.length).toBeCloseTo(0.5, 1);
  });
});

describe('a talk', () => {
  it('speaks the language of the caller where the playbook allows, else English', () => {
    const lines = { en: ['yes'], es: ['sí'] };
    const free = talk({ language: 'es' });
    free.agent('a', lines);
    free.caller('b', lines);
    expect(free.turns.map(({ text }) => text)).toEqual(['sí', 'sí']);
    const strict = talk({ language: 'es', policies: { ...SILENT, match_language: false } });
    strict.agent('a', lines);
    strict.caller('b', lines);
    expect(strict.turns.map(({ text }) => text)).toEqual(['yes', 'sí']);
    const other = talk({ language: 'de' });
    other.agent('a', lines);
    expect(other.turns[0]?.text).toBe('yes');
  });

  it('lets the agent invite the caller to go on after the opening, and joins what the caller says in one go', () => {
    const one = talk();
    one.agent('greet', ['Hello.']);
    one.caller('request', ['I have a question.']);
    one.caller('question', ['What does it cost?']);
    one.caller('more', ['And when?']);
    expect(one.turns.map(({ speaker }) => speaker)).toEqual(['agent', 'caller', 'agent', 'caller']);
    expect(one.turns.at(-1)?.text).toBe('What does it cost? And when?');
  });

  it('keeps time and shows tools with what went in and out', () => {
    const one = talk({ variables: { who: 'Ann' } });
    one.agent('greet', ['Hello there.']);
    one.tool('lookup', { name: '{who}', n: 2 }, { found: '{who}' }, 7);
    const last = one.agent('found', ['Found.']);
    expect(one.turns[1]).toMatchObject({
      speaker: 'tool',
      text: 'lookup({"name":"Ann","n":2}) -> {"found":"Ann"}',
      tool: { name: 'lookup', arguments: { name: 'Ann', n: 2 }, result: '{"found":"Ann"}' },
    });
    expect((one.turns[last]?.at_seconds ?? 0) - (one.turns[1]?.at_seconds ?? 0)).toBeGreaterThan(7);
    expect(one.seconds()).toBeGreaterThan(one.turns[last]?.at_seconds ?? 0);
    expect(one.latency()).toBeGreaterThan(0.3);
  });
});

describe('judging', () => {
  const worldCase = CASES.find(({ key }) => key === 'reschedule-late');
  if (!worldCase) throw new Error('no case');
  const turns = [
    { speaker: 'agent' as const, text: 'I have your file open.', at_seconds: 0 },
    { speaker: 'agent' as const, text: 'That costs $75.', at_seconds: 2 },
  ];

  it('fails each criterion for the slips that count against it, and passes the others', () => {
    const { evaluations, passed } = judge(
      worldCase,
      turns,
      [{ cause: 'cancellation-fee', turn: 1, facts: { said: '$75', right: '$40' } }],
      'k',
    );
    expect(passed).toBe(false);
    expect(evaluations.map(({ criterion, cause, turn }) => [criterion.key, cause, turn])).toEqual([
      ['identity', undefined, undefined],
      ['fee', 'cancellation-fee', 1],
      ['accurate', 'cancellation-fee', 1],
      ['tone', undefined, undefined],
    ]);
  });

  it('ignores slips of turns that were cut off, and slips nobody asked about', () => {
    expect(judge(worldCase, turns.slice(0, 1), [{ cause: 'cancellation-fee', turn: 1, facts: {} }], 'k').passed).toBe(
      true,
    );
    expect(judge(worldCase, turns, [{ cause: 'dead-air', turn: 1, facts: {} }], 'k').passed).toBe(true);
  });

  it('needs one pass only under "any"', () => {
    const any = { ...worldCase, rule: 'any' as const };
    expect(judge(any, turns, [{ cause: 'identity-check', turn: 0, facts: {} }], 'k').passed).toBe(true);
  });

  it('shortens long quotes', () => {
    expect(quote('a b c')).toBe('a b c');
    expect(quote(Array.from({ length: 40 }, (_, i) => `w${i}`).join(' '))).toMatch(/w15 \.\.\.$/);
  });
});
