/** Starting a run: one POST /runs, planned to the simulation. */
import * as z from 'zod/v4';
import { Problem } from '../../model/problem.ts';
import { parseRef } from '../../model/refs.ts';
import type { CallContext, StartOperations, StartPlan, StartReceipt, StartRequest, StartStep } from '../provider.ts';
import type { Named } from '../shared/choose.ts';
import { collect, walk } from '../shared/pages.ts';
import { agentsOf, choicesIn, choose } from './choices.ts';
import type { CovalClient } from './client.ts';
import { allOf, checkedId, timeValue } from './filter.ts';
import { checkedLaunch, LAUNCH_OPTIONS, type LaunchOptions, refuse } from './launch.ts';
import { caseName, suiteName } from './map.ts';
import { PLATFORM } from './platform.ts';
import { knownCase, knownSuite } from './tests.ts';
import type { WireAgent, WireRun, WireTestSet } from './wire.ts';

/** Key of the free metadata that carries a claim's correlation id, so that a run whose answer was lost can be recognised. */
const CORRELATION_ID = 'agent_simulation_mark';
/** Candidates whose detail is read when the list leaves out the metadata. */
const MAX_DETAILS = 10;
const MAX_NAME = 200;

const bodySchema = z.object({
  agent_id: z.string(),
  persona_id: z.string(),
  test_set_id: z.string(),
  metadata: z.looseObject({
    display_name: z.string().optional(),
    customer: z.record(z.string(), z.unknown()).optional(),
  }),
});

/** Text of an id or reference, as the caller wrote it. */
const bare = (text: string) => parseRef(text)?.ids.at(-1) ?? text;
const CASE = { what: 'test case', kind: 'case', pass: 'cases' } as const;

export function createStart(client: CovalClient): StartOperations {
  async function theAgent(request: StartRequest, suite: string, signal: AbortSignal): Promise<WireAgent & Named> {
    const agents = await choicesIn(client.agents({}, signal), (agent) => ({ ...agent, name: agent.display_name }));
    const choice = { what: 'agent', kind: 'agent' } as const;
    if (request.agent !== undefined) return choose(agents, bare(request.agent), choice);
    const used = await agentsOf(client, suite, signal);
    const own = agents.items.filter(({ id, test_set_ids = [] }) => used.includes(id) || test_set_ids.includes(suite));
    return choose(own.length > 0 ? { ...agents, items: own } : agents, undefined, choice);
  }

  async function thePersona(request: StartRequest, signal: AbortSignal): Promise<Named> {
    const personas = await choicesIn(client.personas({}, signal), ({ id, name }) => ({ id, name }));
    return choose(personas, request.persona && bare(request.persona), { what: 'persona' });
  }

  async function theMetrics(wanted: readonly string[] | undefined, signal: AbortSignal): Promise<Named[]> {
    if (!wanted?.length) return [];
    const list = client.metrics({ include_builtin: true }, signal);
    const metrics = await choicesIn(list, ({ id, metric_name }) => ({ id, name: metric_name }));
    return [...new Set(wanted.map((text) => choose(metrics, text, { what: 'metric', pass: 'metrics' })))];
  }

  async function theMutations(wanted: readonly string[], agent: string, signal: AbortSignal): Promise<Named[]> {
    if (wanted.length === 0) return [];
    const mutations = await choicesIn(client.mutations(agent, signal), ({ id, display_name }) => ({
      id,
      name: display_name,
    }));
    const choice = { what: 'mutation', pass: 'provider_options.mutation_ids' };
    return [...new Set(wanted.map((text) => choose(mutations, text, choice)))];
  }

  /** The test set, the chosen cases (absent = all of it) and how many cases that makes (absent = nobody can tell). */
  async function theCases(request: StartRequest, { sub_sample_size }: LaunchOptions, signal: AbortSignal) {
    if (request.test.kind === 'case') {
      if (request.cases?.length)
        throw refuse('A single case has no cases to choose from.', 'Leave cases out, or start the suite of the case.');
      const id = checkedId(request.test.ids.at(-1), 'test case');
      const testCase = await knownCase(client, id, signal);
      const testSet = await client.testSet(checkedId(testCase.test_set_id, 'test set'), signal);
      return { testSet, chosen: [id], count: 1, all: true, name: caseName(testCase) };
    }
    const id = checkedId(request.test.ids[0], 'test set');
    const testSet = await knownSuite(client, id, signal);
    const { items, all: whole } = await choicesIn(client.casesOf(id, signal), (one) => ({
      id: one.id,
      name: caseName(one),
    }));
    const { test_case_count: counted = 0 } = testSet;
    // The set counts more than its list showed: that the list ended says nothing then.
    const all = whole && items.length >= counted;
    const chosen = request.cases?.length
      ? [...new Set(request.cases.map((text) => choose({ items, all }, bare(text), CASE).id))]
      : undefined;
    const known = all ? items.length : Math.max(items.length, counted);
    const count = chosen?.length ?? (sub_sample_size > 0 ? Math.min(sub_sample_size, known) : known);
    if (count === 0) throw refuse('That test set has no test cases.', 'Add test cases to it in Coval first.');
    return { testSet, chosen, count, all: all || chosen !== undefined, name: suiteName(testSet) };
  }

  return {
    accepts: ['agent', 'persona', 'metrics', 'cases', 'repeat', 'concurrency', 'name', 'provider_options'],
    options: LAUNCH_OPTIONS,

    async plan(request: StartRequest, { signal }: CallContext): Promise<StartPlan> {
      const options = checkedLaunch(request);
      const { testSet, chosen, count, all, name } = await theCases(request, options, signal);
      const [agent, persona, metrics] = await Promise.all([
        theAgent(request, testSet.id, signal),
        thePersona(request, signal),
        theMetrics(request.metrics, signal),
      ]);
      const mutations = await theMutations(options.mutations, agent.id, signal);
      const variants = 1 + mutations.length;
      const runs = count * request.repeat * variants;
      const { sub_sample_size, sub_sample_seed, tags, config_overrides, created_by, customer } = options;
      const body = {
        agent_id: agent.id,
        persona_id: persona.id,
        test_set_id: testSet.id,
        ...(metrics.length > 0 ? { metric_ids: metrics.map((metric) => metric.id) } : {}),
        ...(mutations.length > 0 ? { mutation_ids: mutations.map((mutation) => mutation.id) } : {}),
        options: {
          iteration_count: request.repeat,
          ...(request.concurrency === undefined ? {} : { concurrency: request.concurrency }),
          ...(sub_sample_size > 0 ? { sub_sample_size } : {}),
          ...(sub_sample_seed === undefined ? {} : { sub_sample_seed }),
          ...(chosen ? { test_case_ids: chosen } : {}),
        },
        metadata: {
          ...(request.name === undefined ? {} : { display_name: request.name }),
          ...(created_by === undefined ? {} : { created_by }),
          ...(tags ? { tags } : {}),
          ...(customer ? { customer } : {}),
        },
        ...(config_overrides ? { config_overrides } : {}),
      };
      const times = `${count} ${count === 1 ? 'case' : 'cases'} × ${request.repeat} × ${variants}`;
      return {
        ...(all ? { runs } : {}),
        steps: [{ label: `run of ${times}`, runs, body }],
        test_name: name,
        agent: agent.name ?? agent.id,
        notes: notesOn({ agent, testSet, metrics, variants, all }),
      };
    },

    async send(step: StartStep, { signal }: CallContext): Promise<StartReceipt> {
      const run = await client.launch(correlated(step), signal);
      return { session: [run.run_id] };
    },

    async find(step, window, { signal }) {
      const { agent_id, persona_id, test_set_id, metadata } = bodySchema.parse(step.body);
      const filter = allOf([
        { field: 'agent_id', value: agent_id },
        { field: 'test_set_id', value: test_set_id },
        { field: 'create_time', operator: '>=', value: timeValue(wholeSecond(window.since, Math.floor)) },
        { field: 'create_time', operator: '<=', value: timeValue(wholeSecond(window.until, Math.ceil)) },
      ]);
      const { rows, coverage } = await collect(walk(client.runs({ filter }, signal), { ahead: 1 }));
      const fitting = rows.filter((run) => (run.persona_id ?? persona_id) === persona_id);
      const known = await Promise.all(
        fitting.map((run, index) =>
          run.metadata || index >= MAX_DETAILS ? run : client.run(run.run_id, signal).catch(() => run),
        ),
      );
      const ours = known.filter((run) => step.correlation_id !== undefined && carries(run, step.correlation_id));
      if (ours.length > 0) return ours.map((run) => ({ receipt: { session: [run.run_id] }, certain: true }));
      // That nothing is there is said only of a list that was read whole.
      if (!coverage.complete) throw lookedInVain();
      return known
        .filter((run) => correlationIdOf(run) === undefined)
        .filter((run) => metadata.display_name === undefined || run.display_name === metadata.display_name)
        .map((run) => ({ receipt: { session: [run.run_id] }, certain: false }));
    },
  };
}

/** The body with the claim's correlation id in its metadata and, where the caller gave no name, in the name. */
function correlated({ body, label, correlation_id }: StartStep): unknown {
  const parsed = bodySchema.loose().parse(body);
  if (correlation_id === undefined) return parsed;
  const { metadata } = parsed;
  return {
    ...parsed,
    metadata: {
      display_name: `Simulation ${label} (${correlation_id})`.slice(0, MAX_NAME),
      ...metadata,
      customer: { ...metadata.customer, [CORRELATION_ID]: correlation_id },
    },
  };
}

function correlationIdOf(run: WireRun): unknown {
  const { metadata } = run;
  const customer = metadata?.customer;
  if (typeof customer === 'object' && customer !== null && CORRELATION_ID in customer) return customer[CORRELATION_ID];
  return metadata?.[CORRELATION_ID];
}

function carries(run: WireRun, id: string): boolean {
  return correlationIdOf(run) === id || (run.display_name?.endsWith(`(${id})`) ?? false);
}

function lookedInVain(): Problem {
  return new Problem(
    'unreadable',
    'The runs that Coval began could not be listed whole, so that this one may be among them.',
    {
      provider: PLATFORM.id,
      next: 'Look at the newest runs in Coval before anything is started again.',
    },
  );
}

function wholeSecond(time: Date, round: (value: number) => number): Date {
  return new Date(round(time.getTime() / 1000) * 1000);
}

interface PlanFacts {
  agent: WireAgent;
  testSet: WireTestSet;
  metrics: readonly Named[];
  variants: number;
  /** Every case of the test set is known. */
  all: boolean;
}

/** Trusted sentences only: no name of the vendor's goes in here. */
function notesOn({ agent, testSet, metrics, variants, all }: PlanFacts): string[] {
  const chat = /CHAT|SMS/.test(agent.model_type ?? '');
  return [
    chat
      ? 'Every simulation talks to the real agent; Coval states no price.'
      : 'Every simulation calls the real agent, which can take up to ten minutes and cost call minutes; Coval states no price.',
    ...(all
      ? []
      : ['The list of test cases could not be read whole; Coval may run more simulations than counted here.']),
    ...(variants > 1 ? ['The agent itself always runs beside its variants.'] : []),
    ...(metrics.length === 0 && agent.metric_ids?.length === 0
      ? ['The agent has no metrics of its own and none were passed, so nothing will be judged.']
      : []),
    ...(Object.keys(testSet.parameters ?? {}).length > 0
      ? ['The test set has sweep parameters; Coval may run more simulations than counted here.']
      : []),
  ];
}
