/** What was read of an agent is known in every session of it, on each platform: the large one that scale makes, and small ones. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keysFor } from '../../src/mcp/mode-keys.ts';
import { readFailures } from '../../src/mcp/mode-reading.ts';
import type { ToolContext } from '../../src/mcp/tool.ts';
import { openSessions, resolveSessions } from '../../src/mcp/tools/shared.ts';
import { type Book, emptyBook } from '../../src/modes/book.ts';
import type { Provider } from '../../src/providers/provider.ts';
import { createReading } from '../../src/reading/reading.ts';
import { bookInMemory } from '../support/book.ts';
import { at, list, text } from '../support/data.ts';
import { type InProcess, openInProcess } from '../support/in-process.ts';
import { VENDORS } from '../support/platforms.ts';

const RUNS = 60;

/** The tools as a server that has just been started has them. */
function fresh(world: InProcess, modes: ToolContext['modes']): InProcess['answer'] {
  Object.assign(world.context, { modes, reading: createReading() });
  return world.answer;
}

async function everySession(provider: Provider) {
  const page = await provider.sessions?.list({ limit: 100 }, { signal: new AbortController().signal });
  return page?.items ?? [];
}

describe.each(VENDORS)('on %s', (vendor) => {
  let world: InProcess;
  /** References of the sessions: those of `RUNS` runs as one, and small ones with failures. */
  let large = '';
  let small: string[] = [];
  beforeAll(async () => {
    world = await openInProcess({ scale: RUNS });
    const provider = world.providers.find(({ id }) => id === vendor);
    const sessions = provider ? await everySession(provider) : [];
    const done = sessions.filter(({ status }) => status === 'completed');
    const most = Math.max(...done.map(({ counts }) => counts.runs));
    large = done.filter(({ counts }) => counts.runs === most)[0]?.ref ?? '';
    small = done.map(({ ref }) => ref).filter((ref) => ref !== large);
  });
  afterAll(() => world.close());

  const keysIn = async (session: string, book: Book = emptyBook()) => {
    const opened = await openSessions(await resolveSessions(session, world.context), world.context);
    const { table } = await readFailures(opened, world.context);
    return keysFor(opened, table, book, { ...world.context, saves: true });
  };
  const readAll = async (session: string, answer: InProcess['answer']) => {
    const { data } = await answer('list_failures', { session, limit: 150 });
    const failures = list(data.failures).map((line) => text(at(line, 'id')));
    if (failures.length === 0) return 0;
    await answer('save_failure_modes', {
      session,
      modes: [{ title: 'Fails somehow', definition: 'Whatever fails.', failures }],
    });
    return failures.length;
  };
  const knownIn = async (session: string, answer: InProcess['answer']) =>
    list((await answer('list_failures', { session })).data.modes).map((mode) => text(at(mode, 'id')));

  it('keeps the modes of a session by the agents of its runs', async () => {
    for (const session of [large, ...small.slice(0, 4)]) {
      const { own } = await keysIn(session);
      expect(own.length).toBeGreaterThan(0);
      for (const key of own) expect(key).toMatch(new RegExp(`^${vendor}/agent/`));
    }
  });

  it('knows in a small session what was read in the large one, and the other way round', async () => {
    const { own: agents } = await keysIn(large);
    const ofThese: string[] = [];
    for (const session of small)
      if ((await keysIn(session)).own.every((key) => agents.includes(key))) ofThese.push(session);
    expect(ofThese.length).toBeGreaterThan(0);
    const modes = bookInMemory();
    expect(await readAll(large, fresh(world, modes))).toBeGreaterThan(0);
    const [id] = await knownIn(large, world.answer);
    expect(id).toMatch(/^M-/);
    for (const session of ofThese) expect(await knownIn(session, fresh(world, modes))).toEqual([id]);

    let checked = 0;
    for (const session of ofThese) {
      const other = bookInMemory();
      if ((await readAll(session, fresh(world, other))) === 0) continue;
      expect(await knownIn(large, fresh(world, other))).toEqual([id]);
      checked += 1;
    }
    expect(checked).toBeGreaterThan(0);
  });

  it('agrees with another process on the key', async () => {
    const other = await openInProcess({ scale: RUNS });
    try {
      const { own } = await keysIn(large);
      const opened = await openSessions(await resolveSessions(large, other.context), other.context);
      const { table } = await readFailures(opened, other.context);
      const theirs = await keysFor(opened, table, emptyBook(), { ...other.context, saves: true });
      expect(theirs.own).toEqual(own);
    } finally {
      await other.close();
    }
  });
});
