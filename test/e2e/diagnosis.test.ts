/**
 * A first diagnosis by reading, with a real client on the built server: how many calls and tokens it takes, what a later
 * session of the same agent needs, and that what was named outlives the server. The reader is the demo's script.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { KNOWN_MODES, readReason } from '../../src/commands/demo-modes.ts';
import { plural } from '../../src/model/plural.ts';
import { PROVIDERS } from '../../src/providers/registry.ts';
import { type Connected, connect } from '../support/clients.ts';
import { at, list, text } from '../support/data.ts';

/** Runs of the session that is diagnosed: about a hundred failures. */
const RUNS = 54;
/** Tokens that a first diagnosis may read, as text. */
const MOST_TOKENS = 6_000;
const tokens = (words: string) => Math.ceil(Buffer.byteLength(words) / 4);

const opened: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close();
});

/** A client that counts its calls and what it reads. */
async function reader(home: string) {
  const server: Connected = await connect({
    home,
    args: ['serve', '--sandbox', '--scale', String(RUNS), '--speed', '600'],
    env: { AGENT_SIM_CONFIRM: 'off' },
  });
  opened.push(() => server.close());
  const spent = { calls: 0, text: 0, structured: 0 };
  return {
    server,
    spent,
    async call(tool: string, args: Record<string, unknown>) {
      const answer = await server.call(tool, args);
      expect(answer.isError, answer.text).toBe(false);
      spent.calls += 1;
      spent.text += tokens(answer.text);
      spent.structured += tokens(JSON.stringify(answer.data));
      return answer;
    },
  };
}

type Reader = Awaited<ReturnType<typeof reader>>;

const costOf = ({ spent: { calls, text, structured } }: Reader) =>
  `${plural(calls, 'call')}, ${text} tokens of text or ${structured} of structured content read`;

/** All lines of what no mode explains. */
async function lines({ call }: Reader, session: string) {
  const found: unknown[] = [];
  for (let cursor: unknown; ; ) {
    const { data } = await call('list_failures', { session, limit: 150, ...(cursor ? { cursor } : {}) });
    found.push(...list(data.failures));
    cursor = data.next_cursor;
    if (cursor === undefined) return found;
  }
}

/** What the script saves of lines: a title that is known is the mode of that title. */
function named(found: readonly unknown[]) {
  return KNOWN_MODES.flatMap((mode) => {
    const failures = found
      .filter((line) => readReason(String(at(line, 'reason') ?? '')) === mode)
      .map((line) => at(line, 'id'));
    const { title, definition, fix_kind } = mode;
    return failures.length > 0 ? [{ title, definition, source: 'agent', fix_kind, failures }] : [];
  });
}

/** The sessions of a platform with their runs. */
async function sessionsOf({ server }: Reader, provider: string) {
  const found: { ref: string; runs: number; agent: unknown }[] = [];
  for (let cursor: unknown; ; ) {
    const { data } = await server.call('list_sessions', { provider, limit: 50, ...(cursor ? { cursor } : {}) });
    for (const one of list(data.sessions))
      found.push({ ref: text(at(one, 'ref')), runs: Number(at(at(one, 'counts'), 'runs')), agent: at(one, 'agent') });
    cursor = data.next_cursor;
    if (cursor === undefined) return found;
  }
}

/** A large session: one of the sandbox's history, or where that tells no agent, what a start of all tests of one agent gives. */
async function largeOf(reading: Reader, provider: string): Promise<{ session: string; agent: unknown }> {
  const found = (await sessionsOf(reading, provider)).find(({ runs }) => runs === RUNS);
  if (found?.agent !== undefined) return { session: found.ref, agent: found.agent };
  const ofKind = async (kind: string) =>
    list((await reading.server.call('list_tests', { provider, kind, limit: 50 })).data.tests);
  const suites = await ofKind('suite');
  const agent = at(suites[0], 'agent');
  const started = await reading.server.call('start_simulation', {
    test: (suites.length > 0 ? suites.filter((one) => at(one, 'agent') === agent) : await ofKind('case'))
      .slice(0, 25)
      .map((test) => text(at(test, 'ref')))
      .join(','),
    repeat: suites.length > 0 ? 3 : 2,
    key: 'large',
  });
  expect(started.isError, started.text).toBe(false);
  const session = text(started.data.session);
  for (let tries = 0; tries < 10; tries += 1)
    if ((await reading.server.call('wait_for_session', { session })).data.done === true) return { session, agent };
  throw new Error(`${session} has not ended.`);
}

/** A small session of the same agent that ran before; where sessions are of one scenario, one of each. */
async function smallOf(reading: Reader, provider: string, of: unknown): Promise<string> {
  const last = (await sessionsOf(reading, provider)).filter(
    ({ runs, agent }) => runs < 10 && runs !== 2 && agent === of,
  );
  const single = last.filter(({ runs }) => runs === 1);
  return single.length > 0 ? single.map(({ ref }) => ref).join(',') : text(last[0]?.ref);
}

describe.each(PROVIDERS.map(({ id }) => id))('on %s', (provider) => {
  it('three calls and 6,000 tokens in either form tell the causes, the next session is read where no mode explains it, and a restart forgets nothing', async () => {
    const home = mkdtempSync(join(tmpdir(), 'agent-sim-diagnosis-'));
    opened.push(() => rmSync(home, { recursive: true, force: true }));
    const first = await reader(home);
    const { session: large, agent } = await largeOf(first, provider);
    const found = await lines(first, large);
    const modes = named(found);
    expect(modes.length).toBeGreaterThanOrEqual(9);
    const saved = await first.call('save_failure_modes', { session: large, modes });
    expect(saved.data.uncoded ?? 0).toBe(0);
    process.stdout.write(
      `${provider}: ${saved.data.coded} failures, ${found.length} lines, ${modes.length} modes; ${costOf(first)}\n`,
    );
    expect(Number(saved.data.coded)).toBeGreaterThanOrEqual(75);
    expect(first.spent.calls).toBeLessThanOrEqual(3);
    expect(first.spent.text).toBeLessThan(MOST_TOKENS);
    const known = new Set(list(saved.data.modes).map((mode) => at(mode, 'id')));
    await first.server.close();

    const second = await reader(home);
    const later = await smallOf(second, provider, agent);
    const left = await lines(second, later);
    expect(second.spent.calls).toBe(1);
    for (const line of left) expect(at(line, 'mode')).toBeUndefined();
    process.stdout.write(`${provider}: a later session: ${left.length} lines; ${costOf(second)}\n`);
    expect(left.length).toBeLessThan(found.length);
    if (left.length > 0) {
      // Every line is of a mode that is known: none is made.
      const more = await second.call('save_failure_modes', { session: later, modes: named(left) });
      expect(more.data.uncoded ?? 0).toBe(0);
      for (const mode of list(more.data.modes)) expect(known).toContain(at(mode, 'id'));
      expect(await lines(second, later)).toEqual([]);
    }
    const { clusters } = (await second.call('get_failure_clusters', { session: later })).data;
    for (const one of list(clusters)) expect(at(one, 'source')).toBe('mode');
  });

  it('one session of a hundred failures costs no more', async () => {
    const home = mkdtempSync(join(tmpdir(), 'agent-sim-diagnosis-'));
    opened.push(() => rmSync(home, { recursive: true, force: true }));
    const alone = await reader(home);
    const session = text((await sessionsOf(alone, provider)).find(({ runs }) => runs === RUNS)?.ref);
    const modes = named(await lines(alone, session));
    const saved = await alone.call('save_failure_modes', { session, modes });
    process.stdout.write(`${provider}: one session, ${saved.data.coded} failures; ${costOf(alone)}\n`);
    expect(Number(saved.data.coded)).toBeGreaterThanOrEqual(95);
    expect(saved.data.uncoded ?? 0).toBe(0);
    expect(alone.spent.calls).toBeLessThanOrEqual(3);
    expect(alone.spent.text).toBeLessThan(MOST_TOKENS);
  });
});
