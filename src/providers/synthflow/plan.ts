/** Turning a request into steps: reads the definitions, checks what the vendor cannot do, counts. */
import { Problem } from '../../model/problem.ts';
import type { CallContext, StartPlan, StartRequest, StartStep } from '../provider.ts';
import { candidates } from '../shared/choose.ts';
import { resolveAgent } from './agents.ts';
import type { Catalogue } from './catalogue.ts';
import type { SynthflowClient } from './client.ts';
import { someOf, suitesList } from './lists.ts';
import { MAX_TURNS } from './map-test.ts';
import { PLATFORM } from './platform.ts';
import type { CaseStep, SuiteStep } from './steps.ts';
import { orNotFound } from './unknown.ts';
import type { WireCase, WireSuite } from './wire.ts';

/** Reads only. Throws `invalid_input` for what the vendor cannot do, `not_found` for unknown tests and cases. */
export async function planStart(
  request: StartRequest,
  client: SynthflowClient,
  catalogue: Catalogue,
  call: CallContext,
): Promise<StartPlan> {
  const [id = ''] = request.test.ids;
  checkRepeat(request.repeat);
  const separate = readSeparate(request.provider_options);
  if (request.test.kind === 'case') {
    refuse(
      request.max_turns !== undefined,
      'Synthflow takes max_turns only when a whole suite is executed, not for one case.',
      'Leave max_turns out, or start the suite of the case.',
    );
    refuse(
      request.cases !== undefined,
      '`cases` selects cases of a suite, and this test is a case.',
      'Leave `cases` out.',
    );
    const found = await orNotFound(client.cases.get(id, call.signal), 'case', id);
    const agent = await agentOfCase(request, found, client, catalogue, call);
    const steps = caseSteps([{ ...found, simulation_case_id: id }], agent, request, separate);
    return {
      ...summary(steps, found.name ?? id, found.base_agent?.name ?? agent),
      notes: caseNotes(steps.length, separate),
    };
  }

  const { suite, cases, lost } = await orNotFound(catalogue.suite(id, call.signal), 'suite', id, async () =>
    (await someOf(suitesList(client, call.signal))).flatMap((one) => (one.id ? [{ id: one.id, name: one.name }] : [])),
  );
  const members = cases.flatMap((one) => (one?.simulation_case_id ? [one] : []));
  if (lost !== 0 || members.length < cases.length) throw unreadCases();
  refuse(
    members.length === 0,
    'The suite has no cases, so there is nothing to run.',
    'Add cases to it at Synthflow, or start another suite.',
  );
  const agent = await agentOfSuite(request, suite, client, call);
  const chosen = choose(request.cases, members);
  const agentName = suite.agent?.name ?? agent;
  const name = suite.name ?? id;
  if (chosen.length < members.length || hasVariables(request)) {
    refuse(
      request.max_turns !== undefined,
      'Synthflow cannot limit turns and take variables or a selection of cases in one start: max_turns exists only when a whole suite is executed, variables only when a single case is started.',
      'Leave out max_turns, or leave out variables and cases.',
    );
    const steps = caseSteps(chosen, agent, request, separate);
    return { ...summary(steps, name, agentName), notes: caseNotes(steps.length, separate) };
  }
  checkMaxTurns(request.max_turns);
  const body: SuiteStep = {
    kind: 'suite',
    suite: id,
    agent,
    ...(request.max_turns === undefined ? {} : { max_turns: request.max_turns }),
    cases: members.flatMap((one) => one.simulation_case_id ?? []).sort(),
  };
  const steps = Array.from({ length: request.repeat }, (_, index) => ({
    label: `suite "${name}"${repetition(index, request.repeat)}`,
    runs: members.length,
    body,
  }));
  return { ...summary(steps, name, agentName), notes: suiteNotes(members.length, request) };
}

function summary(steps: StartStep[], test_name: string, agent: string): Omit<StartPlan, 'notes'> {
  return { runs: steps.reduce((sum, step) => sum + step.runs, 0), steps, test_name, agent };
}

/** One step a case and repetition; the repetitions of the whole row follow each other. */
function caseSteps(cases: readonly WireCase[], agent: string, request: StartRequest, separate: boolean): StartStep[] {
  return Array.from({ length: request.repeat }, (_, index) =>
    cases.map((one): StartStep => {
      const id = one.simulation_case_id ?? '';
      const body: CaseStep = {
        kind: 'case',
        case: id,
        agent,
        ...(hasVariables(request) ? { variables: request.variables } : {}),
        join: !separate,
      };
      return { label: `case "${one.name ?? id}"${repetition(index, request.repeat)}`, runs: 1, body };
    }),
  ).flat();
}

function repetition(index: number, of: number): string {
  return of === 1 ? '' : `, repetition ${index + 1} of ${of}`;
}

function hasVariables(request: StartRequest): boolean {
  return request.variables !== undefined && Object.keys(request.variables).length > 0;
}

async function agentOfCase(
  request: StartRequest,
  found: WireCase,
  client: SynthflowClient,
  catalogue: Catalogue,
  call: CallContext,
): Promise<string> {
  if (request.agent !== undefined) return resolveAgent(client, request.agent, call.signal);
  if (found.base_agent?.id) return found.base_agent.id;
  const suite = found.suite_id ? (await catalogue.suite(found.suite_id, call.signal)).suite : undefined;
  const agent = suite?.model_id ?? suite?.agent?.id;
  if (agent) return agent;
  throw new Problem('invalid_input', 'This case names no agent, so Synthflow needs to be told which one to test.', {
    provider: PLATFORM.id,
    next: 'Pass the id or the name of the agent as `agent`.',
  });
}

/** A suite runs on the agent it was made for and on no other. */
async function agentOfSuite(
  request: StartRequest,
  suite: WireSuite,
  client: SynthflowClient,
  call: CallContext,
): Promise<string> {
  const own = suite.model_id ?? suite.agent?.id;
  const asked = request.agent?.trim();
  if (own !== undefined) {
    const same =
      asked === undefined || asked === own || asked.toLowerCase() === suite.agent?.name?.trim().toLowerCase();
    if (same || (await resolveAgent(client, asked, call.signal)) === own) return own;
    throw new Problem('invalid_input', 'A Synthflow suite runs only on the agent it was made for.', {
      provider: PLATFORM.id,
      next: 'Leave `agent` out, or start single cases of the suite with another agent.',
    });
  }
  if (asked !== undefined) return resolveAgent(client, asked, call.signal);
  throw new Problem('invalid_input', 'This suite names no agent, so Synthflow needs to be told which one to test.', {
    provider: PLATFORM.id,
    next: 'Pass the id or the name of the agent as `agent`.',
  });
}

function choose(wanted: readonly string[] | undefined, members: readonly WireCase[]): WireCase[] {
  if (wanted === undefined || wanted.length === 0) {
    // In an order of our own: the vendor documents none, and equal requests must give equal plans.
    const key = (one: WireCase) => `${one.name ?? ''}\u0000${one.simulation_case_id ?? ''}`;
    return [...members].sort((a, b) => (key(a) < key(b) ? -1 : 1));
  }
  const known = members.flatMap(({ simulation_case_id: id, name }) => (id ? [{ id, name }] : []));
  const chosen = [...new Set(wanted)].map((id) => {
    const member = members.find((one) => one.simulation_case_id === id);
    if (member) return member;
    throw new Problem('not_found', 'One of the cases is not in this suite.', {
      provider: PLATFORM.id,
      candidates: candidates(known, id, { platform: PLATFORM, what: 'case', kind: 'case' }),
      next: 'get_test shows the cases of the suite.',
    });
  });
  return chosen;
}

function unreadCases(): Problem {
  return new Problem('unreadable', 'Not all cases of this suite could be read, so nobody can say what would run.', {
    provider: PLATFORM.id,
    next: 'Try again; if it stays, start its cases one by one.',
    sent: 'no',
  });
}

function checkRepeat(repeat: number): void {
  refuse(
    !Number.isInteger(repeat) || repeat < 1,
    '`repeat` must be a whole number of 1 or more.',
    'Leave it out for one.',
  );
}

function checkMaxTurns(value: number | undefined): void {
  const usable = value === undefined || (Number.isInteger(value) && value >= MAX_TURNS.min && value <= MAX_TURNS.max);
  refuse(
    !usable,
    `Synthflow takes max_turns from ${MAX_TURNS.min} to ${MAX_TURNS.max}.`,
    `Leave it out for ${MAX_TURNS.default}.`,
  );
}

function readSeparate(options: Readonly<Record<string, unknown>> | undefined): boolean {
  const value = options?.separate_sessions;
  refuse(
    value !== undefined && typeof value !== 'boolean',
    '`separate_sessions` must be true or false.',
    'Leave it out to share one session.',
  );
  return value === true;
}

function refuse(when: boolean, message: string, next: string): void {
  if (when) throw new Problem('invalid_input', message, { provider: PLATFORM.id, next, sent: 'no' });
}

const SIDE_EFFECTS = [
  "Synthflow does not say whether the agent's actions, transfers and webhooks really fire during a simulation: assume that they may.",
  'Synthflow cannot stop a simulation once it is started.',
];

function suiteNotes(cases: number, { max_turns, repeat }: StartRequest): string[] {
  const turns = max_turns ?? MAX_TURNS.default;
  return [
    `At most ${cases * repeat * turns * 2} messages (cases × turns × 2 sides${repeat > 1 ? ' × repetitions' : ''}); Synthflow may bill completed simulations by messages, depending on the contract.`,
    ...(repeat > 1 ? ['Each repetition of a suite is a session of its own.'] : []),
    ...SIDE_EFFECTS,
  ];
}

function caseNotes(starts: number, separate: boolean): string[] {
  return [
    `Single starts take no turn limit; with the ${MAX_TURNS.default} turns that are the default of suites it is at most ${starts * MAX_TURNS.default * 2} messages. Synthflow may bill completed simulations by messages, depending on the contract.`,
    ...(starts > 1
      ? [
          separate
            ? 'Each start is a session of its own.'
            : 'The starts share the session of the first; Synthflow does not document the rules for joining a session.',
        ]
      : []),
    ...SIDE_EFFECTS,
  ];
}
