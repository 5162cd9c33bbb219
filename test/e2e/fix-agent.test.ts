/**
 * An assistant that does what the prompt `fix_agent` says, step by step, on the sandbox: it fixes one cause, takes back an edit
 * that breaks what passed, and edits nothing where the failure does not come back. A person answers every question.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { KNOWN_MODES, readReason } from '../../src/commands/demo-modes.ts';
import { type Answer, type Connected, connect } from '../support/clients.ts';
import { at, list, text } from '../support/data.ts';

const READS_BACK = 'Does not read the booking back';
const RULE = KNOWN_MODES.find(({ title }) => title === READS_BACK)?.bullet ?? '';
const LAST = '- End the call as soon as the first request is done.';
const HOURS =
  '- We are open Monday to Friday from 8 am to 6 pm and Saturday from 9 am to 1 pm. We are closed on Sunday.';

interface Assistant {
  server: Connected;
  /** What the person was asked, each a yes. */
  questions: string[];
  /** Tools in the order of the calls, each with the step of the prompt that names it. */
  steps: { step: number; tool: string }[];
  /** Makes a call that a step of the prompt names. */
  does(step: string, tool: string, args: Record<string, unknown>): Promise<Answer>;
}

const opened: Connected[] = [];
afterEach(async () => {
  for (const server of opened.splice(0)) await server.close();
});

async function assistant(): Promise<Assistant & { playbook: string }> {
  const questions: string[] = [];
  const server = await connect({
    args: ['serve', '--sandbox', '--speed', '600', '--seed', '3', '--confirm-above', '0'],
    elicit: (message) => {
      questions.push(message);
      return 'accept';
    },
  });
  opened.push(server);
  const { agent_file } = (await server.call('list_providers')).data;
  const prompt = await server.client.getPrompt({ name: 'fix_agent', arguments: { session: 'synthflow/session/x' } });
  const said = text(at(prompt.messages[0]?.content, 'text')).split(/^(?=\d+\. )/m);
  const steps: Assistant['steps'] = [];
  return {
    server,
    questions,
    steps,
    playbook: text(agent_file),
    async does(words, tool, args) {
      const step = said.findIndex((one) => one.includes(words));
      expect(said[step], `${words}: ${tool}`).toContain(tool);
      steps.push({ step, tool });
      const answer = await server.call(tool, args);
      expect(answer, `${tool}: ${answer.text}`).toMatchObject({ isError: false });
      return answer;
    },
  };
}

async function run({ does }: Assistant, step: string, args: Record<string, unknown>): Promise<string> {
  await does(step, 'start_simulation', { ...args, dry_run: true });
  const session = text((await does(step, 'start_simulation', args)).data.session);
  for (let tries = 0; tries < 20; tries += 1)
    if ((await does(step, 'wait_for_session', { session })).data.done === true) return session;
  throw new Error(`${session} has not ended.`);
}

/** A session of the suite of bookings that failed, with its test. */
async function failed({ server }: Assistant): Promise<{ session: string; test: string }> {
  const { tests } = (await server.call('list_tests', { provider: 'synthflow', kind: 'suite' })).data;
  const test = text(
    at(
      list(tests).find((one) => /booking/i.test(text(at(one, 'name')))),
      'ref',
    ),
  );
  const session = text((await server.call('start_simulation', { test, key: 'last-night' })).data.session);
  while ((await server.call('wait_for_session', { session })).data.done !== true);
  return { session, test };
}

/** Failures of the mode that is mended, in the lines of a session that nobody has read. */
const ofMode = (answer: Answer) =>
  list(answer.data.failures).filter((line) => readReason(text(at(line, 'reason')))?.title === READS_BACK);

/** The steps of the prompt with one edit; what the assistant says in the end, and the calls that changed something. */
async function fixes(
  person: Assistant,
  { session, test }: { session: string; test: string },
  edit: { old: string; new: string },
) {
  const { does } = person;
  await does('get_session of', 'get_session', { session });
  await does('get_session of', 'get_failure_clusters', { session });
  const lines = ofMode(await does('get_session of', 'list_failures', { session }));
  const mode = {
    title: READS_BACK,
    definition: 'Day and time are not repeated to the caller.',
    source: 'agent',
    failures: lines.map((line) => at(line, 'id')),
  };
  await does('get_session of', 'save_failure_modes', { session, modes: [mode] });
  const runs = list((await does('Reproduce it', 'list_runs', { session, mode: READS_BACK })).data.runs);
  await does('one cause at a time', 'get_run', { run: at(runs[0], 'ref') });

  const failing = text(at(runs[0], 'test'));
  const again = await run(person, 'Reproduce it', { test: failing, repeat: 3, key: 'again' });
  const back = list((await does('Reproduce it', 'list_failures', { session: again, state: 'all' })).data.failures);
  if (back.length === 0) return { says: 'It does not come back, in 3 runs. Nothing was edited.' };

  const passing = list((await does('Protect what passes', 'list_runs', { session, verdict: 'passed' })).data.runs);
  const isProtected = new Set(passing.map((one) => text(at(one, 'name'))));

  const agents = list((await person.server.call('list_agents', { provider: 'synthflow' })).data.agents);
  const agent = text(at(agents[0], 'ref'));
  const read = await does('propose_agent_change', 'get_agent', { agent });
  const [target] = list(at(read.data.agent, 'targets'));
  const edits = [{ part: 'prompt', ...edit }];
  const proposal = await does('propose_agent_change', 'propose_agent_change', { agent, edits, evidence: [test] });
  expect(proposal.text).toContain(`+ ${edit.new.split('\n').at(-1)}`);
  const change = text(proposal.data.change);

  const apply = { change, target: at(target, 'target') };
  const saved = await does('After their yes', 'apply_agent_change', apply);
  expect(saved.data).toMatchObject({ outcome: 'saved', verified: true });
  const after = await run(person, 'run the whole suite', { test, key: 'after' });
  await does('list_failures of the new session', 'list_failures', { session: after });
  const compared = (await does('compare_sessions', 'compare_sessions', { before: session, after })).data;
  const broken = list(compared.broken).map((one) => text(at(one, 'name')));
  const lost = broken.filter((name) => isProtected.has(name));
  if (lost.length === 0) return { says: 'Nothing that passed is broken.', compared, change, agent };
  const reverted = await does('One protected test', 'revert_agent_change', { change });
  expect(reverted.data).toMatchObject({ outcome: 'saved', verified: true });
  return { says: `No fix: ${lost.join(', ')} passed before. Taken back.`, compared, change, agent };
}

const promptOf = async ({ server }: Assistant, agent: unknown) =>
  text(at(list(at((await server.call('get_agent', { agent, part: 'prompt' })).data.agent, 'parts'))[0], 'text'));

describe('an assistant that follows the prompt fix_agent', () => {
  it('fixes one cause, and asks a person before each start and before the change', async () => {
    const person = await assistant();
    const { says, compared, agent } = await fixes(person, await failed(person), { old: LAST, new: `${LAST}\n${RULE}` });
    expect(says).toBe('Nothing that passed is broken.');
    expect(list(compared?.fixed).map((one) => at(one, 'name'))).toContain('Book a cleaning');
    expect(await promptOf(person, agent)).toContain(RULE);
    // The start of last night, the failing case again, the change, the suite.
    const [, again = '', change = '', suite = ''] = person.questions;
    expect(person.questions).toHaveLength(4);
    expect(again).toMatch(/^3 runs of "Book a cleaning" .*will be started/);
    expect(change).toContain(`+ ${RULE}`);
    expect(suite).toMatch(/^8 runs of "Bookings and changes" .*will be started/);
    // It goes through the prompt from the beginning to the end.
    const order = person.steps.map(({ step }) => step).filter((step, index, all) => step !== all[index - 1]);
    expect(order.toSorted((a, b) => a - b).at(0)).toBe(order[0]);
    expect(order.indexOf(order.at(-1) ?? 0)).toBe(order.length - 1);
  });

  it('calls no fix what breaks a test that passed, and takes it back', async () => {
    const person = await assistant();
    const { says, compared, agent } = await fixes(person, await failed(person), { old: HOURS, new: RULE });
    // It mends what it was to mend, and that makes it no fix.
    expect(list(compared?.fixed).map((one) => at(one, 'name'))).toContain('Book a cleaning');
    expect(says).toBe('No fix: Opening hours passed before. Taken back.');
    const prompt = await promptOf(person, agent);
    expect(prompt).toContain(HOURS);
    expect(prompt).not.toContain(RULE);
    expect(prompt).toBe(readFileSync(person.playbook, 'utf8'));
    expect(person.questions).toHaveLength(5);
  });

  it('edits nothing where the failure does not come back', async () => {
    const person = await assistant();
    const session = await failed(person);
    // Somebody else mended it meanwhile.
    writeFileSync(person.playbook, readFileSync(person.playbook, 'utf8').replace(LAST, `${LAST}\n${RULE}`));
    const { says } = await fixes(person, session, { old: LAST, new: `${LAST}\n${RULE}` });
    expect(says).toBe('It does not come back, in 3 runs. Nothing was edited.');
    expect(person.steps.map(({ tool }) => tool)).not.toContain('propose_agent_change');
    expect(person.questions).toHaveLength(2);
  });
});
