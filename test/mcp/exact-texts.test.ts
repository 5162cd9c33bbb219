/** A text that an edit copies from stands in both forms of an answer so that each line of it can be copied, character by character. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toolNamed } from '../../src/mcp/catalogue.ts';
import { readable, windowOf } from '../../src/mcp/part-window.ts';
import { presentAnswer } from '../../src/mcp/present/answer.ts';
import { numberedLines, signedLines } from '../../src/mcp/present/exact-lines.ts';
import { exactLine, fence } from '../../src/mcp/present/fence.ts';
import { isQuestion } from '../../src/mcp/tool.ts';
import { cleanText } from '../../src/model/clean.ts';
import { createReading } from '../../src/reading/reading.ts';
import { PAYLOADS } from '../redteam/payloads.ts';
import { agentOf, PROMPT, partOf, withAgents } from '../support/agents.ts';
import { at, list, text } from '../support/data.ts';
import { type InProcess, openInProcess } from '../support/in-process.ts';

/** Prompts as people write them: words, markup, blanks, tabs, and what a fence takes apart. */
const pieces = fc.constantFrom(
  'Ask',
  'for',
  ' ',
  '  ',
  '\t',
  '\n',
  '\r\n',
  '\n\n',
  '<rules>',
  '</b>',
  '<<<',
  '>>',
  '![',
  '](',
  '][',
  '!',
  '«»',
  '⋘',
  '"',
  '\\',
  '\\u003c',
  '|',
  '=',
  '- ',
  '+ ',
  '1| ',
  'ü',
  '木',
  '👩‍⚕️',
  '\u200b',
  '\u202e',
  '\u2028',
  '\u{e0041}',
  '⏎',
  '{{name}}',
);
const texts = fc.array(pieces, { maxLength: 60 }).map((all) => all.join(''));

/** The line that a reader takes from a line of the answer. */
function readLine(line: string, label: RegExp): string {
  const [, sign = '', rest = ''] = label.exec(line) ?? [];
  return sign.endsWith('=') ? String(JSON.parse(rest)) : rest;
}

const insideOf = (lines: readonly string[]) => fence(lines, 'abcdefabcdef').split('\n').slice(1, -1);

describe('a line of a text', () => {
  it('stands in the fence as it is, or as JSON that the fence leaves alone, whatever it holds', () => {
    fc.assert(
      fc.property(texts, (raw) => {
        for (const line of cleanText(raw).split('\n')) {
          const exact = exactLine(line);
          expect(insideOf([`1| ${exact.text}`])).toEqual([`1| ${exact.text}`]);
          expect(exact.form === 'plain' ? exact.text : JSON.parse(exact.text)).toBe(line);
        }
      }),
    );
  });

  it('is numbered, one line of the answer for each, blank ones too', () => {
    fc.assert(
      fc.property(texts, fc.integer({ min: 1, max: 999 }), (raw, first) => {
        const lines = cleanText(raw).split('\n');
        const shown = insideOf(numberedLines(lines, first));
        expect(shown.map((line) => readLine(line, /^(\d+[|=]) (.*)$/s))).toEqual(lines);
        expect(shown.map((line) => Number.parseInt(line, 10))).toEqual(lines.map((_, index) => first + index));
      }),
    );
  });

  it('of a change has its sign, and cannot pass for another', () => {
    fc.assert(
      fc.property(texts, fc.constantFrom('-', '+', '|'), (raw, sign) => {
        const shown = insideOf(signedLines(sign, cleanText(raw)));
        for (const line of shown) expect(line.startsWith(`${sign} `) || line.startsWith(`${sign}= "`)).toBe(true);
        // Nothing of it is left out: not a line break at its end either.
        const back = shown.map((line) => readLine(line, /^([-+|]=?) (.*)$/s)).join('\n');
        expect(back).toBe(cleanText(raw));
      }),
    );
    expect(signedLines('-', '')).toEqual([]);
    expect(signedLines('+', '= "x"\n')).toEqual(['+ = "x"', '+ ']);
  });
});

describe('a window of a long text', () => {
  it('goes through all of it, from window to window, and fits', () => {
    fc.assert(
      fc.property(texts, fc.integer({ min: 60, max: 400 }), (raw, room) => {
        const whole = cleanText(raw);
        let from = 0;
        let read = '';
        do {
          const shown = windowOf(whole, from, room);
          expect(shown.text.length > 0 || whole === '').toBe(true);
          expect(shown.line).toBe(whole.slice(0, from).split('\n').length);
          expect(shown.omitted).toBe(whole.length - from - shown.text.length);
          expect(Buffer.byteLength(JSON.stringify(shown.text))).toBeLessThanOrEqual(room + 20);
          expect(shown.text.isWellFormed() || !whole.isWellFormed()).toBe(true);
          read += shown.text;
          from += shown.text.length;
        } while (from < whole.length);
        expect(read).toBe(whole);
      }),
    );
  });

  it('ends with a line where it can', () => {
    expect(windowOf('One line.\nAnother line.\nA third one.\n', 0, 60).text).toBe('One line.\nAnother line.\n');
  });
});

describe('what is not shown', () => {
  it('is said line by line: what cannot be seen, and credentials', () => {
    const redact = (one: string) => one.replaceAll('sk-12345678', '[redacted]');
    expect(readable('a\nb\u200b\nkey sk-12345678\nd\te\r\n', redact)).toEqual({
      text: 'a\nb\nkey [redacted]\nd\te\r\n',
      unseen: 1,
      redacted: true,
      altered: [2, 3],
    });
    expect(readable(PROMPT, redact)).toEqual({ text: PROMPT, unseen: 0, redacted: false, altered: [] });
  });

  it('is a credential, too, that only cleaning puts together', () => {
    const read = readable('sk-1234\u200b5678', (one) => one.replaceAll('sk-12345678', '[redacted]'));
    expect(read).toMatchObject({ text: '[redacted]', redacted: true, altered: [1] });
  });
});

describe('get_agent', () => {
  let world: InProcess;
  beforeAll(async () => {
    world = await openInProcess();
  });
  afterAll(() => world.close());
  const REF = 'synthflow/agent/a1';
  const read = async (args: Record<string, unknown>, parts: ReturnType<typeof partOf>[]) => {
    const tool = toolNamed('get_agent');
    const context = { ...withAgents(world.context, [agentOf({ parts })]), reading: createReading() };
    const answer = await tool.run({ agent: REF, ...args }, context);
    if (isQuestion(answer)) throw new Error('a question');
    const { content, structuredContent } = presentAnswer(tool, answer, { redact: (one) => one, sandbox: false });
    const shown = content[0]?.text ?? '';
    expect(Buffer.byteLength(shown)).toBeLessThanOrEqual(10_000);
    expect(Buffer.byteLength(JSON.stringify(structuredContent))).toBeLessThanOrEqual(10_000);
    return { shown, agent: at(structuredContent ?? {}, 'agent') };
  };
  /** The lines of one part, as a reader of the text has them. */
  const linesOf = (shown: string, part: string) => {
    const all = shown.split('\n');
    const first = all.findIndex((line) => line.startsWith(`part ${part} ·`)) + 1;
    const lines = all.slice(first);
    const end = lines.findIndex((line) => !/^\d+[|=] /.test(line));
    return lines.slice(0, end < 0 ? undefined : end).map((line) => readLine(line, /^(\d+[|=]) (.*)$/s));
  };

  it.each([
    ['as people write', PROMPT],
    ['without a line break at its end', PROMPT.trimEnd()],
    ['with lines of Windows', PROMPT.replaceAll('\n', '\r\n')],
    ['with blanks at the ends of lines', 'One \nTwo\t\n\n  Three'],
    ['empty', ''],
    ['a blank line', '\n'],
  ])('shows a prompt character by character in both forms: %s', async (_, prompt) => {
    const { shown, agent } = await read({}, [partOf('prompt', prompt)]);
    expect(text(at(list(at(agent, 'parts'))[0], 'text'))).toBe(prompt);
    expect(linesOf(shown, 'prompt').join('\n')).toBe(prompt);
  });

  it('pages through 50,000 characters of any kind, in answers that fit either way', async () => {
    const kinds = [
      'Never promise a time. <b>Do</b> [this](x).\n',
      '\n',
      '木'.repeat(30),
      '\t"',
      ...PAYLOADS.map((one) => one.text),
    ];
    for (const kind of kinds) {
      const prompt = cleanText(kind.repeat(Math.ceil(50_000 / kind.length)).slice(0, 50_000)).replace(
        /[\ud800-\udbff]$/,
        '',
      );
      const parts = [partOf('prompt', prompt), partOf('greeting', 'Hello.')];
      let whole = '';
      let calls = 0;
      for (let from = 0; from < prompt.length && calls < 60; calls += 1) {
        const { shown, agent } = await read({ part: 'prompt', from }, parts);
        const [part] = list(at(agent, 'parts'));
        whole += text(at(part, 'text'));
        from += text(at(part, 'text')).length;
        const more = at(part, 'omitted');
        expect(more ?? 0).toBe(prompt.length - from);
        const next = `Next: get_agent agent=${REF} part=prompt from=${from} shows how it goes on`;
        expect(shown.includes(next)).toBe(more !== undefined);
      }
      expect(whole).toBe(prompt);
      expect(calls).toBeLessThan(55);
    }
  });

  it('pages through many parts', async () => {
    const parts = Array.from({ length: 150 }, (_, nth) =>
      partOf(`tool.t${nth}`, `Does thing ${nth}. `.repeat(10), { kind: 'tool' }),
    );
    const seen: string[] = [];
    for (let from = 0; from < parts.length; ) {
      const { shown, agent } = await read(from === 0 ? {} : { from }, parts);
      const ids = list(at(agent, 'parts')).map((part) => text(at(part, 'id')));
      seen.push(...ids);
      from += ids.length;
      expect(shown.includes(`from=${from} shows the parts behind them`)).toBe(from < parts.length);
    }
    expect(seen).toEqual(parts.map(({ id }) => id));
  });

  it.each([
    [{ part: 'nothing' }, /no part of that id/],
    [{ part: 'prompt', from: 5_000 }, /has 151 characters/],
    [{ from: 5 }, /has 1 parts/],
  ])('refuses %j', async (args, said) => {
    await expect(read(args, [partOf('prompt', PROMPT)])).rejects.toThrow(said);
  });
});
