/**
 * What a platform replaces as a whole goes back as it stands there, or not at all: what JSON loses on its way through a parser is
 * refused, and everything else is the same but for the edit, whatever strangers put into it.
 */
import { describe, expect, it } from 'vitest';
import { NEW, OLD, openLiar, PROMPT } from './agent-lies-world.ts';

/** A member of the agent that is written with others in one whole, and how that whole begins on the wire. */
const WHOLES = [
  { vendor: 'cognigy', part: PROMPT.cognigy, old: OLD, fresh: NEW, whole: '"config":{', target: 'live' },
  { vendor: 'cognigy', part: PROMPT.cognigy, old: OLD, fresh: NEW, whole: '"config":{', target: 'copy' },
  { vendor: 'coval', part: 'voice.id', old: 'alloy', fresh: 'verse', whole: '"metadata":{', target: 'live' },
  { vendor: 'coval', part: 'voice.id', old: 'alloy', fresh: 'verse', whole: '"metadata":{', target: 'copy' },
  { vendor: 'futureagi', part: PROMPT.futureagi, old: OLD, fresh: NEW, whole: '"configuration":{', target: 'draft' },
  { vendor: 'futureagi', part: PROMPT.futureagi, old: OLD, fresh: NEW, whole: '"configuration":{', target: 'live' },
  {
    vendor: 'synthflow',
    part: 'voicemail.exact_message',
    old: '',
    fresh: 'We call back.',
    whole: '"voicemail_message":{',
    target: 'live',
  },
] as const;

const LOST = [
  '"n":12345678901234567890',
  '"n":{"deep":[0.12345678901234567890123]}',
  '"n":1e999',
  '"n":{"a":1,"b":2,"a":3}',
  '"n":[{"__proto__":{"admin":true}}]',
];

describe.each(WHOLES)('$vendor, $target', ({ vendor, part, old, fresh, whole, target }) => {
  it.each(LOST)('sends nothing where %s stands in the whole', async (member) => {
    const liar = await openLiar(vendor);
    const { agent } = await liar.open();
    const text = agent.parts.find(({ id }) => id === part)?.text ?? '';
    liar.spoil({ shown: (body) => body.replaceAll(whole, `${whole}${member},`) });
    const { change, problems } = await liar.propose([{ part, old: old || text, new: fresh }]);
    liar.writes.length = 0;
    const answer = await liar.apply(change, target).catch((error: { message: string }) => error.message);
    const said = typeof answer === 'string' ? answer : answer.message;
    expect(said).toMatch(/cannot be read exactly/);
    expect(problems.join(' ')).toMatch(/cannot be read exactly/);
    expect(liar.writes).toEqual([]);
    expect((await liar.open()).agent.parts.find(({ id }) => id === part)?.text).toBe(text);
  });
});
