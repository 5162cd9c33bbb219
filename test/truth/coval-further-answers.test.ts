/** Further forms of the kinds E to G on Coval: verdicts, transcripts and small things that nobody had listed. */
import { describe, expect, it } from 'vitest';
import { at, list } from '../support/data.ts';
import { askingFor } from './asking.ts';
import {
  agent,
  type CovalFacts,
  coval,
  type Fields,
  forbidden,
  idOf,
  internal,
  listedRun,
  nextWorld,
  politeness,
} from './coval-world.ts';
import { countsOf, firstLine, headline } from './honesty.ts';
import { coverage, expectError, expectNoPass, expectTruth, said, session } from './outcomes.ts';
import type { Asked, Reply } from './stand-in.ts';
import { cutOffOnce } from './world-parts.ts';

const ask = askingFor('coval');
let defined = 0;
const metric = (target_condition?: unknown): Fields & { id: string } => ({
  id: idOf('metric', 3, ++defined),
  metric_name: `Metric ${defined}`,
  metric_type: 'METRIC_NUMERIC',
  ...(target_condition === undefined ? {} : { target_condition }),
});

const conditions: [string, Fields & { id: string }, unknown][] = [
  ['one listed value that is no list', metric({ comparison_operator: 'in', target_values: 'YES' }), 'NO'],
  ['JSON as text', metric('{"comparison_operator":"gte","target_float":0.8}'), 0.2],
  ['an operator with blanks', metric({ comparison_operator: ' >= ', target_float: 0.8 }), 0.2],
  ['an operator in words', metric({ comparison_operator: 'at_least', target_float: 0.8 }), 0.2],
  ['a target without an operator', metric({ target_float: 0.8 }), 0.2],
  ['bounds as text', metric({ comparison_operator: 'bt', target_float_lower: '0.8', target_float_upper: '1' }), 0.2],
  ['a target that is an object', metric({ comparison_operator: 'gte', target_float: { value: 0.8 } }), 0.2],
  ['a list of conditions', metric([{ comparison_operator: 'gte', target_float: 0.8 }]), 0.2],
];
const thresholds: [string, Fields & { id: string }, Reply][] = [
  ['an error with 200', metric(), { body: { threshold: null, error: { code: 'INTERNAL', message: 'Down.' } } }],
  ['a list', metric(), { body: { threshold: [{ comparison_operator: 'gte', target_float: 0.8 }] } }],
  ['a target as text', metric(), { body: { threshold: { comparison_operator: 'gte', target_float: '0.8' } } }],
  ['another operator', metric(), { body: { threshold: { comparison_operator: 'AT_LEAST', target_float: 0.8 } } }],
  [
    '400',
    metric(),
    { status: 400, body: { error: { code: 'INVALID_ARGUMENT', message: 'Request validation failed' } } },
  ],
];
const latency = metric();
const accuracy = metric({ comparison_operator: 'gte', target_float: 0.8 });
const metrics = [
  politeness,
  latency,
  accuracy,
  ...conditions.map(([, one]) => one),
  ...thresholds.map(([, one]) => one),
];
const polite = String(politeness.id);

const beside = (values: Record<string, unknown>, more: Partial<CovalFacts> = {}) =>
  coval({ simulations: 3, metrics, values: () => ({ [polite]: 'YES', ...values }), ...more });
const judged = (metric_id: unknown, value: unknown, more: Fields = {}): Fields => ({
  metric_output_id: `01J${String(metric_id).slice(-9)}`,
  metric_id,
  value,
  status: 'COMPLETED',
  ...more,
});
const sessionOf = (world: ReturnType<typeof coval>, more: Fields = {}) =>
  ask(world, 'get_session', { session: world.session, ...more });

describe('E. verdicts', () => {
  it.each(conditions)('a condition that came as %s is not no condition', async (_, { id }, value) => {
    expectNoPass(await sessionOf(beside({ [id]: value })), { runs: 3, pending: 0 });
  });

  it.each(thresholds)('a threshold that came as %s is not no threshold', async (_, { id }, reply) => {
    const world = beside(
      { [id]: 0.2 },
      { instead: ({ path }) => (path.endsWith(`/${id}/threshold`) ? reply : undefined) },
    );
    expectNoPass(await sessionOf(world), { runs: 3, pending: 0 });
  });

  it.each(['ERRORED', 'TIMED_OUT', 'UNKNOWN', 'IN QUEUE'])(
    'an output that stays "%s" leaves a run of months ago inconclusive, not pending for ever',
    async (status) => {
      const outputs = () => [judged(polite, 'YES'), judged(accuracy.id, null, { status })];
      const answer = await sessionOf(coval({ simulations: 3, metrics, run: { results: null }, outputs }));
      expectTruth(answer, { runs: 3, passed: 0, pending: 0, inconclusive: 3 });
      expect(at(session(answer), 'status')).toBe('completed');
    },
  );

  const unread: [string, Fields[]][] = [
    ['has no metric', [judged(polite, 'YES'), judged(null, 'NO')]],
    ['is null', [judged(polite, 'YES')]],
  ];
  it.each(unread)('an output that %s is not lost without a word', async (reason, outputs) => {
    const world = coval({ simulations: 3, metrics, run: { results: null }, outputs: () => outputs });
    const reply = (asked: Asked): Reply => {
      const usual = world.reply(asked);
      const whole = at(usual?.body, 'metrics');
      if (reason !== 'is null' || !/\/simulations\/.*\/metrics$/.test(asked.path)) return usual;
      return { body: { metrics: [...list(whole), null] } };
    };
    const answer = await ask({ reply }, 'get_session', { session: world.session });
    if (at(coverage(answer), 'complete') !== false) expectNoPass(answer, { runs: 3 });
  });

  it('outputs that come beside an error are not all of them', async () => {
    const world = coval({ simulations: 3, metrics, run: { results: null } });
    const reply = (asked: Asked): Reply => {
      const usual = world.reply(asked);
      if (!/\/simulations\/.*\/metrics$/.test(asked.path)) return usual;
      return { body: { ...Object(usual?.body), error: { code: 'INTERNAL', message: 'Some shards did not answer.' } } };
    };
    const answer = await ask({ reply }, 'get_session', { session: world.session });
    if (at(coverage(answer), 'complete') !== false) expectNoPass(answer, { runs: 3 });
  });

  it.each([['20%'], ['2/10'], ['0,2']])('a score of %j does not reach a threshold of 0.8', async (value) => {
    const name = String(latency.metric_name);
    expectNoPass(await sessionOf(beside({ [latency.id]: value }), { thresholds: { [name]: 0.8 } }), { runs: 3 });
  });

  it('a threshold for a name that no metric has is an error', async () => {
    expectError(
      await sessionOf(beside({ [latency.id]: 0.2 }), { thresholds: { Latncy: 0.8 } }),
      /Politeness|Metric \d/,
    );
  });
});

describe('F. transcripts', () => {
  const talk = [
    { role: 'user', content: 'I want my money back.' },
    { role: 'assistant', content: 'Which order is it?' },
  ];
  const turnsOf = (transcript: unknown, more: Partial<CovalFacts> = {}) => {
    const world = coval({ simulations: 1, transcript: () => transcript, ...more });
    return ask(world, 'get_transcript', { run: world.run(0), limit: 100 });
  };

  it.each<[string, unknown]>([
    ['JSON text of an object', JSON.stringify({ utterances: talk })],
    ['turns in an object', { turns: { items: talk } }],
    ['messages in data', { data: { messages: talk } }],
    ['numbered messages', { 0: talk[0], 1: talk[1] }],
    ['a number', 42],
    ['true', true],
  ])('that come as %s are read, or said to be unreadable', async (_, transcript) => {
    const answer = await turnsOf(transcript);
    expect(headline(answer)).not.toMatch(/has no turns/);
    if (answer.isError) expectError(answer, /read/i);
    else expect(answer.text).toMatch(/money back/);
  });

  it.each(['utterance', 'value', 'body', 'transcript', 'message'])(
    'words in a member `%s` are heard, or said to be there',
    async (member) => {
      const answer = await turnsOf([{ role: 'user', [member]: 'Is anybody there?' }, ...talk]);
      const [first] = list(at(answer.data, 'turns'));
      expect(list(at(answer.data, 'turns')), said(answer)).toHaveLength(3);
      expect(String(at(first, 'text')).trim()).not.toBe('');
    },
  );

  it.each<[string, Fields]>([
    ['an error beside it', { error: { code: 'INTERNAL', message: 'Transcript store unavailable.' } }],
    ['an error as text', { error: 'Transcript store unavailable.' }],
  ])('a transcript of null with %s could not be read', async (_, error) => {
    const world = coval({ simulations: 1, transcript: () => null });
    const reply = (asked: Asked): Reply => {
      const usual = world.reply(asked);
      return /\/simulations\/S[^/]*$/.test(asked.path) ? { body: { ...Object(usual?.body), ...error } } : usual;
    };
    const answer = await ask({ reply }, 'get_transcript', { run: world.run(0) });
    expect(headline(answer)).not.toMatch(/has no turns/);
    expectError(answer);
  });

  it('search_transcripts counts what it could not read', async () => {
    const world = coval({ simulations: 3, transcript: (index) => (index === 1 ? { parts: 7 } : talk) });
    const answer = await ask(world, 'search_transcripts', { session: world.session, query: 'money' });
    expect(answer.isError, said(answer)).toBe(false);
    expect(list(at(answer.data, 'matches'))).toHaveLength(2);
    expect(headline(answer)).toMatch(/1 .*(could|can) ?not be read/);
  });
});

describe('G. small', () => {
  it.each([
    ['the second page of simulations', /\/simulations\?.*page_token/],
    ['the outputs of a simulation', /\/simulations\/[^/]+\/metrics/],
    ['a threshold', /\/threshold/],
  ])('%s whose JSON is cut off is asked for again', async (_, path) => {
    const free = metric();
    const world = coval({
      simulations: 120,
      metrics: [politeness],
      fails: (index) => index >= 110,
      run: { results: null },
    });
    const reply = (asked: Asked): Reply => {
      const usual = world.reply(asked);
      if (!/\/simulations\/.*\/metrics$/.test(asked.path)) return usual;
      return { body: { metrics: [...list(at(usual?.body, 'metrics')), judged(free.id, 1)] } };
    };
    const answer = await ask({ reply: cutOffOnce(reply, path) }, 'get_session', { session: world.session });
    expectTruth(answer, { runs: 120, failed: 10 });
    expect(countsOf(answer).error).toBe(0);
  });

  it('a simulation that is stale on the first page counts as the second shows it, or is doubted', async () => {
    const world = coval({
      simulations: 120,
      fails: (index) => index === 0,
      page: (page, { query }) => {
        const [first, ...rest] = page.simulations;
        if (query.has('page_token'))
          return {
            ...page,
            simulations: [
              ...page.simulations,
              {
                ...first,
                simulation_id: idOf('simulation', world.world, 0),
                test_case_id: idOf('case', world.world, 0),
              },
            ],
          };
        return { ...page, simulations: [{ ...first, status: 'FAILED', error_message: 'Worker lost.' }, ...rest] };
      },
    });
    const answer = await sessionOf(world);
    if (at(coverage(answer), 'complete') === false) expect(firstLine(answer)).toMatch(/^Incomplete:/);
    else expectTruth(answer, { runs: 120, passed: 119, failed: 1, error: 0 });
  });

  it('one run that is listed twice is one session, as it is now', async () => {
    const world = nextWorld();
    const other = coval({ simulations: 1 });
    const runs = [listedRun(world, 0, { status: 'IN PROGRESS' }), listedRun(world, 1), listedRun(world, 0)];
    const reply = (asked: Asked): Reply => (asked.path === '/v1/runs' ? { body: { runs } } : other.reply(asked));
    const answer = await ask({ reply }, 'list_sessions', {});
    const refs = list(at(answer.data, 'sessions')).map((one) => at(one, 'ref'));
    expect(new Set(refs).size, said(answer)).toBe(refs.length);
    expect(refs).toHaveLength(2);
  });

  it.each<[string, Reply]>([
    ['403', forbidden],
    ['500', internal],
    ['405', { status: 405, body: { message: 'Method Not Allowed' } }],
  ])('a start without an agent looks at the agents where the list of the set answers %s', async (_, refusal) => {
    const world = nextWorld();
    const set = idOf('set', world);
    const own = { ...agent, id: idOf('agent', world, 1), display_name: 'Grace', test_set_ids: [set] };
    const usual = coval({ simulations: 1 });
    const reply = (asked: Asked): Reply => {
      const path = asked.path.replace('/v1', '');
      if (path === `/test-sets/${set}/agents`) return refusal;
      if (path === `/test-sets/${set}`) return { body: { test_set: { id: set, display_name: 'Refunds' } } };
      if (path === '/test-cases')
        return { body: { test_cases: [{ id: idOf('case', world), test_set_id: set, input_str: 'Call.' }] } };
      return path === '/agents' ? { body: { agents: [{ ...agent, test_set_ids: [] }, own] } } : usual.reply(asked);
    };
    const answer = await ask({ reply }, 'start_simulation', { test: `coval/suite/${set}`, dry_run: true });
    expect(answer.isError, said(answer)).toBe(false);
    expect(at(at(answer.data, 'plan'), 'agent')).toBe('Grace');
  });
});
