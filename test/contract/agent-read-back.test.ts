/**
 * What a platform makes of a write besides what it was asked for: it keeps the text in another form, or resets what is not shown.
 * Neither is called saved as meant, and what stood there before comes back, byte for byte.
 */
import { describe, expect, it } from 'vitest';
import { NEW, openLiar, PROMPT } from './agent-lies-world.ts';

const VENDORS = ['synthflow', 'cognigy', 'coval'] as const;

/** Every text of a JSON body that holds the new text, as the platform keeps it. */
function reshape(value: unknown, form: (text: string) => string): unknown {
  if (typeof value === 'string') return value.includes(NEW) ? form(value) : value;
  if (Array.isArray(value)) return value.map((one) => reshape(one, form));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, reshape(one, form)]));
}

const FORMS: readonly [name: string, form: (text: string) => string][] = [
  ['cut off', (text) => text.slice(0, 900)],
  ['without blanks at its end', (text) => text.trimEnd()],
  ['with other line breaks', (text) => text.replaceAll('\n', '\r\n')],
  ['escaped', (text) => text.replaceAll("'", '&#39;')],
  ['in lower case', (text) => text.toLowerCase()],
];

describe.each(VENDORS)('%s', (vendor) => {
  const prompt = async (liar: Awaited<ReturnType<typeof openLiar>>) =>
    (await liar.open()).agent.parts.find(({ id }) => id === PROMPT[vendor])?.text;

  it.each(FORMS)('that keeps the text %s is said to, and the old text comes back whole', async (_, form) => {
    const liar = await openLiar(vendor);
    const before = await prompt(liar);
    const { change } = await liar.propose();
    liar.spoil({ sent: (body) => (body === '' ? body : JSON.stringify(reshape(JSON.parse(body), form))) });
    const answer = await liar.apply(change, 'live');
    expect(answer).toMatchObject({ outcome: 'unknown', verified: false });
    expect(answer.message).toContain('in another form');
    expect(answer.message).not.toContain('Somebody');
    expect(await prompt(liar)).not.toBe(before);
    expect(await liar.revert(change)).toMatchObject({ outcome: 'saved', verified: true });
    expect(await prompt(liar)).toBe(before);
  });

  it('whose agent somebody edited in the moment of the write loses nothing of that by taking it back', async () => {
    const liar = await openLiar(vendor);
    const { change } = await liar.propose();
    liar.spoil({
      sent: (body) => (body === '' ? body : JSON.stringify(reshape(JSON.parse(body), (text) => `Theirs.\n${text}`))),
    });
    expect(await liar.apply(change, 'live')).toMatchObject({ outcome: 'unknown', verified: false });
    const theirs = await prompt(liar);
    expect(await liar.revert(change)).toMatchObject({ outcome: 'conflict' });
    expect(await prompt(liar)).toBe(theirs);
  });
});

/** Members that no part shows, and how they begin on the wire. */
const HIDDEN = [
  { vendor: 'synthflow', member: /"external_webhook_url":"[^"]*"/, reset: '"external_webhook_url":""' },
  { vendor: 'synthflow', member: /"actions":\[[^\]]+\]/, reset: '"actions":[]' },
  { vendor: 'cognigy', member: /"aiAgent":"[^"]+",/, reset: '' },
  { vendor: 'coval', member: /"authorization_header":"[^"]*"/, reset: '"authorization_header":null' },
  { vendor: 'futureagi', member: /"evaluation_configs":\[.*?\]/, reset: '"evaluation_configs":["other"]' },
] as const;

describe.each(HIDDEN)('a write that also resets $member of $vendor', ({ vendor, member, reset }) => {
  it('is not said to have left the rest as it was', async () => {
    const liar = await openLiar(vendor);
    const { change } = await liar.propose();
    let written = false;
    liar.spoil({
      act: ({ method }) => {
        if (method !== 'GET') written = true;
        return false;
      },
      shown: (body, { method }) => (written && method === 'GET' ? body.replace(new RegExp(member, 'g'), reset) : body),
    });
    const answer = await liar.apply(change, vendor === 'futureagi' ? 'draft' : 'live');
    expect(answer).toMatchObject({ outcome: 'saved', verified: false });
    expect(answer.message).toContain('not shown changed');
  });

  it('says so only where that happened', async () => {
    const liar = await openLiar(vendor);
    const { change } = await liar.propose();
    const answer = await liar.apply(change, vendor === 'futureagi' ? 'draft' : 'live');
    expect(answer).toMatchObject({ outcome: 'saved', verified: true });
    expect(answer.message).toContain('all else of it is as it was');
  });
});
