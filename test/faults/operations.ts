/** What is done under every fault: one tool call each, over the real provider. */

import { TOOLS } from '../../src/mcp/catalogue.ts';
import type { ToolAnswer } from '../../src/mcp/served-tool.ts';
import type { ToolContext } from '../../src/mcp/tool.ts';
import { at, list, text } from '../support/data.ts';
import { NEEDED_TO_START, type Vendor } from '../support/platforms.ts';
import { noDeadline } from '../support/waiting.ts';
import { type ChangedAgent, changedAgent, editOf } from './changes.ts';
import { openRig, type Rig, type RigOptions } from './rigs.ts';

export const READS = [
  'list',
  'tests',
  'page',
  'session',
  'run',
  'transcript',
  'clusters',
  'wait',
  'agents',
  'agent',
  'propose',
] as const;
export const CHANGES = ['start', 'cancel', 'apply', 'revert'] as const;
export type Operation = (typeof READS)[number] | (typeof CHANGES)[number];

/** Things of one vendor that operations are about; equal in every rig of that vendor (same seed). */
export interface World {
  big: string;
  small: string;
  running: string;
  failedRun: string;
  suite: string;
  agent: ChangedAgent;
}

export async function call(name: string, args: Record<string, unknown>, context: ToolContext) {
  const tool = TOOLS.find((one) => one.name === name);
  if (!tool) throw new Error(`No tool ${name}.`);
  const answer = await tool.run(args, context);
  if ('ask' in answer) throw new Error(`${name} asked a question.`);
  return { tool, answer };
}

/** A rig with a session that is running (the clock stands still), and the references of everything in it. */
export async function openWorld(vendor: Vendor, options: RigOptions = {}): Promise<{ rig: Rig; world: World }> {
  const rig = await openRig(vendor, { scale: 250, ...options });
  const context = rig.context(noDeadline());
  const refs = (answer: ToolAnswer, member: string) => list(at(answer.data, member));
  const runsOf = (session: unknown) => Number(at(at(session, 'counts'), 'runs'));
  const tests = refs((await call('list_tests', { limit: 50 }, context)).answer, 'tests');
  const suite = text(at(tests.find((one) => at(one, 'kind') === 'suite') ?? tests[0], 'ref'));
  const start = async (more: Record<string, unknown>) =>
    (await call('start_simulation', { test: suite, ...NEEDED_TO_START[vendor], ...more }, context)).answer.data;
  if (!tests.some((one) => at(one, 'kind') === 'suite')) {
    // Without suites no session is long unless its one case is repeated.
    await start({ key: 'short', repeat: 8 });
    await start({ key: 'long', repeat: 100 });
    rig.pass(100_000);
  }
  const sessions = refs((await call('list_sessions', { limit: 50 }, context)).answer, 'sessions');
  const [big, next] = sessions.toSorted((a, b) => runsOf(b) - runsOf(a));
  const small = sessions.find((one) => one !== big && runsOf(one) > 1) ?? next;
  const failed = refs(
    (await call('list_runs', { session: at(big, 'ref'), verdict: 'failed' }, context)).answer,
    'runs',
  );
  const world: World = {
    agent: await changedAgent(rig),
    big: text(at(big, 'ref')),
    small: text(at(small, 'ref')),
    running: text(at(await start({ key: 'running' }), 'session')),
    failedRun: text(at(failed[0], 'ref')),
    suite,
  };
  return { rig, world };
}

/** The call that is the operation. `key` names a start, or is the change that is applied or taken back. */
export function callOf(operation: Operation, vendor: Vendor, world: World, key: string) {
  const { agent } = world;
  const calls: Record<Operation, [tool: string, args: Record<string, unknown>]> = {
    list: ['list_sessions', { limit: 10 }],
    tests: ['list_tests', { limit: 50 }],
    page: ['list_runs', { session: world.big, limit: 100 }],
    session: ['get_session', { session: world.small }],
    run: ['get_run', { run: world.failedRun }],
    transcript: ['get_transcript', { run: world.failedRun }],
    clusters: ['get_failure_clusters', { session: world.small }],
    wait: ['wait_for_session', { session: world.running, timeout_seconds: 0.2 }],
    start: ['start_simulation', { test: world.suite, key, ...NEEDED_TO_START[vendor] }],
    agents: ['list_agents', { limit: 50 }],
    agent: ['get_agent', { agent: agent.ref }],
    propose: ['propose_agent_change', { agent: agent.ref, edits: [editOf(agent)] }],
    apply: ['apply_agent_change', { change: key, target: agent.target }],
    revert: ['revert_agent_change', { change: key }],
    cancel: ['cancel_session', { session: world.running }],
  };
  return calls[operation];
}
