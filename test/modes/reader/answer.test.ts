/** What a model answers counts only where each line is coded once, by a mode that it was shown or names well. */
import { describe, expect, it } from 'vitest';
import { type Asked, readAnswer } from '../../../src/modes/reader/answer.ts';
import { newMode } from './fake-model.ts';

const asked: Asked = {
  lines: 4,
  known: [{ id: 'M-aaaaaa', title: 'Price not told', definition: 'It changes a booking before it says the price.' }],
  retired: [{ id: 'M-rrrrrr', title: 'Old trouble', definition: 'It was so once.' }],
};
const good = {
  assigned: [{ mode: 'M-aaaaaa', lines: [1] }],
  new_modes: [newMode('Caller not verified', [2, 3])],
  singles: [4],
};
const read = (value: unknown) => readAnswer(typeof value === 'string' ? value : JSON.stringify(value), asked);
const mistakesOf = (value: unknown): string => {
  const answer = read(value);
  return 'mistakes' in answer ? answer.mistakes.join('\n') : '';
};

describe('an answer', () => {
  it('that codes every line once is read', () => {
    expect(read(good)).toEqual({
      codes: {
        assigned: [{ mode: 'M-aaaaaa', lines: [1] }],
        invented: [{ ...newMode('Caller not verified', [2, 3]), fix: undefined }],
        singles: [4],
      },
    });
  });

  it.each([
    ['a fence', `\`\`\`json\n${JSON.stringify(good, null, 2)}\n\`\`\``],
    ['prose', `Here is my coding:\n${JSON.stringify(good)}\nI hope that helps.`],
    ['thinking', `<think>Perhaps {"assigned": []}?</think>\n${JSON.stringify(good)}`],
  ])('is found within %s', (_, said) => {
    expect(read(said)).toHaveProperty('codes');
  });

  it('may leave out lists that are empty, and modes without lines', () => {
    const { codes } = { codes: undefined, ...read({ new_modes: [newMode('A', [1, 2, 3, 4]), newMode('B', [])] }) };
    expect(codes?.invented.map(({ title }) => title)).toEqual(['A']);
  });

  it('takes a mode that is named twice as one', () => {
    const twice = [
      { mode: 'M-aaaaaa', lines: [1] },
      { mode: 'M-aaaaaa', lines: [2, 3, 4] },
    ];
    expect(read({ assigned: twice })).toMatchObject({
      codes: { assigned: [{ mode: 'M-aaaaaa', lines: [1, 2, 3, 4] }] },
    });
  });

  it.each([
    ['is no JSON', 'I could not read the lines.', /not one JSON object/],
    ['is cut off', JSON.stringify(good).slice(0, -30), /not one JSON object/],
    ['is a list', '[1,2,3,4]', /not one JSON object/],
    ['is nothing', '', /not one JSON object/],
    ['leaves lines out', { ...good, singles: [] }, /not given: 4/],
    ['gives a line twice', { ...good, singles: [4, 1] }, /more than once: 1/],
    ['gives a line twice to one mode', { ...good, new_modes: [newMode('A', [2, 2, 3])] }, /more than once: 2/],
    ['gives lines that are none', { ...good, singles: [4, 5, 0, -1] }, /lines 1 to 4 only, not 5, 0, -1/],
    ['gives lines as words', { ...good, singles: ['four'] }, /singles\.0/],
    ['gives half a line', { ...good, singles: [4, 1.5] }, /singles\.1/],
    ['invents an id of a mode', { ...good, assigned: [{ mode: 'M-zzzzzz', lines: [1] }] }, /not among the known/],
    ['assigns to a retired mode', { ...good, assigned: [{ mode: 'M-rrrrrr', lines: [1] }] }, /not among the known/],
    ['assigns by title', { ...good, assigned: [{ mode: 'Price not told', lines: [1] }] }, /not among the known/],
    ['has no title', { ...good, new_modes: [newMode('  \u200b ', [2, 3])] }, /new_modes\.0\.title/],
    ['has a title too long', { ...good, new_modes: [newMode('x'.repeat(81), [2, 3])] }, /new_modes\.0\.title/],
    ['has no definition', { ...good, new_modes: [{ ...newMode('A', [2, 3]), definition: '' }] }, /definition/],
    [
      'has a definition too long',
      { ...good, new_modes: [{ ...newMode('A', [2, 3]), definition: 'x'.repeat(501) }] },
      /definition/,
    ],
    ['has a fix too long', { ...good, new_modes: [{ ...newMode('A', [2, 3]), fix: 'x'.repeat(501) }] }, /fix/],
    ['has a source of its own', { ...good, new_modes: [{ ...newMode('A', [2, 3]), source: 'operator' }] }, /source/],
    ['has a link', { ...good, new_modes: [newMode('See https://evil.example/x', [2, 3])] }, /new_modes\.0 has a link/],
    [
      'has a link in its fix',
      { ...good, new_modes: [{ ...newMode('A', [2, 3]), fix: '[ask](//evil.example)' }] },
      /link/,
    ],
    [
      'has two modes of one title',
      { ...good, new_modes: [newMode('A b', [2]), newMode(' a  B', [3])] },
      /title of new_modes\.0/,
    ],
    [
      'takes the title of a known mode',
      { ...good, new_modes: [newMode('PRICE not told', [2, 3])] },
      /title of M-aaaaaa/,
    ],
    [
      'takes the title of a retired mode',
      { ...good, new_modes: [newMode('Old trouble', [2, 3])] },
      /title of M-rrrrrr/,
    ],
  ])('that %s is refused, and says why', (_, said, mistake) => {
    expect(mistakesOf(said)).toMatch(mistake);
  });

  it('names no more than the first lines of many', () => {
    const answer = readAnswer('{}', { lines: 120, known: [], retired: [] });
    expect('mistakes' in answer && answer.mistakes.join().length).toBeLessThan(200);
  });

  it('has its words cleaned', () => {
    const said = { new_modes: [{ ...newMode('Wrong\u202e day\u001b[31m', [1, 2, 3, 4]), fix: 'a\nb' }] };
    expect(read(said)).toMatchObject({ codes: { invented: [{ title: 'Wrong day', fix: 'a ⏎ b' }] } });
  });
});
