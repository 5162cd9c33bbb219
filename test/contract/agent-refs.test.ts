/** A session tells the reference of its agent wherever its platform does, and none where the platform does not. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseRef } from '../../src/model/refs.ts';
import { belongingOf } from '../../src/providers/futureagi/map-session.ts';
import { runTestReader } from '../../src/providers/futureagi/wire.ts';
import { toSession } from '../../src/providers/synthflow/map-session.ts';
import type { CognigySwitches } from '../../src/sandbox/dialects/cognigy/switches.ts';
import { finished, openWorld as openCognigy } from './cognigy/harness.ts';
import { launch, openWorld as openCoval } from './coval/harness.ts';
import { bench, has } from './futureagi/harness.ts';
import { idOf, type Rig, startRig } from './synthflow/harness.ts';

describe('synthflow', () => {
  let rig: Rig;
  beforeAll(async () => {
    rig = await startRig();
  });
  afterAll(() => rig.close());

  it.each(['present', 'null', 'absent'] as const)('names the agent of its runs, optional fields %s', async (form) => {
    rig.switches.optional_fields = form;
    const agent = rig.engine.suites[0]?.agent ?? '';
    const { items } = await rig.tests.list({ kind: 'suite', search: 'bookings', limit: 5 }, rig.call);
    const [{ session = [] } = {}] = await rig.startAll({ test: { kind: 'suite', ids: [idOf(items[0]?.ref)] } });
    rig.pass(600);
    const ref = `synthflow/agent/${agent}`;
    expect((await rig.sessions.get(session, rig.call)).agent_ref).toBe(ref);
    expect((await rig.sessions.open(session, rig.call)).session.agent_ref).toBe(ref);
  });

  it('names none where runs name two, or none', () => {
    const of = (...agents: (string | undefined)[]) =>
      toSession(
        {
          simulation_session_id: 's',
          simulations: agents.map((target_agent_id, at) => ({ simulation_id: `r${at}`, target_agent_id })),
        },
        { now: 0, session: 's' },
      )?.agent_ref;
    expect(of('1726-23', '1726-23', undefined)).toBe('synthflow/agent/1726-23');
    expect(of('a', 'b')).toBeUndefined();
    expect(of(undefined)).toBeUndefined();
  });

  it('names that of a session too big to be fetched', async () => {
    const big = await startRig({ scale: 450 });
    try {
      const { items } = await big.sessions.list({ limit: 5 }, big.call);
      const largest = items.find(({ counts }) => counts.runs === 450);
      const { agent_ref } = await big.sessions.get([idOf(largest?.ref)], big.call);
      expect(agent_ref).toMatch(/^synthflow\/agent\//);
    } finally {
      await big.close();
    }
  });
});

describe('coval', () => {
  it('names the agent of the run, whatever the key may see of it', async () => {
    const world = await openCoval();
    const session = await launch(world);
    const { agent_ref } = (await world.provider.sessions.open([session], world.call)).session;
    expect(parseRef(agent_ref ?? '')).toMatchObject({ kind: 'agent', ids: [expect.stringMatching(/^\w{22}$/)] });
    expect((await world.provider.sessions.get([session], world.call)).agent_ref).toBe(agent_ref);
  });
});

describe('cognigy', () => {
  const refUnder = async (switches: Partial<CognigySwitches>) => {
    const world = await openCognigy(switches);
    const session = await finished(world);
    const opened = (await world.provider.sessions.open(session, world.call)).session;
    expect((await world.provider.sessions.get(session, world.call)).agent_ref).toBe(opened.agent_ref);
    return opened;
  };

  it('names the flow that the batch ran on, else the one of its frozen scenario, else none', async () => {
    const told = await refUnder({ batch_run_config: 'present' });
    expect(told.agent_ref).toMatch(/^cognigy\/agent\/[0-9a-f-]{36}$/);
    expect(told.agent).toBeDefined();
    for (const frozen_flow of ['reference', 'id'] as const) {
      const frozen = await refUnder({ frozen_flow });
      expect(frozen.agent_ref).toMatch(/^cognigy\/agent\/[0-9a-f-]{36}$/);
      // The flow of the frozen scenario is its default: the batch may have run on another.
      expect(frozen.agent).toBeUndefined();
    }
    expect((await refUnder({})).agent_ref).toBeUndefined();
    expect((await refUnder({ batch: 'documented', batch_run_config: 'present' })).agent_ref).toBeUndefined();
  });
});

describe('the test of a session', () => {
  it('names the flow of a scenario as sessions do that tell it, by whichever of its two ids', async () => {
    for (const form of ['reference', 'id'] as const) {
      const world = await openCognigy({ frozen_flow: form });
      const { agent_ref, test } = (await world.provider.sessions.open(await finished(world), world.call)).session;
      const read = await world.provider.tests.get('case', parseRef(test ?? '')?.ids ?? [], world.call);
      expect(agent_ref).toMatch(/^cognigy\/agent\//);
      expect(read.agent_ref).toBe(agent_ref);
    }
  });

  it('names the agent of a case as its runs do', async () => {
    const rig = await startRig();
    try {
      const { items } = await rig.tests.list({ kind: 'case', limit: 5 }, rig.call);
      const suites = await rig.tests.list({ kind: 'suite', limit: 5 }, rig.call);
      const agents = rig.engine.agents.map(({ id }) => `synthflow/agent/${id}`);
      for (const { agent_ref } of [...items, ...suites.items]) expect(agents).toContain(agent_ref);
    } finally {
      await rig.close();
    }
  });
});

describe('futureagi', () => {
  const of = (wire: Record<string, unknown>) => {
    const runTest = runTestReader({ id: 't', ...wire });
    return runTest && belongingOf(runTest).agent_ref;
  };

  it('names the agent definition of the run test', async () => {
    const one = await bench();
    const { items } = await has(one.provider.sessions).list({ limit: 1 }, one.call);
    const { open, session } = await one.read(idOf(items[0]?.ref));
    expect(session.agent_ref).toMatch(/^futureagi\/agent\/[0-9a-f-]{36}$/);
    expect(open.session.agent_ref).toBe(items[0]?.agent_ref);
    // Who has not listed it tells the same.
    const other = await bench();
    expect((await other.read(idOf(items[0]?.ref))).session.agent_ref).toBe(session.agent_ref);
    const silent = await bench();
    silent.dialect.switches.missing_views = ['/analytics'];
    expect((await silent.read(idOf(items[0]?.ref))).session.agent_ref).toBeUndefined();
  });

  it('names the one that all run tests of a name share', async () => {
    const one = await bench();
    const { execution_id } = one.dialect.seed('same-name');
    const { session } = await one.read(execution_id);
    expect(session.test).toBeUndefined();
    expect(session.agent_ref).toMatch(/^futureagi\/agent\/[0-9a-f-]{36}$/);
  });

  it('takes every form in which a run test tells it', () => {
    expect(of({ agent_definition: 'a-1', agent_definition_detail: { agent_name: 'Desk' } })).toBe(
      'futureagi/agent/a-1',
    );
    expect(of({ agent_definition_detail: { id: 'a-1', agent_name: 'Desk' } })).toBe('futureagi/agent/a-1');
    expect(of({ source_type: 'prompt', prompt_template: 'p-1' })).toBe('futureagi/agent/prompt~p-1');
    expect(of({ prompt_template_detail: { id: 'p-1', name: 'Desk' } })).toBe('futureagi/agent/prompt~p-1');
    // Whichever version: their runs are of one agent.
    const pinned = { prompt_version_detail: { id: 'v', template_version: 'v4' } };
    expect(of({ source_type: 'prompt', prompt_template: 'p-1', ...pinned })).toBe('futureagi/agent/prompt~p-1');
    expect(of({ agent_definition_detail: { agent_name: 'Desk' } })).toBe('futureagi/agent/Desk');
    expect(of({ agent_definition_detail: { agent_name: 'x'.repeat(300) } })).toBeUndefined();
    expect(of({})).toBeUndefined();
  });
});
