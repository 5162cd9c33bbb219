/** The sandbox's world in Coval's objects and id forms. */
import { shortId } from '../../engine/ids.ts';
import type { Engine, WorldAgent, WorldCase, WorldCriterion } from '../../engine/types.ts';
import { ATTRIBUTE_SECRET, SECRETS } from './agent-secrets.ts';

export const agentId = (agent: WorldAgent) => shortId(22, 'short', 'coval agent', agent.id);
export const suiteId = (suite: string) => shortId(8, 'alphanumeric', 'coval test set', suite);
export const caseId = (key: string) => shortId(22, 'short', 'coval test case', key);
const personaId = (persona: string) => shortId(22, 'short', 'coval persona', persona);
const metricId = (key: string) => shortId(22, 'short', 'coval metric', key);

/** Coval is inferred to run the speech model itself: its prompt is what it follows. */
const REALTIME = {
  model_type: 'MODEL_TYPE_OPENAI_REALTIME',
  phone_number: null,
  endpoint: null,
  prompt: null,
  metadata: { model: 'gpt-realtime', voice: 'alloy', retries: 2, ...SECRETS },
};
/** Coval calls it by phone: what it follows is not in its record. */
const CALLED = {
  model_type: 'MODEL_TYPE_VOICE',
  phone_number: '+15550100',
  endpoint: null,
  prompt: 'Answers the urgent line of Bright Harbor Dental outside of opening hours.',
  metadata: { retries: 2, ...SECRETS },
};

export interface WorldMetric {
  id: string;
  name: string;
  kind: 'criterion' | 'threshold' | 'latency' | 'composite' | 'trace';
  builtin: boolean;
  /** For `criterion`. */
  criterion?: WorldCriterion;
}

export type CovalWorld = ReturnType<typeof createWorld>;

export function createWorld(engine: Engine) {
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

  /** An agent of the world as it was made: the first one is run by Coval itself, any other is called by phone. */
  const agentRecord = (agent: WorldAgent) => ({
    id: agentId(agent),
    customer_agent_id: agentId(agent),
    display_name: agent.name,
    ...(agent.id === engine.agents[0]?.id ? REALTIME : CALLED),
    language: 'en',
    attributes: { clinic: 'Bright Harbor Dental', crm_api_key: ATTRIBUTE_SECRET },
    workflows: {},
    metric_ids: own,
    test_set_ids: setsOf(agent).map(suiteId),
    knowledge_base_ids: [],
    tags: [],
    ...times,
  });
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
    times,
    agentRecord,
    mutations,
    personas,
    testSets,
    metrics,
    own,
    cases,
    metric: (id: string) => metrics.find((metric) => metric.id === id),
    suiteOf: (id: string) => engine.suites.find((suite) => suiteId(suite.key) === id),
  };
}
