/** The states of the tools of the toolset `fix`, over agents in memory and a changer that answers what it is told. */
import type { ChangeAnswer, Changer, Proposal } from '../../src/changing/changer.ts';
import type { Agent } from '../../src/model/agents.ts';
import { Problem } from '../../src/model/problem.ts';
import { PAYLOADS } from '../redteam/payloads.ts';
import {
  agentOf,
  COPY,
  changeAnswerOf,
  DIFF,
  LIVE,
  PROMPT,
  partOf,
  proposalOf,
  withAgents,
} from '../support/agents.ts';
import { ask, type Shown } from './shown.ts';
import type { Worlds } from './worlds.ts';

type Make = (worlds: Worlds) => Promise<Shown>;

const REF = 'synthflow/agent/a1';
const CHANGE = 'c-0123456789ab';
const asked =
  (tool: string, args: Record<string, unknown>, agents: readonly Agent[], changer: Partial<Changer> = {}): Make =>
  ({ small }) =>
    ask(tool, args, { ...withAgents(small.context(), agents, changer), canAsk: true });

const several = ['Front desk', 'Billing line', 'Urgent line'].map((name, index) =>
  agentOf({ ref: `synthflow/agent/a${index + 1}`, name }),
);
const record = agentOf({
  ownership: 'record_of_external',
  lives_at: 'at its endpoint; the platform only calls it',
  targets: [{ target: 'record', exposure: 'unknown', means: 'Writes to the record only.', affects: [], by_hand: [] }],
});
const RULE = 'Never promise a time that the calendar does not show, and say so where a caller insists on it.\n';
const long = agentOf({
  parts: [
    partOf('prompt', RULE.repeat(500), { limit: 50_000 }),
    ...agentOf().parts.slice(1),
    partOf('one_line', 'and so on '.repeat(2_000)),
  ],
});
const many = agentOf({
  parts: Array.from({ length: 120 }, (_, nth) =>
    partOf(`tool.t${nth}`, `Does the thing number ${nth}.`, { kind: 'tool' }),
  ),
});
const attack = PAYLOADS.map(({ text }) => text);
const [first = '', second = ''] = attack;
const hostile = agentOf({
  name: first,
  type: second,
  parts: attack.slice(0, 12).map((text, nth) => partOf(`part_${nth}`, text)),
  targets: [{ ...LIVE, affects: [{ what: 'phone number', count: 3, names: attack.slice(0, 3) }] }],
  versions: attack.slice(0, 3).map((text) => ({ version: text, by: text, note: text })),
});

const LIST: Readonly<Record<string, Make>> = {
  empty: asked('list_agents', { search: 'nothing is called that' }, several),
  one: asked('list_agents', { search: 'billing' }, several),
  paged: asked('list_agents', { limit: 2 }, several),
  copy: asked('list_agents', {}, [agentOf({ copy_of_change: CHANGE }), { ...record, ref: 'synthflow/agent/a2' }]),
  hostile: asked(
    'list_agents',
    {},
    attack.slice(0, 6).map((name, nth) => agentOf({ ref: `synthflow/agent/a${nth}`, name, type: name })),
  ),
  cut: asked(
    'list_agents',
    { limit: 100 },
    Array.from({ length: 100 }, (_, nth) => agentOf({ ref: `synthflow/agent/a${nth}`, name: 'and so on '.repeat(80) })),
  ),
  error: asked('list_agents', { provider: 'nobody' }, several),
};

const GET: Readonly<Record<string, Make>> = {
  one: asked('get_agent', { agent: REF }, [agentOf()], {
    history: async () => [
      { change: CHANGE, at: '2026-11-21T10:00:00Z', target: 'live', state: 'saved' },
      { change: 'c-00000000aaaa', at: '2026-11-10T10:00:00Z', target: 'live', state: 'reverted' },
    ],
  }),
  versions: asked(
    'get_agent',
    { agent: REF },
    [
      agentOf({
        targets: [COPY, { ...LIVE, exposure: 'live', by_hand: [] }],
        objects: [
          { id: 'job', what: 'the job node', revision: '7' },
          { id: 'persona', what: 'the AI agent', revision: 'aa' },
        ],
        parts: [
          partOf('job.instructions', PROMPT, { object: 'job' }),
          partOf('persona.instructions', 'You are kind.', { object: 'persona', kind: 'persona' }),
        ],
        versions: [
          { version: 'v3', at: '2026-11-21T09:00:00Z', by: 'Ann', note: 'Prices', state: 'live' },
          { version: 'v2', state: 'former' },
        ],
      }),
    ],
    { history: async () => [{ change: CHANGE, at: '2026-11-21T10:00:00Z', target: 'copy', state: 'saved' }] },
  ),
  copy: asked('get_agent', { agent: REF }, [agentOf({ copy_of_change: CHANGE })], {
    originOf: async () => 'synthflow/agent/a0',
  }),
  record: asked('get_agent', { agent: REF }, [record]),
  paged: asked('get_agent', { agent: REF }, [long]),
  page_2: asked('get_agent', { agent: REF, part: 'prompt', from: 3_000 }, [long]),
  long_line: asked('get_agent', { agent: REF, part: 'one_line' }, [long]),
  hidden: ({ small }) => {
    const secret = 'sk-abcdefgh12345678';
    const parts = [partOf('prompt', `Line one\nUse ${secret} here\nA zero\u200b width\r\nEnd`)];
    const context = withAgents(small.context(), [agentOf({ parts })]);
    return ask('get_agent', { agent: REF }, { ...context, redact: (one) => one.replaceAll(secret, '[redacted]') });
  },
  hostile: asked('get_agent', { agent: REF }, [hostile]),
  cut: asked('get_agent', { agent: REF }, [many]),
  parts_2: asked('get_agent', { agent: REF, from: 100 }, [many]),
  unknown_part: asked('get_agent', { agent: REF, part: 'promt' }, [agentOf()]),
  error: asked('get_agent', { agent: 'synthflow/agent/a9' }, several),
};

const edits = [{ part: 'prompt', old: '\tAsk for a day before a time.', new: 'Offer two times.' }];
const proposed = (more: Partial<Proposal> = {}, args: Record<string, unknown> = {}): Make =>
  asked('propose_agent_change', { agent: REF, edits, ...args }, [agentOf()], { propose: async () => proposalOf(more) });
const external = {
  agent: { ...proposalOf().agent, ownership: 'record_of_external' as const, lives_at: 'at its endpoint' },
  targets: record.targets,
};
const wide = Array.from({ length: 30 }, (_, nth) => ({
  ...DIFF[0],
  part: 'prompt',
  location: 'agent.prompt of the assistant',
  line: nth * 10 + 1,
  before: 'and so on '.repeat(30),
  after: 'and on and on '.repeat(20),
}));
const attacked = attack.slice(0, 8).map((text, nth) => ({
  part: 'prompt',
  location: 'agent.prompt of the assistant',
  line: nth + 1,
  above: text,
  before: text,
  after: text,
  below: text,
}));

const PROPOSE: Readonly<Record<string, Make>> = {
  one: proposed({ targets: [COPY, LIVE] }),
  problems: proposed({ problems: ['The part prompt would have 50,020 characters; the platform takes 50,000.'] }),
  record: proposed(external),
  nobody_to_ask: ({ small }) =>
    ask(
      'propose_agent_change',
      { agent: REF, edits },
      withAgents(small.context(), [agentOf()], { propose: async () => proposalOf({ targets: [COPY, LIVE] }) }),
    ),
  hidden: proposed({ diff: [{ ...DIFF[0], ...wideOf('Be kind.', 'Be kind.\u{e0041}\u{e0042} \u200b') }] }),
  hostile: proposed({ agent: { ...proposalOf().agent, name: first }, diff: attacked }),
  cut: proposed({ diff: wide }),
  error: asked('propose_agent_change', { agent: REF, edits }, [agentOf()], {
    propose: () =>
      Promise.reject(
        new Problem('invalid_input', 'The old text of edit 1 stands nowhere in the part prompt.', {
          next: 'Copy it from get_agent, character by character.',
          sent: 'no',
        }),
      ),
  }),
  evidence: proposed({}, { evidence: ['it failed'] }),
};

function wideOf(before: string, after: string) {
  return { part: 'prompt', location: 'agent.prompt of the assistant', line: 7, before, after };
}

const changed = (tool: 'apply_agent_change' | 'revert_agent_change', more: Partial<ChangeAnswer>): Make => {
  const answer = async () => changeAnswerOf(more);
  const args = tool === 'apply_agent_change' ? { change: CHANGE, target: more.target ?? 'live' } : { change: CHANGE };
  return asked(tool, args, [agentOf()], { apply: answer, revert: answer });
};
const question =
  (does: 'apply' | 'revert', more: Partial<ChangeAnswer> = {}) =>
  async () => ({
    needs: 'confirmation' as const,
    does,
    asked: changeAnswerOf(more),
    token: 't',
    expires_at: '2026-11-22T10:10:00Z',
  });
const refused = () =>
  Promise.reject(
    new Problem('refused', 'A change that callers may meet at once needs a client that asks.', {
      reason: 'no_one_asks',
      next: 'The operator can set AGENT_SIM_LIVE_CHANGES=1.',
      sent: 'no',
    }),
  );
const waiting = {
  outcome: 'confirmation_required',
  verified: false,
  agent: undefined,
  confirm: 'abcdefghijklmnopqrstuvwxyz',
  expires_at: '2026-11-22T10:10:00Z',
  message: 'Nothing is written yet: it needs a yes.',
} as const;
const conflict = {
  outcome: 'conflict',
  verified: false,
  message: 'The agent was changed since; nothing was written.',
  conflicts: [{ part: 'prompt', expected: 'Ask for a day.\n', present: 'Ask for <b>a</b> day, kindly.\n' }],
} as const satisfies Partial<ChangeAnswer>;

function ofChange(tool: 'apply_agent_change' | 'revert_agent_change'): Readonly<Record<string, Make>> {
  const apply = tool === 'apply_agent_change';
  const args = apply ? { change: CHANGE, target: 'live' } : { change: CHANGE };
  return {
    saved: changed(tool, {}),
    already: changed(tool, { already: true, message: 'It was saved before.' }),
    // Something to start tests against, until it is taken back.
    draft: changed(tool, { target: 'draft', exposure: 'draft', agent: 'synthflow/agent/a1~v4' }),
    not_verified: changed(tool, {
      verified: false,
      outcome: 'unknown',
      not_taken: ['prompt'],
      also_moved: ['greeting'],
      message: 'The platform answered success, and the parts hold what they held before.',
    }),
    conflict: changed(tool, { ...conflict, conflicts: [...conflict.conflicts] }),
    confirmation_required: changed(tool, waiting),
    question: asked(tool, args, [agentOf()], {
      apply: question('apply'),
      revert: question('revert'),
    }),
    hostile_question: asked(tool, args, [agentOf()], {
      apply: question('apply', { agent_name: first, diff: attacked }),
      revert: question('revert', { agent_name: first, diff: attacked }),
    }),
    vendor: changed(tool, {
      outcome: 'refused',
      verified: false,
      message: 'The first requests were answered, and then: the platform refused.',
      vendor: { status: 422, code: 'invalid', message: second, field: 'agent.prompt', request_id: 'r-1' },
    }),
    refused: asked(tool, args, [agentOf()], { apply: refused, revert: refused }),
    hostile: changed(tool, {
      ...waiting,
      agent_name: first,
      diff: attacked,
      affects: [{ what: 'phone number', count: 3, names: attack.slice(0, 3) }],
    }),
    error: ({ small }) => ask(tool, { ...args, change: undefined }, withAgents(small.context(), [])),
  };
}

const APPLY: Readonly<Record<string, Make>> = {
  ...ofChange('apply_agent_change'),
  copy: changed('apply_agent_change', {
    target: 'copy',
    exposure: 'draft',
    agent: 'synthflow/agent/copy1',
    affects: [],
    by_hand: COPY.by_hand,
  }),
  external: changed('apply_agent_change', {
    outcome: 'refused',
    verified: false,
    agent: undefined,
    affects: [],
    by_hand: [],
    lives_at: 'at its endpoint; the platform only calls it',
    message: 'The platform only describes this agent: nothing was written.',
  }),
  start_again: changed('apply_agent_change', { evidence: ['synthflow/run/r1', 'synthflow/suite/s1'] }),
  hostile_conflict: changed('apply_agent_change', {
    ...conflict,
    conflicts: attack.slice(0, 6).map((text) => ({ part: 'prompt', expected: text, present: text })),
  }),
};

export const AGENT_STATES: Readonly<Record<string, Readonly<Record<string, Make>>>> = {
  list_agents: LIST,
  get_agent: GET,
  propose_agent_change: PROPOSE,
  apply_agent_change: APPLY,
  revert_agent_change: ofChange('revert_agent_change'),
};
