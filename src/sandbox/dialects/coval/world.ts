/** The sandbox's world in Coval's objects and id forms. */
import { shortId } from '../../engine/ids.ts';
import type { Engine, WorldAgent, WorldCase, WorldCriterion } from '../../engine/types.ts';
import { nameIn } from '../lies.ts';
import type { CovalSwitches } from './switches.ts';

export const agentId = (agent: WorldAgent) => shortId(22, 'short', 'coval agent', agent.id);
export const suiteId = (suite: string) => shortId(8, 'alphanumeric', 'coval test set', suite);
export const caseId = (key: string) => shortId(22, 'short', 'coval test case', key);
const personaId = (persona: string) => shortId(22, 'short', 'coval persona', persona);
const metricId = (key: string) => shortId(22, 'short', 'coval metric', key);

export interface WorldMetric {
  id: string;
  name: string;
  kind: 'criterion' | 'threshold' | 'latency' | 'composite' | 'trace';
  builtin: boolean;
  /** For `criterion`. */
  criterion?: WorldCriterion;
}

export type CovalWorld = ReturnType<typeof createWorld>;

export function createWorld(engine: Engine, switches: CovalSwitches) {
  const created = new Date(engine.now() - 30 * 86_400_000).toISOString().replace(/\.\d+Z$/, 'Z');
  const times = { create_time: created, update_time: created };
  const criteria = [
    ...new Map(engine.cases.flatMap((one) => one.criteria).map((criterion) => [criterion.key, criterion])).values(),
  ];
  const metrics: WorldMetric[] = [
    ...criteria.map((criterion): WorldMetric => {
      return { id: metricId(criterion.key), name: criterion.name, kind: 'criterion', builtin: false, criterion };
    }),
    { id: metricId('~composite'), name: 'Expected behaviors', kind: 'composite', builtin: false },
    { id: metricId('~threshold'), name: 'Turns per call', kind: 'threshold', builtin: false },
    { id: metricId('~trace'), name: 'Tool spans', kind: 'trace', builtin: false },
    { id: metricId('~latency'), name: 'Response latency', kind: 'latency', builtin: true },
  ];
  const own = metrics.filter((metric) => metric.kind === 'criterion').map((metric) => metric.id);
  const setsOf = (agent: WorldAgent) =>
    engine.suites.filter((suite) => suite.agent === agent.id).map((suite) => suite.key);

  const agents = engine.agents.map((agent) => ({
    id: agentId(agent),
    customer_agent_id: agentId(agent),
    display_name: agent.name,
    model_type: 'MODEL_TYPE_VOICE',
    phone_number: '+15550100',
    endpoint: null,
    prompt: 'The behaviour of this agent is the playbook file of the sandbox.',
    language: 'en',
    attributes: {},
    // What real agents keep here must never be shown to a model.
    metadata: { authorization_header: 'Bearer sandbox-agent-secret', retries: 2 },
    metric_ids: own,
    test_set_ids: setsOf(agent).map(suiteId),
    tags: [],
    ...times,
  }));
  const mutations = new Map(
    engine.agents.map((agent) => [
      agentId(agent),
      ['GPT-4 Fast VAD', 'Shorter answers'].map((display_name) => ({
        id: shortId(26, 'ulid', 'coval mutation', agent.id, display_name),
        display_name,
        description: null,
        config_overrides: {},
        parameter_values: {},
        ...times,
      })),
    ]),
  );
  const personas = [...new Set(engine.cases.map((one) => one.persona))].map((name) => ({
    resource_name: `personas/${personaId(name)}`,
    id: personaId(name),
    name,
    persona_prompt: name,
    voice_name: 'aria',
    language_code: 'en-US',
    tags: [],
    ...times,
  }));
  const testSets = engine.suites.map((suite) => ({
    name: `test-sets/${suiteId(suite.key)}`,
    id: suiteId(suite.key),
    slug: suite.key,
    display_name: suite.name,
    description: null,
    test_set_type: 'SCENARIO',
    test_set_metadata: {},
    parameters: {},
    test_case_count: engine.cases.filter((one) => one.suite === suite.key).length,
    tags: [],
    ...times,
  }));
  const cases = new Map<string, WorldCase>(engine.cases.map((one) => [caseId(one.key), one]));

  return {
    agents,
    mutations,
    personas,
    testSets,
    metrics,
    own,
    cases,
    metric: (id: string) => metrics.find((metric) => metric.id === id),
    agentOf: (id: string) => engine.agents.find((agent) => agentId(agent) === id),
    suiteOf: (id: string) => engine.suites.find((suite) => suiteId(suite.key) === id),
    setAgents: (id: string) => agents.filter((agent) => agent.test_set_ids.includes(id)),

    testCase(id: string, one: WorldCase) {
      const behaviors = one.criteria.map((criterion) => criterion.text);
      return {
        name: `test-cases/${id}`,
        id,
        test_set_id: suiteId(one.suite),
        input_str: one.prompt,
        input_type: 'SCENARIO',
        description: one.name,
        ...(switches.expectations === 'behaviors'
          ? { expected_behaviors: behaviors }
          : { expected_output_str: behaviors.join(' ') }),
        expected_output_json: {},
        simulation_metadata_input: {},
        metric_input: {},
        user_notes: null,
        ...times,
      };
    },

    metricBody(metric: WorldMetric) {
      const types = {
        criterion: 'METRIC_LLM_BINARY',
        threshold: 'METRIC_TURN_COUNT',
        latency: 'METRIC_LATENCY',
        composite: 'METRIC_COMPOSITE_EVALUATION',
        trace: 'METRIC_TRACE',
      };
      const criterion = {
        documented: { comparison_operator: 'in', target_values: ['YES'] },
        text_number: { comparison_operator: 'gte', target_float: '0.8' },
        unknown_operator: { comparison_operator: 'CONTAINS_ANY_OF', target_values: ['YES'] },
        other_member: { comparison_operator: 'in', target_value: 'YES' },
        in_thresholds: null,
      }[switches.conditions];
      const conditions = {
        criterion,
        composite: { comparison_operator: 'gte', target_float: 1 },
        trace: { comparison_operator: 'gte', target_float: 1 },
        threshold: null,
        latency: null,
      };
      return {
        name: `metrics/${metric.id}`,
        id: metric.id,
        metric_name: nameIn(switches, metric.name, metrics.indexOf(metric)),
        description: metric.criterion?.text ?? metric.name,
        metric_type: types[metric.kind],
        prompt: metric.criterion?.text ?? null,
        target_condition: conditions[metric.kind],
        tags: [],
        created_by: 'sandbox',
        ...times,
      };
    },

    /** The organisation's threshold: the turn count has one, and criteria where the switches say so. */
    threshold(metric: WorldMetric) {
      if (metric.kind === 'threshold')
        return { comparison_operator: 'bt', target_float_lower: 2, target_float_upper: 60, source: 'manual' };
      return metric.kind === 'criterion' && switches.conditions === 'in_thresholds'
        ? { comparison_operator: 'in', target_values: ['YES'], source: 'manual' }
        : {};
    },
  };
}
