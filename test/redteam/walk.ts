/** Everything a host can ask of the server, asked once of one platform; what comes back is kept for the judge. */
import { PROMPTS } from '../../src/mcp/prompts/prompts.ts';
import { TEMPLATES } from '../../src/mcp/resources/resources.ts';
import type { Connected } from '../support/clients.ts';
import { at, list } from '../support/data.ts';
import { NEEDED_TO_START } from '../support/platforms.ts';
import type { Shown } from './judge.ts';

export interface Walked {
  shown: Shown[];
  /** Tools called, resource templates read. */
  tools: Set<string>;
  templates: Set<string>;
}

const UNKNOWN_ID = '00000000-0000-4000-8000-000000000000';

export function createWalker(server: Connected) {
  const walked: Walked = { shown: [], tools: new Set(), templates: new Set() };
  const { shown } = walked;

  const call = async (tool: string, args: Record<string, unknown> = {}) => {
    walked.tools.add(tool);
    const where = `${tool} ${JSON.stringify(args)}`;
    const onprogress = ({ message }: { message?: string }) =>
      void shown.push({ where: `${where} progress`, kind: 'line', value: message ?? '' });
    try {
      const answer = await server.call(tool, args, { onprogress });
      shown.push({ where, kind: 'text', value: answer.text });
      if (!answer.isError) shown.push({ where, kind: 'data', value: answer.data });
      return answer;
    } catch (error) {
      shown.push({ where, kind: 'text', value: messageOf(error) });
      return { text: '', data: {}, isError: true };
    }
  };

  const read = async (template: string, uri: string) => {
    walked.templates.add(template);
    try {
      const { contents } = await server.client.readResource({ uri });
      for (const content of contents) {
        if ('text' in content) shown.push({ where: uri, kind: 'text', value: content.text });
        shown.push({ where: `${uri} type`, kind: 'line', value: content.mimeType ?? '' });
      }
    } catch (error) {
      shown.push({ where: uri, kind: 'text', value: messageOf(error) });
    }
  };

  const complete = async (argument: string, ref: { prompt: string } | { template: string }, provider: string) => {
    const about =
      'prompt' in ref
        ? { type: 'ref/prompt' as const, name: ref.prompt }
        : { type: 'ref/resource' as const, uri: ref.template };
    const { completion } = await server.client.complete({
      ref: about,
      argument: { name: argument, value: '' },
      context: { arguments: { provider } },
    });
    for (const value of completion.values) shown.push({ where: `completion of ${argument}`, kind: 'line', value });
  };

  const prompt = async (name: string, hostile: string) => {
    const { arguments: known = [] } = PROMPTS.find((one) => one.name === name) ?? {};
    const values = Object.fromEntries(known.map((argument) => [argument.name, hostile]));
    const answer = await server.client.getPrompt({ name, arguments: values });
    const said = answer.messages.map(({ content }) => (content.type === 'text' ? content.text : ''));
    return said.join('\n');
  };

  const refsOf = (data: unknown, member: string) =>
    (Array.isArray(at(data, member)) ? list(at(data, member)) : []).flatMap((one) => {
      const ref = at(one, 'ref');
      return typeof ref === 'string' ? [ref] : [];
    });

  return {
    walked,
    call,
    prompt,

    /** Reads everything there is of one platform, by its tools and by its resources. */
    async reads(provider: string) {
      const tests: string[] = [];
      for (const kind of ['suite', 'case'])
        tests.push(...refsOf((await call('list_tests', { provider, kind, limit: 30 })).data, 'tests').slice(0, 1));
      await call('list_tests', { provider, limit: 2 });
      for (const test of tests) await call('get_test', { test });

      const listed = (await call('list_sessions', { provider, limit: 20 })).data;
      // Of those that failed, or may have, there is most to show.
      const told = (one: unknown, name: string) => Number(at(at(one, 'counts'), name) ?? 0);
      const worth = list(at(listed, 'sessions') ?? []).filter(
        (one) => told(one, 'failed') + told(one, 'uncounted') > 0,
      );
      const sessions = refsOf({ worth }, 'worth');
      const [session = `${provider}/session/${UNKNOWN_ID}`, other = session] = sessions.toReversed();
      const agent = at(list(at(listed, 'sessions') ?? [])[0], 'agent');
      if (typeof agent === 'string') await call('list_sessions', { provider, agent, limit: 3 });
      await call('get_session', { session, detail: 'full' });
      const failed = (await call('list_runs', { session, verdict: 'failed', limit: 100 })).data;
      const [run = `${provider}/run/${UNKNOWN_ID}`] = refsOf(failed, 'runs');
      await call('get_run', { run, detail: 'full' });
      await call('get_transcript', { run, limit: 200 });
      await call('search_transcripts', { session, query: '"zq*"' });
      await call('list_failures', { session, state: 'all', limit: 150 });
      await call('save_failure_modes', {
        session,
        modes: [{ title: 'Asks twice', definition: 'Asks for what the caller has said.' }],
      });
      await call('list_runs', { session, mode: 'Asks twice' });
      await call('get_failure_clusters', { session, detail: 'full' });
      await call('compare_sessions', { before: session, after: other, detail: 'full' });
      const played = at(list(at(failed, 'runs') ?? [])[0], 'test');
      const asked = tests.length > 0 ? tests : [`${provider}/case/${UNKNOWN_ID}`];
      for (const test of typeof played === 'string' ? [...asked, played] : asked) await call('get_trend', { test });
      if (typeof agent === 'string') await call('get_trend', { agent: `${provider}/agent/${agent}` });

      const agents = refsOf((await call('list_agents', { provider, limit: 20 })).data, 'agents');
      const [subject = `${provider}/agent/${UNKNOWN_ID}`] = agents;
      const parts = list(at(at((await call('get_agent', { agent: subject })).data, 'agent'), 'parts') ?? []);
      const [part, text] = textOf(parts);
      await call('get_agent', { agent: subject, part });
      const edits = [{ part, old: text, new: `${text} Be brief.` }];
      const proposed = (await call('propose_agent_change', { agent: subject, edits, reason: 'To try it.' })).data;
      const change = at(proposed, 'change') ?? 'c-000000000000';
      // Nobody asks here, and what callers meet takes a client that does; the previews show what there is.
      for (const target of ['copy', 'draft', 'live', 'record']) await call('apply_agent_change', { change, target });
      await call('revert_agent_change', { change });

      const [digest = '', clusters = '', transcript = '', recording = '', modes = ''] = TEMPLATES.map(
        (one) => one.uriTemplate,
      );
      await read(digest, `simulation://${session}`);
      await read(clusters, `simulation://${session}/fma`);
      await read(transcript, `simulation://${run}/transcript`);
      await read(recording, `simulation://${run}/recording`);
      await read(modes, modes.replace('{agent}', encodeURIComponent(session)));
      await complete('agent', { template: modes }, provider);
      for (const template of [digest, transcript]) await complete('id', { template }, provider);
      for (const { name, arguments: known } of PROMPTS)
        for (const argument of known) await complete(argument.name, { prompt: name }, provider);
      return { tests, session, run };
    },

    /** Plans, starts, waits and cancels. */
    async changes(provider: string, test: string | undefined) {
      const wanted = { test: test ?? `${provider}/case/${UNKNOWN_ID}`, ...NEEDED_TO_START[provider] };
      await call('start_simulation', { ...wanted, dry_run: true });
      const started = (await call('start_simulation', wanted)).data;
      await call('start_simulation', wanted);
      const session = typeof started.session === 'string' ? started.session : `${provider}/session/${UNKNOWN_ID}`;
      await call('wait_for_session', { session, timeout_seconds: 0.1 });
      await call('cancel_session', { session });
    },

    /** Names nothing goes by: what is known instead is told. */
    async mistakes(provider: string) {
      for (const kind of ['session', 'run', 'case']) {
        const ref = `${provider}/${kind}/${UNKNOWN_ID}`;
        await call(kind === 'session' ? 'get_session' : kind === 'run' ? 'get_run' : 'get_test', {
          [kind === 'case' ? 'test' : kind]: ref,
        });
      }
    },

    /** What concerns no one platform. */
    async rest() {
      await call('list_providers', { check: true });
      await call('list_tests', { limit: 50 });
      await call('list_sessions', { limit: 50 });
      const { resources } = await server.client.listResources();
      for (const { uri, name, title } of resources)
        for (const value of [uri, name, title ?? '']) shown.push({ where: 'resources/list', kind: 'line', value });
      await read('simulation://guide', 'simulation://guide');
    },
  };
}

/** A part that may be changed, and a stretch that stands in it once: the whole text. */
function textOf(parts: readonly unknown[]): [part: string, text: string] {
  const found = parts.find((one) => typeof at(one, 'text') === 'string' && at(one, 'fixed') === undefined);
  return [String(at(found, 'id') ?? 'prompt'), String(at(found, 'text') ?? '')];
}

/** Both clients put their own words before the server's. */
function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replace(/^MCP error -?\d+: /, '');
}

/** What several servers have shown. */
export function merged(...walks: readonly Walked[]): Walked {
  return {
    shown: walks.flatMap((one) => one.shown),
    tools: new Set(walks.flatMap((one) => [...one.tools])),
    templates: new Set(walks.flatMap((one) => [...one.templates])),
  };
}
