/** Asks a server for everything it has: every tool, resource, prompt and completion, on every platform. */
import { PROMPTS } from '../../src/mcp/prompts/prompts.ts';
import { TEMPLATES } from '../../src/mcp/resources/resources.ts';
import { at, list, text } from '../support/data.ts';
import { NEEDED_TO_START } from '../support/platforms.ts';
import { type Json, type RawServer, toolResult } from '../support/raw-server.ts';

/** What there is on one platform. */
export interface Known {
  provider: string;
  suite: string;
  session: string;
  run: string;
}

/** Arguments of each tool; a tool that is not named here fails the sweep. */
export function calls({ provider, suite, session, run }: Known): Record<string, Json[]> {
  return {
    list_providers: [{}, { check: true }],
    list_tests: [{ provider }, { provider, search: 'book' }],
    get_test: [{ test: suite }, { test: `${provider}/suite/nothing-there` }],
    list_sessions: [{ provider, limit: 5 }],
    get_session: [{ session }, { session, detail: 'full' }, { session: `${provider}/session/nothing-there` }],
    list_runs: [{ session, limit: 5 }],
    get_run: [{ run }, { run, detail: 'full' }],
    get_transcript: [{ run }, { run, around: 'failure' }],
    search_transcripts: [{ session, query: 'cn', limit: 3 }],
    list_failures: [{ session }, { session, state: 'all', limit: 100 }],
    save_failure_modes: [
      { session, modes: [{ title: 'Asks twice', definition: 'Asks for what the caller has said.' }] },
    ],
    get_failure_clusters: [{ session }, { session, detail: 'full' }],
    compare_sessions: [{ before: session, after: session }],
    get_trend: [{ test: suite }, { agent: `${provider}/agent/nobody` }],
    start_simulation: [
      { test: suite, dry_run: true, ...NEEDED_TO_START[provider] },
      { test: suite, key: 'sweep', ...NEEDED_TO_START[provider] },
    ],
    wait_for_session: [{ session, timeout_seconds: 1 }],
    cancel_session: [{ session }],
    list_agents: [{ provider }],
    get_agent: [{ agent: `${provider}/agent/nobody` }],
    propose_agent_change: [{ agent: `${provider}/agent/nobody`, edits: [{ part: 'prompt', old: 'a', new: 'b' }] }],
    apply_agent_change: [{ change: 'c-000000000000', target: 'copy' }],
    revert_agent_change: [{ change: 'c-000000000000' }],
  };
}

/** Looks for something to read. Throws where there is nothing: a sweep over nothing finds nothing. */
export async function learn(server: RawServer, provider: string): Promise<Known> {
  const ask = async (name: string, args: Json) => {
    const answer = toolResult(
      await server.request(`learn ${provider} ${name}`, 'tools/call', { name, arguments: args }),
    );
    if (answer.isError) throw new Error(`${name} on ${provider}: ${answer.text}`);
    return answer.data;
  };
  const refOf = (items: unknown, fits: (one: unknown) => boolean = () => true) =>
    text(at(list(items).find(fits), 'ref'));
  const suites = list((await ask('list_tests', { provider, kind: 'suite' })).tests);
  const suite = refOf(suites.length > 0 ? suites : (await ask('list_tests', { provider })).tests);
  const { sessions } = await ask('list_sessions', { provider, limit: 15 });
  const session = refOf(sessions, (one) => at(one, 'status') === 'completed');
  const runs = list((await ask('list_runs', { session, limit: 20 })).runs);
  const anyFailed = runs.some((one) => at(one, 'verdict') === 'failed');
  return { provider, suite, session, run: refOf(runs, (one) => !anyFailed || at(one, 'verdict') === 'failed') };
}

/** Everything, on one platform. */
export async function walk(server: RawServer, known: Known): Promise<{ answers: number; errors: number }> {
  let [answers, errors] = [0, 0];
  const ask = async (method: string, params?: Json) => {
    answers += 1;
    const answer = await server.request(`${known.provider} ${answers}`, method, params);
    if (toolResult(answer).isError) errors += 1;
  };
  for (const [name, variants] of Object.entries(calls(known)))
    for (const args of variants) await ask('tools/call', { name, arguments: args, _meta: { progressToken: name } });
  await ask('resources/list');
  for (const { uriTemplate } of TEMPLATES) {
    if (uriTemplate.includes('{agent}')) {
      await ask('resources/read', { uri: uriTemplate.replace('{agent}', encodeURIComponent(known.session)) });
      continue;
    }
    const ref = uriTemplate.includes('/run/') ? known.run : known.session;
    await ask('resources/read', { uri: `simulation://${ref}${/\{id\}(.*)$/.exec(uriTemplate)?.[1] ?? ''}` });
  }
  for (const { name, arguments: args } of PROMPTS)
    await ask('prompts/get', { name, arguments: Object.fromEntries(args.map((one) => [one.name, known.session])) });
  const { provider } = known;
  const complete = (ref: Json, name: string) =>
    ask('completion/complete', { ref, argument: { name, value: '' }, context: { arguments: { provider } } });
  for (const { uriTemplate } of TEMPLATES)
    for (const [, name = ''] of uriTemplate.matchAll(/\{(\w+)\}/g))
      await complete({ type: 'ref/resource', uri: uriTemplate }, name);
  for (const { name, arguments: args } of PROMPTS)
    for (const argument of args) await complete({ type: 'ref/prompt', name }, argument.name);
  return { answers, errors };
}
