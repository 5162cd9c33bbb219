/**
 * What a start request comes to: reads the definitions, checks what the vendor cannot do, counts. The vendor has two ways
 * to start: a whole suite (with a turn limit, without variables) and one case (the reverse). A selection of cases, or a
 * suite with variables, is a row of single starts that share a session.
 */
import * as z from 'zod/v4';
import { Problem } from '../../model/problem.ts';
import type { CallContext, StartPlan, StartRequest, StartStep } from '../provider.ts';
import type { Api } from '../shared/api.ts';
import { type Choice, pick } from '../shared/choose.ts';
import { ENDPOINTS } from './endpoints.ts';
import type { Lookup } from './lookup.ts';
import { MAX_TURNS } from './map-test.ts';
import { PLATFORM } from './settings.ts';
import type { WireCase, WireSuite } from './wire.ts';

const CASE: Choice = { platform: PLATFORM, what: 'case', kind: 'case', pass: 'cases', whole: true };

/** `provider_options` and their meaning. */
export const OPTIONS = {
  separate_sessions:
    'true gives every single start its own session; by default the starts of one call share the session of the first',
} as const;

const suiteStep = z.strictObject({
  kind: z.literal('suite'),
  suite: z.string(),
  agent: z.string(),
  max_turns: z.int().optional(),
  /** The suite's cases when it was planned: what a session of it is recognised by. */
  cases: z.array(z.string()),
});

const caseStep = z.strictObject({
  kind: z.literal('case'),
  case: z.string(),
  agent: z.string(),
  variables: z.record(z.string(), z.unknown()).optional(),
  /** Joins the session of the plan's first start. */
  join: z.boolean(),
});

/** What one step of a start is, as it goes into the journal and comes back out of it. */
const stepBody = z.discriminatedUnion('kind', [suiteStep, caseStep]);
export type SuiteStep = z.output<typeof suiteStep>;
export type CaseStep = z.output<typeof caseStep>;

/** Throws `internal` for a step that this folder did not plan. */
export function readStep(step: StartStep): SuiteStep | CaseStep {
  const parsed = stepBody.safeParse(step.body);
  if (parsed.success) return parsed.data;
  throw new Problem('internal', 'A step of a start that this server did not write.', {
    provider: PLATFORM.id,
    sent: 'no',
  });
}

/** Reads only. Throws `invalid_input` for what the vendor cannot do, `not_found` for unknown tests and cases. */
export async function planStart(
  api: Api,
  lookup: Lookup,
  request: StartRequest,
  call: CallContext,
): Promise<StartPlan> {
  checkRepeat(request.repeat);
  const separate = readSeparate(request.provider_options);
  return request.test.kind === 'case'
    ? planCase(api, lookup, { request, separate }, call)
    : planSuite(lookup, { request, separate }, call);
}

interface Wanted {
  request: StartRequest;
  /** Each single start gets a session of its own. */
  separate: boolean;
}

async function planCase(
  api: Api,
  lookup: Lookup,
  { request, separate }: Wanted,
  call: CallContext,
): Promise<StartPlan> {
  const [id = ''] = request.test.ids;
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
  const asked = api.one(ENDPOINTS.getCase, { params: { simulation_case_id: id }, signal: call.signal });
  const found = await lookup.orUnknown(asked, 'case', id);
  const agent = await agentOfCase(request, found, lookup, call);
  const steps = caseSteps([{ ...found, simulation_case_id: id }], agent, request, separate);
  const notes = caseNotes(steps.length, separate);
  const meant = meantBy({ request, separate }, { agent, cases: [found.simulation_case_id ?? id] });
  return { ...summary(steps, found.name ?? id, found.base_agent?.name ?? agent), notes, meant };
}

async function planSuite(lookup: Lookup, { request, separate }: Wanted, call: CallContext): Promise<StartPlan> {
  const [id = ''] = request.test.ids;
  const { suite, cases, lost } = await lookup.orUnknown(lookup.suite(id, call), 'suite', id, call);
  const members = cases.flatMap((one) => (one?.simulation_case_id ? [one] : []));
  if (lost !== 0 || members.length < cases.length) throw unreadCases();
  refuse(
    members.length === 0,
    'The suite has no cases, so there is nothing to run.',
    'Add cases to it at Synthflow, or start another suite.',
  );
  const agent = await agentOfSuite(request, suite, lookup, call);
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
    const cases = chosen.flatMap((one) => one.simulation_case_id ?? []);
    const meant = meantBy({ request, separate }, { agent, cases: chosen.length < members.length ? cases : undefined });
    return { ...summary(steps, name, agentName), notes: caseNotes(steps.length, separate), meant };
  }
  checkMaxTurns(request.max_turns);
  const body: SuiteStep = {
    kind: 'suite',
    suite: id,
    agent,
    max_turns: request.max_turns,
    cases: members.flatMap((one) => one.simulation_case_id ?? []).sort(),
  };
  const steps = Array.from({ length: request.repeat }, (_, index) => ({
    label: `suite "${name}"${repetition(index, request.repeat)}`,
    runs: members.length,
    body,
  }));
  const meant = meantBy({ request, separate: false }, { agent });
  return { ...summary(steps, name, agentName), notes: suiteNotes(members.length, request), meant };
}

/** The request as it is understood: one case of a suite, and the case by itself, are one start. */
function meantBy(
  { request, separate }: Wanted,
  { agent, cases }: { agent: string; cases?: string[] | undefined },
): StartRequest {
  const { test, repeat, variables, max_turns } = request;
  const [only] = cases?.length === 1 ? cases : [];
  const whole = cases === undefined && !hasVariables(request);
  // By itself, a single start has a session of its own anyway.
  const joined = !separate || (only !== undefined && repeat === 1);
  return {
    test: only === undefined ? test : { kind: 'case', ids: [only] },
    cases: only === undefined ? cases : undefined,
    agent,
    variables,
    repeat,
    max_turns: max_turns ?? (whole ? MAX_TURNS.default : undefined),
    provider_options: joined ? undefined : { separate_sessions: true },
  };
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
        variables: hasVariables(request) ? request.variables : undefined,
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

/** The id of the agent that a case is started on: the one asked for, its own, or the one of its suite. */
async function agentOfCase(request: StartRequest, found: WireCase, lookup: Lookup, call: CallContext): Promise<string> {
  if (request.agent !== undefined) return lookup.agentId(request.agent, call);
  if (found.base_agent?.id) return found.base_agent.id;
  const suite = found.suite_id ? (await lookup.suite(found.suite_id, call)).suite : undefined;
  return suite?.model_id ?? suite?.agent?.id ?? withoutAgent('case');
}

/** A suite runs on the agent it was made for and on no other. */
async function agentOfSuite(
  request: StartRequest,
  suite: WireSuite,
  lookup: Lookup,
  call: CallContext,
): Promise<string> {
  const own = suite.model_id ?? suite.agent?.id;
  const asked = request.agent?.trim();
  if (own === undefined) return asked === undefined ? withoutAgent('suite') : lookup.agentId(asked, call);
  const same = asked === undefined || asked === own || asked.toLowerCase() === suite.agent?.name?.trim().toLowerCase();
  if (same || (await lookup.agentId(asked, call)) === own) return own;
  throw new Problem('invalid_input', 'A Synthflow suite runs only on the agent it was made for.', {
    provider: PLATFORM.id,
    next: 'Leave `agent` out, or start single cases of the suite with another agent.',
  });
}

function withoutAgent(kind: 'case' | 'suite'): never {
  throw new Problem('invalid_input', `This ${kind} names no agent, so Synthflow needs to be told which one to test.`, {
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
  const known = members.flatMap((member) =>
    member.simulation_case_id ? [{ id: member.simulation_case_id, name: member.name, member }] : [],
  );
  return [...new Set(wanted.map((text) => pick(known, text, CASE).member))];
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

function suiteNotes(cases: number, { max_turns, repeat }: StartRequest): StartPlan['notes'] {
  const turns = max_turns ?? MAX_TURNS.default;
  return [
    {
      before: 'At most ',
      count: cases * repeat * turns * 2,
      after: ` messages (cases × turns × 2 sides${repeat > 1 ? ' × repetitions' : ''}); Synthflow may bill completed simulations by messages, depending on the contract.`,
    },
    ...(repeat > 1 ? ['Each repetition of a suite is a session of its own.'] : []),
    ...SIDE_EFFECTS,
  ];
}

function caseNotes(starts: number, separate: boolean): StartPlan['notes'] {
  return [
    {
      before: `Single starts take no turn limit; with the ${MAX_TURNS.default} turns that are the default of suites it is at most `,
      count: starts * MAX_TURNS.default * 2,
      after: ' messages. Synthflow may bill completed simulations by messages, depending on the contract.',
    },
    ...(starts > 1
      ? [
          separate
            ? 'Each start is a session of its own.'
            : 'The starts of one test share the session of its first; Synthflow does not document the rules for joining a session.',
        ]
      : []),
    ...SIDE_EFFECTS,
  ];
}
