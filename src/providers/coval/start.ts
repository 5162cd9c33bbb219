/** Starting a run: one POST /runs, planned to the simulation. */
import * as z from 'zod/v4';
import { formatRef, parseRef } from '../../model/refs.ts';
import type { CallContext, StartOperations, StartPlan, StartReceipt, StartRequest, StartStep } from '../provider.ts';
import { type CovalClient, collect } from './client.ts';
import { allOf, checkedId, timeValue } from './filter.ts';
import { checkedLaunch, LAUNCH_OPTIONS, type LaunchOptions, refuse } from './launch.ts';
import { caseName, PROVIDER_ID, suiteName } from './map.ts';
import { type Named, onlyOne, pick, withCandidates } from './names.ts';
import type { WireAgent, WireRun, WireTestSet } from './wire.ts';

/** Key of the free metadata that carries a claim's mark, so that a run whose answer was lost can be recognised. */
const MARK = 'agent_simulation_mark';
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

export function createStart(client: CovalClient): StartOperations {
  async function theAgent(request: StartRequest, suite: string, signal: AbortSignal): Promise<WireAgent & Named> {
    const agents = (await collect(client.agents.all({}, signal))).map((agent) => ({
      ...agent,
      name: agent.display_name ?? agent.id,
    }));
    if (request.agent !== undefined) return pick(agents, bare(request.agent), 'agent');
    const used = await client.testSetAgents(suite, signal);
    const own = agents.filter((agent) => used.includes(agent.id) || agent.test_set_ids?.includes(suite));
    return onlyOne(own.length > 0 ? own : agents, 'agent');
  }

  async function thePersona(request: StartRequest, signal: AbortSignal): Promise<Named> {
    const personas = await collect(client.personas.all({}, signal));
    const named = personas.map(({ id, name }) => ({ id, name: name ?? id }));
    return request.persona === undefined ? onlyOne(named, 'persona') : pick(named, bare(request.persona), 'persona');
  }

  async function theMetrics(wanted: readonly string[] | undefined, signal: AbortSignal): Promise<Named[]> {
    if (!wanted?.length) return [];
    const metrics = await collect(client.metrics.all({ include_builtin: true }, signal));
    const named = metrics.map(({ id, metric_name }) => ({ id, name: metric_name ?? id }));
    return [...new Set(wanted.map((text) => pick(named, text, 'metric')))];
  }

  async function theMutations(wanted: readonly string[], agent: string, signal: AbortSignal): Promise<Named[]> {
    if (wanted.length === 0) return [];
    const mutations = await collect(client.mutations(agent).all({}, signal));
    const named = mutations.map(({ id, display_name }) => ({ id, name: display_name ?? id }));
    return [...new Set(wanted.map((text) => pick(named, text, 'mutation')))];
  }

  /** The test set, the chosen cases (absent = all of it) and how many cases that makes. */
  async function theCases(request: StartRequest, { sub_sample_size }: LaunchOptions, signal: AbortSignal) {
    if (request.test.kind === 'case') {
      if (request.cases?.length)
        throw refuse('A single case has no cases to choose from.', 'Leave cases out, or start the suite of the case.');
      const id = checkedId(request.test.ids.at(-1), 'test case');
      const testCase = await withCandidates(client.testCase(id, signal), id, 'test case', async () => {
        const { items } = await client.testCases.page({}, signal);
        return items.map((one) => ({ id: formatRef(PROVIDER_ID, 'case', one.id), name: caseName(one) }));
      });
      const testSet = await client.testSet(checkedId(testCase.test_set_id, 'test set'), signal);
      return { testSet, chosen: [id], count: 1, name: caseName(testCase) };
    }
    const id = checkedId(request.test.ids[0], 'test set');
    const testSet = await withCandidates(client.testSet(id, signal), id, 'test set', async () => {
      const { items } = await client.testSets.page({}, signal);
      return items.map((one) => ({ id: formatRef(PROVIDER_ID, 'suite', one.id), name: suiteName(one) }));
    });
    const all = (await collect(client.casesOf(id, signal))).map((one) => ({ id: one.id, name: caseName(one) }));
    const chosen = request.cases?.length
      ? [...new Set(request.cases.map((text) => pick(all, bare(text), 'test case').id))]
      : undefined;
    const count = chosen?.length ?? (sub_sample_size > 0 ? Math.min(sub_sample_size, all.length) : all.length);
    if (count === 0) throw refuse('That test set has no test cases.', 'Add test cases to it in Coval first.');
    return { testSet, chosen, count, name: suiteName(testSet) };
  }

  return {
    accepts: ['agent', 'persona', 'metrics', 'cases', 'repeat', 'concurrency', 'name', 'provider_options'],
    options: LAUNCH_OPTIONS,

    async plan(request: StartRequest, { signal }: CallContext): Promise<StartPlan> {
      const options = checkedLaunch(request);
      const { testSet, chosen, count, name } = await theCases(request, options, signal);
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
        runs,
        steps: [{ label: `run of ${times}`, runs, body }],
        test_name: name,
        agent: agent.name,
        notes: notesOn({ agent, testSet, metrics, variants, chosen }),
      };
    },

    async send(step: StartStep, { signal }: CallContext): Promise<StartReceipt> {
      const run = await client.launch(marked(step), signal);
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
      const listed = await collect(client.runs.all({ filter }, signal));
      const fitting = listed.filter((run) => (run.persona_id ?? persona_id) === persona_id);
      const known = await Promise.all(
        fitting.map((run, index) =>
          run.metadata || index >= MAX_DETAILS ? run : client.run(run.run_id, signal).catch(() => run),
        ),
      );
      const ours = known.filter((run) => step.mark !== undefined && carries(run, step.mark));
      if (ours.length > 0) return ours.map((run) => ({ receipt: { session: [run.run_id] }, certain: true }));
      return known
        .filter((run) => markOf(run) === undefined)
        .filter((run) => metadata.display_name === undefined || run.display_name === metadata.display_name)
        .map((run) => ({ receipt: { session: [run.run_id] }, certain: false }));
    },
  };
}

/** The body with the claim's mark in its metadata and, where the caller gave no name, in the name. */
function marked({ body, label, mark }: StartStep): unknown {
  const parsed = bodySchema.loose().parse(body);
  if (mark === undefined) return parsed;
  const { metadata } = parsed;
  return {
    ...parsed,
    metadata: {
      display_name: `Simulation ${label} (${mark})`.slice(0, MAX_NAME),
      ...metadata,
      customer: { ...metadata.customer, [MARK]: mark },
    },
  };
}

function markOf(run: WireRun): unknown {
  const { metadata } = run;
  const customer = metadata?.customer;
  if (typeof customer === 'object' && customer !== null && MARK in customer) return customer[MARK];
  return metadata?.[MARK];
}

function carries(run: WireRun, mark: string): boolean {
  return markOf(run) === mark || (run.display_name?.endsWith(`(${mark})`) ?? false);
}

function wholeSecond(time: Date, round: (value: number) => number): Date {
  return new Date(round(time.getTime() / 1000) * 1000);
}

interface PlanFacts {
  agent: WireAgent;
  testSet: WireTestSet;
  metrics: readonly Named[];
  variants: number;
  chosen: readonly string[] | undefined;
}

/** Trusted sentences only: no name of the vendor's goes in here. */
function notesOn({ agent, testSet, metrics, variants }: PlanFacts): string[] {
  const chat = /CHAT|SMS/.test(agent.model_type ?? '');
  return [
    chat
      ? 'Every simulation talks to the real agent; Coval states no price.'
      : 'Every simulation calls the real agent, which can take up to ten minutes and cost call minutes; Coval states no price.',
    ...(variants > 1 ? ['The agent itself always runs beside its variants.'] : []),
    ...(metrics.length === 0 && agent.metric_ids?.length === 0
      ? ['The agent has no metrics of its own and none were passed, so nothing will be judged.']
      : []),
    ...(Object.keys(testSet.parameters ?? {}).length > 0
      ? ['The test set has sweep parameters; Coval may run more simulations than counted here.']
      : []),
  ];
}
