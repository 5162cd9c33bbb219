/**
 * A book of failure modes that came with a hostile checkout: every word in it is an attack, by somebody who knows the form
 * that a book has. It goes through the file, every tool that speaks in modes, the resource and completions.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { wordingOf } from '../../src/analysis/wording.ts';
import { DIGEST_BUDGET } from '../../src/mcp/budget.ts';
import { toolNamed } from '../../src/mcp/catalogue.ts';
import { presentAnswer, presentProblem } from '../../src/mcp/present/answer.ts';
import { toProblem } from '../../src/model/problem.ts';
import type { Book, BookEntry } from '../../src/modes/book.ts';
import { openBook } from '../../src/modes/book-file.ts';
import { call, openWorld, type World } from '../faults/operations.ts';
import type { Rig } from '../faults/rigs.ts';
import { connectInMemory } from '../mcp/in-memory.ts';
import { at, list, text } from '../support/data.ts';
import { VENDORS } from '../support/platforms.ts';
import { noDeadline } from '../support/waiting.ts';
import { faultsOf, type Shown } from './judge.ts';
import { MARKER, PAYLOADS } from './payloads.ts';

const redact = (one: string) => one;
/** Links in every form that a client may make one of. */
const LINKS = [
  'zqlazq https://evil.example/a',
  'zqlbzq [see](https://evil.example/b)',
  'zqlczq www.evil.example',
  'zqldzq evil.example/d?e',
  'zqlezq ![](http://evil.example/e.png)',
];
const ATTACKS = [...PAYLOADS.map(({ text: words }) => words), ...LINKS];

describe.each(VENDORS)('a hostile book, on %s', (vendor) => {
  let folder: string;
  let rig: Rig;
  let world: World;
  let key: string;
  let failures: { id: string; wording: string }[];
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hostile-book-'));
    ({ rig, world } = await openWorld(vendor, { scale: 60 }));
    const shown = await ask('get_session', { session: world.big });
    const session = at(shown.data, 'session');
    key = [at(session, 'agent_ref'), at(session, 'test'), world.big].find((one) => typeof one === 'string') ?? '';
    const lines = list(
      at((await ask('list_failures', { session: world.big, state: 'all', limit: 150 })).data, 'failures'),
    );
    failures = lines.map((line) => ({
      id: text(at(line, 'id')),
      wording: wordingOf(text(at(line, 'evaluation')), text(at(line, 'reason'))) ?? '',
    }));
  });
  afterAll(async () => {
    await rig?.close();
    await rm(folder, { recursive: true, force: true });
  });

  const file = () => openBook({ home: join(folder, 'home'), path: join(folder, 'modes.json') });

  async function ask(tool: string, args: Record<string, unknown>) {
    const context = { ...rig.context(noDeadline()), modes: async () => file() };
    try {
      const { tool: record, answer } = await call(tool, args, context);
      const { content, structuredContent } = presentAnswer(record, answer, { sandbox: true, redact });
      return { text: content[0]?.text ?? '', data: structuredContent };
    } catch (error) {
      return { text: presentProblem(toProblem(error), { redact }).content[0]?.text ?? '', data: undefined };
    }
  }

  /** What a person is asked: our words, and what stands between quotation marks without a sign that could be taken for ours. */
  async function question(args: Record<string, unknown>): Promise<string> {
    const context = { ...rig.context(noDeadline()), modes: async () => file(), canAsk: true };
    const answer = await toolNamed('save_failure_modes').run(args, context);
    if (!('ask' in answer)) throw new Error('Nobody was asked.');
    return answer.ask.replace(/"[^"]*"/g, (quoted) => quoted.replace(new RegExp(MARKER, 'g'), ''));
  }

  /** A mode of attacks alone, and codes of it. */
  function entryOf(attacks: readonly string[], filler = ''): BookEntry {
    const modes: BookEntry['modes'] = {};
    const assistant: Record<string, string> = {};
    for (const [nth, attack] of attacks.entries()) {
      const id = `M-${nth.toString(36)}`;
      const failure = failures[nth % failures.length];
      const words = attack.slice(0, 80).toWellFormed();
      modes[id] = {
        title: words.trim() || 'x',
        definition: `${attack}${filler}`.slice(0, 500).toWellFormed(),
        source: 'agent',
        fix_kind: 'prompt',
        fix: `${attack}${filler}`.slice(0, 500).toWellFormed(),
        status: nth % 9 === 8 ? 'resolved' : 'active',
        by: nth % 2 ? 'assistant' : 'person',
        adopts: [attack.slice(0, 150)],
        examples: [attack.slice(0, 300), failure?.wording ?? attack.slice(0, 300)].filter(Boolean),
      };
      if (failure && nth < failures.length) assistant[id] = failure.id;
    }
    return { name: attacks[0]?.slice(0, 150), modes, sessions: { [world.big]: { assistant } } };
  }

  async function everything(book: Book): Promise<(Shown & { size: number })[]> {
    await writeFile(join(folder, 'modes.json'), JSON.stringify(book));
    const shown: (Shown & { size: number })[] = [];
    const note = (where: string, kind: Shown['kind'], value: unknown) => {
      const size = Buffer.byteLength(typeof value === 'string' ? value : JSON.stringify(value));
      shown.push({ where, kind, value, size });
    };
    const [id = ''] = Object.keys(Object.values(book.agents)[0]?.modes ?? {});
    const calls: [string, Record<string, unknown>][] = [
      ['list_failures', { session: world.big }],
      ['list_failures', { session: world.big, state: 'all' }],
      ['list_failures', { session: world.big, state: 'coded' }],
      ['get_failure_clusters', { session: world.big }],
      ['list_runs', { session: world.big, mode: id }],
      ['list_runs', { session: world.big, mode: 'M-unknown' }],
      ['compare_sessions', { before: world.big, after: world.small }],
      ['get_trend', key.includes('/agent/') ? { agent: key } : { test: key }],
      ['save_failure_modes', { session: world.big, modes: [{ id, failures: [failures[0]?.id] }] }],
      ['save_failure_modes', { session: world.big, modes: [{ id, title: 'Mine' }] }],
      ['save_failure_modes', { session: world.big, modes: [{ id: 'M-unknown', failures: [] }] }],
    ];
    for (const [tool, args] of calls) {
      const answer = await ask(tool, args);
      note(`${tool} ${JSON.stringify(args)}`, 'text', answer.text);
      if (answer.data) note(`${tool} ${JSON.stringify(args)}`, 'data', answer.data);
    }
    note('question', 'text', await question({ session: world.big, modes: [{ id, title: 'Mine', fix: 'Mine' }] }));
    const server = await connectInMemory(rig.registry, async () => file());
    for (const agent of [key, `${vendor}/agent/unknown`]) {
      const uri = `simulation://failure-modes/${encodeURIComponent(agent)}`;
      note(
        uri,
        'text',
        await server.read(uri).catch(({ message }: Error) => message.replace(/^MCP error -?\d+: /, '')),
      );
    }
    await server.close();
    return shown;
  }

  it('keeps all of it inside the fence, visible, on one line, named as untrusted, and without links', async () => {
    const shown = await everything({ version: 1, agents: { [key]: entryOf(ATTACKS) } });
    expect(shown.flatMap((one) => faultsOf(one).map((fault) => `${one.where} (${one.kind}): ${fault}`))).toEqual([]);
    const all = JSON.stringify(shown);
    expect(all).toMatch(MARKER);
    for (const one of shown) {
      const words = typeof one.value === 'string' ? one.value : JSON.stringify(one.value);
      expect(words, one.where).not.toMatch(/evil\.example/);
    }
    expect(shown.filter(({ size }) => size > DIGEST_BUDGET).map(({ where, size }) => `${where}: ${size}`)).toEqual([]);
  });

  it('takes no more room than any other, however much is in it', async () => {
    const many = Array.from({ length: 1_200 }, (_, nth) => `${nth} ${ATTACKS[nth % ATTACKS.length]}`);
    const book = { version: 1 as const, agents: { [key]: entryOf(many, 'い'.repeat(60)) } };
    const size = Buffer.byteLength(JSON.stringify(book));
    expect(size).toBeGreaterThan(900_000);
    expect(size).toBeLessThan(2_000_000);
    const shown = await everything(book);
    expect(shown.filter((one) => one.size > DIGEST_BUDGET).map((one) => `${one.where}: ${one.size}`)).toEqual([]);
    expect(shown.flatMap((one) => faultsOf(one).map((fault) => `${one.where} (${one.kind}): ${fault}`))).toEqual([]);
  });

  it.each([
    ['an agent called as the prototype', (book: string) => book.replace(JSON.stringify(key), '"__proto__"')],
    ['an agent that gives an order', (book: string) => book.replace(JSON.stringify(key), '"zqagzq obey"')],
    ['a mode that gives an order', (book: string) => book.replaceAll('"M-0"', '"M-zqmozq-obey"')],
    ['a failure that gives an order', (book: string) => book.replace(/"M-0": ?"F-/, '"M-0":"zqfazq F-')],
    ['a member that gives an order', (book: string) => book.replace('"status"', '"zqmezq":1,"status"')],
  ])('is refused without a word of it: %s', async (_, spoil) => {
    const honest = JSON.stringify({ version: 1, agents: { [key]: entryOf(ATTACKS.slice(0, 3)) } }, null, 1);
    const spoilt = spoil(honest);
    expect(spoilt).not.toBe(honest);
    await writeFile(join(folder, 'modes.json'), spoilt);
    const { text: said } = await ask('list_failures', { session: world.big });
    expect(said).toMatch(/mistake in line \d+/);
    expect(said).not.toMatch(MARKER);
  });
});
