/** No switch is dead: each of its values changes what some request is answered. */
import { describe, expect, it } from 'vitest';
import { type CognigySwitches, defaultSwitches } from '../../../../src/sandbox/dialects/cognigy/switches.ts';
import { honest, type Lies } from '../../../../src/sandbox/dialects/lies.ts';
import { agentTour } from './agent-tour.ts';
import { KEY, open, PROJECT, runBody } from './support.ts';

/** The vendor's own; lies.test.ts turns those that all dialects have. */
type Own = Omit<CognigySwitches, keyof Lies>;
const OTHER: { [K in keyof Own]: Own[K][] } = {
  ids: ['_id', 'both'],
  auth: ['key', 'bearer'],
  batch: ['documented', 'observed'],
  batch_run_config: ['present'],
  frozen_flow: ['reference', 'id'],
  batch_status: ['absent'],
  status_words: ['observed', 'unheard_of'],
  failed_runs: ['criteria'],
  completed_runs: ['without_failed'],
  batch_success_rate: ['object'],
  run_now: ['batch_id', 'reference', 'nested', 'reference_id', 'runs', 'scenario', 'empty'],
  timestamps: ['s'],
  duration: ['s', 'absent'],
  page_ends: ['absent', 'empty'],
  pagination: ['without_total', 'without_has_next', 'contradictory', 'none'],
  skip: ['ignored'],
  sort: ['ignored', 'refused'],
  order: ['oldest'],
  filter: ['ignored', 'refused'],
  results: ['passed_params', 'nested', 'words', 'positional', 'reversed', 'fewer', 'unreadable', 'absent'],
  metrics: ['results_only'],
  criteria: ['name_text', 'name_description'],
  sequence_base: [0],
  run_list: ['finished'],
  lost_runs: [1],
  never_ran: [true],
  lost_listed: [true],
  run_lag_ms: [100_000_000],
  speaker: ['role', 'source', 'data_source'],
  opening: ['agent', 'agent_twice'],
  turn_order: ['reversed'],
  code: ['number'],
  errors: ['html', 'empty'],
  project_batches: ['missing', 'unpaged'],
  get_scenario: ['missing'],
  get_batch: ['missing'],
  stop_finished: [400, 409],
  stop_lag_ms: [0],
  stopped_runs: ['missing'],
  reference_ids: ['reference', 'object'],
  changed: ['lastChanged', 'updatedAt'],
  deletion: ['deletes_batches'],
  update_reply: ['nothing'],
  projects: [0, 2],
  main_api: ['forbidden'],
  default_model: ['none'],
  simulator: ['off'],
  locales: [1],
  node_patch: ['merge'],
  patch_answer: ['object'],
  jobs_shape: ['array', 'missing'],
  jobs_flow_key: ['flow', 'parentId', 'absent'],
  nodes_list: ['missing'],
  nodes_list_has_config: ['on'],
  limits: ['unchecked'],
  agents_v2: ['on'],
  endpoints: ['on_snapshots', 'inactive', 'forbidden'],
  endpoint_flow: ['reference'],
  snapshot_limit: [1],
  restore_ids: ['same'],
  task_steps: [0],
  task_error: ['The disk is full'],
  flow_clone: ['as_task', 'off'],
  flow_clone_name: ['taken', 'refused'],
  flow_rename: ['missing'],
  clone_references: ['kept'],
  agents_meddles: ['after_read', 'before_write'],
  agents_ignores: ['temperature'],
  role: ['read'],
};

/** Everything a client may see, as one text. */
async function seen(switches: Partial<CognigySwitches>): Promise<string> {
  // Lost runs show in the list only where there are any.
  const world = open(switches.lost_listed ? { ...switches, lost_runs: 1 } : switches, { broken_rate: 0.3 });
  const answers: unknown[] = [];
  const note = async (asked: Promise<{ status: number; body: unknown }>) => {
    const { status, body } = await asked;
    answers.push([status, body]);
    return body;
  };
  const { get, post, ask, clock } = world;
  const all = '/testing/simulations';
  await note(ask('GET', `${all}?projectId=${PROJECT}`, undefined, { 'x-api-key': KEY }));
  await note(ask('GET', `${all}?projectId=${PROJECT}`, undefined, { authorization: 'Bearer sandbox.cognigy.token' }));
  for (const query of ['limit=3', 'limit=3&skip=3', 'limit=3&sort=name:desc', 'limit=3&filter=cleaning'])
    await note(get(`${all}?${query}`));
  for (const kind of ['projects', 'flows', 'largelanguagemodels', 'locales', 'snapshots'])
    await note(get(`/new/v2.0/${kind}`));
  await note(get(`${all}/${'f'.repeat(24)}`));
  // Ids are the same in every world of one seed, so they can be taken from a plain one.
  const plain = open({}, { broken_rate: 0.3 });
  const [scenario] = (await plain.get(`${all}?filter=book a cleaning`)).body.data;
  const body = await runBody(plain, 12);
  const { items: flows } = (await plain.get('/new/v2.0/flows')).body;
  const path = `${all}/${scenario.id}`;
  await note(post(`${path}/schedule`, { ...body, runConfig: { ...body.runConfig, flowReferenceId: flows[0]._id } }));
  await note(post(`${path}/schedule`, body));
  await note(get(path));
  clock.now += 1000;
  await note(get(`${path}/batches?limit=2`));
  await note(get(`${all}/batches?limit=2`));
  clock.now += 60_000;
  const batches = (await get(`${path}/batches`)).body.data;
  const running = batches?.find((one) => (one.runs ?? one.numberOfExecutions) === 12);
  const batch = `${path}/batches/${running?.id ?? running?._id}`;
  await note(get(batch));
  await note(get(`${batch}/runs?limit=50`));
  await note(post(batch));
  await note(get(batch));
  clock.now += 10_000;
  await note(get(batch));
  await note(get(`${batch}/runs?limit=50`));
  await note(post(batch));
  await note(post(`${path}/schedule`, body));
  clock.now += 3_600_000;
  for (const one of (await get(`${path}/batches`)).body.data ?? []) {
    await note(get(`${path}/batches/${one.id ?? one._id}`));
    await note(get(`${path}/batches/${one.id ?? one._id}/runs?limit=50`));
  }
  await note(ask('PATCH', `${path}?projectId=${PROJECT}`, { maxTurns: 7 }));
  await note(get(`${all}?limit=100`));
  await note(ask('DELETE', `${path}?projectId=${PROJECT}`));
  await note(get(`${path}/batches`));
  answers.push(...(await agentTour(ask, (ms) => (clock.now += ms))));
  return JSON.stringify(answers);
}

const CASES = Object.entries(OTHER).flatMap(([name, values]) => values.map((value) => [name, value] as const));

describe('every switch', () => {
  it('is in the table, with every value but the default', () => {
    const own = Object.entries(defaultSwitches()).filter(([name]) => !Object.hasOwn(honest(), name));
    const defaults = new Map<string, unknown>(own);
    expect(Object.keys(OTHER).sort()).toEqual([...defaults.keys()].sort());
    for (const [name, value] of CASES) expect(value, name).not.toBe(defaults.get(name));
  });

  let plain: Promise<string> | undefined;
  it.each(CASES)('%s = %s', async (name, value) => {
    plain ??= seen({});
    // lost_listed needs something lost, so it is compared with that.
    const before = name === 'lost_listed' ? await seen({ lost_runs: 1 }) : await plain;
    expect(await seen({ [name]: value })).not.toBe(before);
  });

  it('gives the same answers twice', async () => {
    expect(await seen({})).toBe(await seen({}));
  });
});
