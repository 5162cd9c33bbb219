/** The failure modes of an agent as a resource, and the agents that are completed. */
import { describe, expect, it } from 'vitest';
import { complete } from '../../src/mcp/prompts/completions.ts';
import { failureModesOf } from '../../src/mcp/resources/failure-modes.ts';
import { parseUri } from '../../src/mcp/resources/resources.ts';
import { Problem } from '../../src/model/problem.ts';
import { createRegistry } from '../../src/providers/registry.ts';
import { createReading } from '../../src/reading/reading.ts';
import { bookOf, entryOf, storedMode } from '../modes/books.ts';
import { bookInMemory } from '../support/book.ts';
import { noDeadline } from '../support/waiting.ts';
import { connectInMemory } from './in-memory.ts';

const registry = createRegistry({ settings: async () => ({ env: {} }), defaults: {}, registerSecret: () => undefined });
const AGENT = 'coval/agent/a1';

describe('the resource of the failure modes', () => {
  it('is text for a model: its words inside the fence, the calls to go on with behind it', async () => {
    const server = await connectInMemory(registry, bookInMemory(bookOf()));
    const text = await server.read(`simulation://failure-modes/${encodeURIComponent(AGENT)}`);
    await server.close();
    const [headline, open, ...rest] = text.split('\n');
    expect(headline).toBe('1 failure mode of coval/agent/a1 (1 active), from 1 session that was read.');
    expect(open).toMatch(/^<<<quoted/);
    expect(rest.slice(0, 5)).toEqual([
      'name: Front desk',
      'M-1a2b3c · Gives no price · active · source agent · change of prompt · 2 failures read as it in 1 session',
      '  is: The caller asks for a price and is told none.',
      '  fix: Tell it the prices.',
      '  as in: [Price] no price was given to the caller',
    ]);
    expect(text).toContain('Next: get_failure_clusters session=coval/session/s1');
  });

  it.each([
    ['as it is', 'coval/agent/a%2Fb'],
    ['percent-encoded', 'coval%2Fagent%2Fa%252Fb'],
  ])('takes a reference %s', (_, agent) => {
    const target = parseUri(`simulation://failure-modes/${agent}`);
    expect(target).toEqual({ kind: 'failure-modes', agent });
    expect(failureModesOf(bookOf({ 'coval/agent/a%2Fb': entryOf() }), agent).headline).toContain('coval/agent/a%2Fb');
  });

  it.each(['__proto__', 'constructor', '%', 'coval/agent/a2', 'Front desk'])(
    'says of %s which there are',
    async (agent) => {
      const server = await connectInMemory(registry, bookInMemory(bookOf()));
      const said = await server.read(`simulation://failure-modes/${agent}`).catch(({ message }: Error) => message);
      await server.close();
      expect(said).toMatch(/No failure modes are kept of/);
      expect(said).toMatch(/closest known: coval\/agent\/a1/);
    },
  );

  it('says that nothing has been saved where nothing has', () => {
    expect(() => failureModesOf(bookOf({}), AGENT)).toThrow(Problem);
    expect(() => failureModesOf(bookOf({}), AGENT)).toThrow(/No failure modes have been saved yet/);
  });

  it('counts what was read: an assistant before a model', () => {
    const sessions = {
      'coval/session/s1': { assistant: { single: 'F-1' }, model: { 'M-1a2b3c': 'F-1 F-2' } },
      'coval/session/s2': { assistant: { 'M-1a2b3c': 'F-3' } },
    };
    const { lines } = failureModesOf(bookOf({ [AGENT]: entryOf({ sessions }) }), AGENT);
    expect(lines[1]).toContain('2 failures read as it in 2 sessions');
  });

  it('says that a person wrote or changed a mode', () => {
    const modes = { 'M-a': { ...storedMode(), title: 'By hand' }, 'M-b': storedMode() };
    const { lines } = failureModesOf(bookOf({ [AGENT]: entryOf({ modes }) }), AGENT);
    expect(lines.find((line) => line.startsWith('M-a'))).toContain('in the words of a person');
    expect(lines.find((line) => line.startsWith('M-b'))).not.toContain('person');
  });

  it('has room for as many modes as an answer may have, what counts most first, and says how many more there are', async () => {
    const long = { definition: 'あ'.repeat(500), fix: 'い'.repeat(500), examples: ['う'.repeat(600)] };
    const modes = Object.fromEntries([
      ['M-retired', storedMode({ ...long, status: 'retired' })],
      ...Array.from({ length: 30 }, (_, nth) => [`M-${nth}`, storedMode({ ...long, title: `Mode ${nth}` })] as const),
    ]);
    const sessions = { 'coval/session/s1': { assistant: { 'M-17': 'F-1 F-2' } } };
    const server = await connectInMemory(registry, bookInMemory(bookOf({ [AGENT]: entryOf({ modes, sessions }) })));
    const text = await server.read(`simulation://failure-modes/${AGENT}`);
    await server.close();
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(10_000);
    const shown = text.match(/^M-\w+/gm) ?? [];
    expect(shown[0]).toBe('M-17');
    expect(text).toContain(`${31 - shown.length} of them have no room here`);
    expect(shown).not.toContain('M-retired');
  });

  it('has no URI without an agent', () => {
    expect(() => parseUri('simulation://failure-modes/')).toThrow(/No resource of this server/);
  });
});

describe('completions of agents', () => {
  const agents = (typed: string, modes = bookInMemory(bookOf({ [AGENT]: entryOf(), 'synthflow/case/c': entryOf() }))) =>
    complete('agent', typed, { resource: true }, { registry, reading: createReading(), modes }, noDeadline());

  it('are what the book is kept by', async () => {
    expect(await agents('')).toEqual([AGENT, 'synthflow/case/c']);
    expect(await agents('SYNTH')).toEqual(['synthflow/case/c']);
  });

  it('are none where the book cannot be read', async () => {
    expect(await agents('', () => Promise.reject(new Error('no')))).toEqual([]);
  });
});
