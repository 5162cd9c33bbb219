/** The five operations on agents. Lists are served with a slash at the end and without: examples have both. */
import { type Context, Hono } from 'hono';
import { isRecord } from '../../../model/json.ts';
import { changed, promptOf } from './agent-content.ts';
import type { Content } from './agent-seeds.ts';
import { assistantBody, newAssistantBody, readBody } from './bodies.ts';
import { notFound, refuse } from './errors.ts';
import { offsetPage } from './paging.ts';
import { ok, searchFilter } from './replies.ts';
import type { Platform } from './store.ts';

export function assistantRoutes(platform: Platform): Hono {
  const { agents, switches } = platform;
  const app = new Hono();
  const refused = (c: Context, content: Content) => refusalOf(c, platform, content);
  const unknown = (c: Context) => {
    if (switches.unknown_agent === 'empty') return ok(c, platform, { assistants: [] });
    if (switches.unknown_agent === 404) return notFound(c, platform, 'Assistant');
    return refuse(c, platform, 400, 'Invalid model_id', 'path.model_id');
  };

  app.get('/', (c) => {
    const fits = switches.search_param === 'on' ? searchFilter(c) : () => true;
    const found = agents.all().filter(({ content }) => fits(String(content.name)));
    const render = ({ content }: { content: Content }) => ({ ...content, ...WITHOUT_ACTIONS });
    return offsetPage(c, platform, { list: 'others', named: 'assistants', all: found, render });
  });

  app.get('/:id', (c) => {
    const content = agents.get(c.req.param('id'));
    if (!content) return unknown(c);
    const full = c.req.query('include_actions') === 'true' ? content : { ...content, ...WITHOUT_ACTIONS };
    agents.meddle(c.req.param('id'), 'after_read');
    return ok(c, platform, { assistants: switches.agents_wrapper === 'object' ? full : [full] });
  });

  app.put('/:id', async (c) => {
    const id = c.req.param('id');
    const body = await readBody(c, platform, assistantBody, 400);
    if (body instanceof Response) return body;
    agents.meddle(id, 'before_write');
    const before = agents.get(id);
    if (!before) return unknown(c);
    const refusal = refused(c, changed(before, body, switches));
    if (refusal) return refusal;
    agents.put(id, body);
    return answer(c, id);
  });

  app.post('/', async (c) => {
    const body = await readBody(c, platform, newAssistantBody, 400);
    if (body instanceof Response) return body;
    return refused(c, body) ?? answer(c, agents.create(body));
  });

  app.delete('/:id', (c) => {
    const id = c.req.param('id');
    if (!agents.knows(id)) return unknown(c);
    agents.remove(id);
    return ok(c, platform, { answer: 'Assistant deleted' });
  });

  const answer = (c: Context, model_id: string) => {
    const status = switches.envelope_status === 'number' ? 200 : switches.envelope_status;
    return c.json({ status, response: { model_id }, details: { phone: null, voice: null } });
  };
  return app;
}

/** Only filled with `include_actions` (changelog 2026-05-28). */
const WITHOUT_ACTIONS = { actions: [], input_variables: [] };

/** What the platform does not take of an agent's content: rules between members, and a prompt that is too long. */
function refusalOf(c: Context, platform: Platform, content: Content): Response | undefined {
  const { voicemail_rule, put_max_prompt } = platform.switches;
  const { voicemail_message: voicemail, agent } = content;
  const mode = isRecord(agent) ? agent.greeting_message_mode : undefined;
  if (voicemail_rule === 'on' && isRecord(voicemail) && voicemail.enabled === true && mode !== 'human')
    return refuse(
      c,
      platform,
      400,
      'Voicemail messages need greeting_message_mode human.',
      'body.agent.greeting_message_mode',
    );
  if (put_max_prompt > 0 && promptOf(content).length > put_max_prompt)
    return refuse(
      c,
      platform,
      400,
      `The prompt must not be longer than ${put_max_prompt} characters.`,
      'body.agent.prompt',
    );
  return undefined;
}
