/** Changes of agents as a client makes them: who is asked and what, what is said at the deadline, what is refused before. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { ChangeAnswer, Changer } from '../../src/changing/changer.ts';
import { DEFAULTS } from '../../src/config/settings.ts';
import type { PersonChannel } from '../../src/home/asking.ts';
import type { Agent } from '../../src/model/agents.ts';
import { Problem } from '../../src/model/problem.ts';
import type { Provider } from '../../src/providers/provider.ts';
import { createRegistry } from '../../src/providers/registry.ts';
import { agentOf, agentsInMemory, changeAnswerOf, LIVE, proposalOf } from '../support/agents.ts';
import { bookInMemory } from '../support/book.ts';
import { at } from '../support/data.ts';
import { noChanges } from '../support/no-changes.ts';
import { gate } from '../support/waiting.ts';
import { connectInMemory, type InMemory, type InMemoryOptions, stopTime } from './in-memory.ts';

const DEADLINE_MS = 56_000;
const GRACE_MS = 1_500;
const CHANGE = 'c-0123456789ab';
const TOOLS = ['apply_agent_change', 'revert_agent_change'] as const;

const open: InMemory[] = [];
afterEach(async () => {
  vi.useRealTimers();
  for (const one of open.splice(0)) await one.close();
});

/** A server over one platform in memory. */
async function serve(
  changer: Partial<Changer>,
  options: InMemoryOptions & { provider?: Partial<Provider>; agents?: Agent[] } = {},
) {
  const agents = agentsInMemory(options.agents ?? [agentOf()]);
  const provider = { id: 'synthflow', label: 'Synthflow', host: 'h', sandbox: false, agents, ...options.provider };
  const registry = createRegistry({
    settings: async () => ({ env: {} }),
    defaults: DEFAULTS,
    registerSecret: () => undefined,
    providers: [
      {
        id: 'synthflow',
        label: 'Synthflow',
        load: async () => ({ configure: () => ({ provider }), sandboxEnv: () => ({}) }) as never,
      },
    ],
  });
  const server = await connectInMemory(registry, bookInMemory(), { changer: noChanges(changer), ...options });
  open.push(server);
  return server;
}

const asks =
  (does: 'apply' | 'revert', seen: PersonChannel[]) =>
  async (...[, , , channel]: Parameters<Changer['apply']>) => {
    seen.push(channel);
    if (channel.answer) return changeAnswerOf(channel.answer.outcome === 'accepted' ? {} : { outcome: 'refused' });
    return {
      needs: 'confirmation' as const,
      does,
      asked: changeAnswerOf(),
      token: 'state-1',
      expires_at: '2026-11-22T10:10:00Z',
    };
  };

describe.each(TOOLS)('%s', (tool) => {
  const does = tool === 'apply_agent_change' ? 'apply' : 'revert';
  const args = does === 'apply' ? { change: CHANGE, target: 'live' } : { change: CHANGE };

  it('asks the person through the client, with every changed line, and goes on with what was answered', async () => {
    const seen: PersonChannel[] = [];
    const questions: unknown[] = [];
    const server = await serve(
      { [does]: asks(does, seen) },
      {
        answers(question) {
          questions.push(question);
          return { action: 'accept', content: { proceed: true } };
        },
      },
    );
    const { data } = await server.call(tool, args);
    expect(at(data, 'outcome')).toBe('saved');
    expect(seen.map(({ canAsk, answer }) => [canAsk, answer])).toEqual([
      [true, undefined],
      [true, { state: 'state-1', outcome: 'accepted' }],
    ]);
    const [question] = questions;
    const title = does === 'apply' ? 'Save it?' : 'Take it back?';
    expect(at(at(at(question, 'requestedSchema'), 'properties'), 'proceed')).toMatchObject({ type: 'boolean', title });
    const asked = String(at(question, 'message'));
    expect(asked).toContain(
      '-= "\\tAsk for a day before a time."\n+ Offer two times.\n+ Ask for a day only where neither fits.',
    );
    expect(asked).toMatch(/Exposure unknown: callers may meet it at once\.\nIt reaches 2 phone numbers, 5 suites\./);
    expect(asked).toContain('<<<quoted ');
  });

  it('says that the client cannot ask where it cannot', async () => {
    const seen: PersonChannel[] = [];
    const server = await serve({ [does]: asks(does, seen) });
    const { isError, said } = await server.call(tool, args);
    expect(isError).toBe(true);
    expect(said).toMatch(/this client cannot ask/);
    expect(seen).toEqual([{ canAsk: false, answer: undefined }]);
  });

  it('does not go on after its deadline, as reading does, and is not kept for the same call', async () => {
    stopTime();
    const begun = gate();
    const signals: AbortSignal[] = [];
    const never = (...[, , { signal }]: Parameters<Changer['apply']>) => {
      signals.push(signal);
      begun.open();
      return new Promise<ChangeAnswer>(() => undefined);
    };
    const server = await serve({ [does]: never });
    const first = server.call(tool, args);
    await begun.opened;
    await vi.advanceTimersByTimeAsync(DEADLINE_MS + GRACE_MS + 1);
    const { said, isError } = await first;
    expect(isError).toBe(true);
    expect(said).toMatch(
      /did not answer within 56 s.*Next: Make the same call again after a minute: it says what became of the change/s,
    );
    expect(signals[0]?.aborted).toBe(true);
    const second = server.call(tool, args);
    await vi.advanceTimersByTimeAsync(DEADLINE_MS + GRACE_MS + 1);
    await second;
    expect(signals).toHaveLength(2);
  });
});

describe('the first line', () => {
  it.each(['saved', 'conflict', 'refused', 'unknown', 'confirmation_required'] as const)(
    'says %s, never live or fixed',
    async (outcome) => {
      const message = 'What became of it.';
      const server = await serve({ apply: async () => changeAnswerOf({ outcome, message, exposure: 'live' }) });
      const { said, data } = await server.call('apply_agent_change', { change: CHANGE, target: 'live' });
      const [line = ''] = said.split('\n');
      expect(line).toBe(`${outcome}: What became of it.`);
      expect(String(at(data, 'headline')).startsWith(line)).toBe(true);
      expect(line).not.toMatch(/\b(live|fixed)\b/);
    },
  );
});

describe('calls to go on with', () => {
  const run = { test: 'synthflow/suite/s7' };
  const start = { accepts: ['agent'] as const };
  const saved = async (evidence: string[], provider: Partial<Provider>, agent = 'synthflow/agent/a1') => {
    const server = await serve({ apply: async () => changeAnswerOf({ evidence, agent }) }, { provider });
    const { said } = await server.call('apply_agent_change', { change: CHANGE, target: 'live' });
    return [...said.matchAll(/^Next: (.*)$/gm)].map(([, line]) => line);
  };

  it('start the test that the evidence names, or that its run was of, on the agent that it was saved in', async () => {
    const starts = { start } as unknown as Partial<Provider>;
    const runs = { ...starts, runs: { get: async () => run } } as unknown as Partial<Provider>;
    const planned = 'dry_run=true plans the test again and counts its runs';
    expect((await saved(['synthflow/suite/s1'], starts))[0]).toBe(
      `start_simulation test=synthflow/suite/s1 agent=synthflow/agent/a1 ${planned}`,
    );
    expect((await saved(['synthflow/run/r1'], runs, 'synthflow/agent/copy'))[0]).toBe(
      `start_simulation test=synthflow/suite/s7 agent=synthflow/agent/copy ${planned}`,
    );
  });

  it('look for a test where none is known, and for what its start takes where that may be more than is known', async () => {
    const starts = (...accepts: string[]) => ({ start: { accepts } }) as unknown as Partial<Provider>;
    const withAgent = 'start it with agent=synthflow/agent/a1';
    for (const evidence of [[], ['coval/suite/s1']])
      expect((await saved(evidence, starts('agent')))[0]).toBe(
        'list_tests provider=synthflow finds a test to start again with agent=synthflow/agent/a1',
      );
    expect((await saved([], starts()))[0]).toMatch(/^get_agent /);
    expect((await saved(['synthflow/suite/s1'], starts('agent', 'persona')))[0]).toBe(
      `get_test test=synthflow/suite/s1 says what its start takes; ${withAgent}`,
    );
  });

  it('start nothing where the platform cannot be asked for the test', async () => {
    const failing = {
      start,
      runs: { get: () => Promise.reject(new Problem('timeout', 'x')) },
    } as unknown as Partial<Provider>;
    expect((await saved(['synthflow/run/r1'], failing))[0]).toMatch(/^get_agent /);
  });

  it('name the agent only where a start takes one', async () => {
    const bound = { start: { accepts: [] } } as unknown as Partial<Provider>;
    expect((await saved(['synthflow/suite/s1'], bound))[0]).toMatch(
      /^start_simulation test=synthflow\/suite\/s1 dry_run=true/,
    );
  });

  it('of a proposal apply it, the most careful target first; none of one that could not be applied', async () => {
    const propose = async (more: Parameters<typeof proposalOf>[0]) => {
      const server = await serve({ propose: async () => proposalOf(more) }, { answers: () => ({ action: 'decline' }) });
      const edits = [{ part: 'prompt', old: 'a', new: 'b' }];
      const { said } = await server.call('propose_agent_change', { agent: 'synthflow/agent/a1', edits });
      return [...said.matchAll(/^Next: (\S+ \S+ \S+)/gm)].map(([, line]) => line);
    };
    const copy = { ...LIVE, target: 'copy' as const, exposure: 'draft' as const };
    const apply = `apply_agent_change change=${CHANGE} target=`;
    expect(await propose({ targets: [copy, LIVE] })).toEqual([`${apply}copy`, `${apply}live`]);
    expect(await propose({ targets: [LIVE], problems: ['Too long.'] })).toEqual(['propose_agent_change again, with']);
  });

  it('of a proposal that no target takes from this client are none, and that is said', async () => {
    const server = await serve({ propose: async () => proposalOf({ targets: [LIVE] }) });
    const edits = [{ part: 'prompt', old: 'a', new: 'b' }];
    const { said } = await server.call('propose_agent_change', { agent: 'synthflow/agent/a1', edits });
    expect(said).toMatch(
      /^It cannot be applied through this client: each of its targets takes a yes from a client that can ask/m,
    );
    expect(said).not.toMatch(/^Next: apply_agent_change/m);
  });
});

describe('an agent is named by its reference', () => {
  it.each([
    ['Front desk', /not a reference of this server.*list_agents with `search`/s],
    ['synthflow/suite/s1', /test definition: read it with get_test/],
    ['synthflow/agent/a9', /no agent of that id.*closest known: synthflow\/agent\/a1/s],
    ['coval/agent/a1', /no provider of that name/],
  ])('%s is refused', async (agent, said) => {
    const server = await serve({});
    const answer = await server.call('get_agent', { agent });
    expect(answer.isError).toBe(true);
    expect(answer.said).toMatch(said);
  });

  it('and tools for something else say that get_agent reads it', async () => {
    const server = await serve({});
    expect((await server.call('get_run', { run: 'synthflow/agent/a1' })).said).toMatch(
      /it is an agent: read it with get_agent/,
    );
  });

  it('on a platform without agents nothing is read', async () => {
    const server = await serve({}, { provider: { agents: undefined } });
    const { said } = await server.call('get_agent', { agent: 'synthflow/agent/a1' });
    expect(said).toMatch(/Synthflow does not support reading and changing agents/);
  });
});
