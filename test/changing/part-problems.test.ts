/** New texts that are not sent, whatever the part. */
import { describe, expect, it } from 'vitest';
import { problemsIn } from '../../src/changing/part-problems.ts';
import type { AgentPart } from '../../src/model/agents.ts';
import { agentOf, partOf } from '../support/agents.ts';

function problems(text: string, after: string, more: Partial<AgentPart> = { form: 'json' }): string[] {
  const agent = agentOf({ parts: [partOf('one', text, more)] });
  const opened = { agent, write: () => Promise.reject(new Error('nothing is written here')) };
  return problemsIn(opened, 'assistant', new Map([['one', after]]));
}

describe('JSON', () => {
  it.each([
    ['[{"reason":"bye"}]', '[1,2]', 'hold items of a type that the list has none of now: number.'],
    ['["a"]', '["a",{"b":1}]', 'hold items of a type that the list has none of now: object.'],
    ['[1]', '[null]', 'hold items of a type that the list has none of now: null.'],
    ['1', 'null', 'no longer be JSON of the type number.'],
    ['{}', 'null', 'no longer be JSON of the type object.'],
    ['1', '1e400', 'be sent in other characters than the proposed ones'],
  ])('%s does not become %s', (before, after, why) => {
    expect(problems(before, after)).toEqual([expect.stringContaining(`The part one would ${why}`)]);
  });

  it.each([
    ['[]', '[1,"a"]'],
    ['[1,"a"]', '["b"]'],
    ['[1]', '[]'],
    ['0.5', '1.25'],
  ])('%s may become %s', (before, after) => {
    expect(problems(before, after)).toEqual([]);
  });

  it('is no matter of a part that is text', () => {
    expect(problems('1', '1e400', {})).toEqual([]);
  });
});
