/** Agent definitions and their versions (vendor's open server, 2026-08): bare JSON. */
import { type Context, Hono } from 'hono';
import type { JsonObject } from '../../../model/json.ts';
import { bodyOf, strict, textIn } from './bodies.ts';
import { type Definition, type DefinitionStore, type DefinitionVersion, SNAPSHOT_FIELDS } from './definition-store.ts';
import { Refusal } from './errors.ts';
import type { Meddling } from './meddling.ts';
import { appPage } from './paging.ts';
import { iso } from './render.ts';
import type { Switches } from './switches.ts';

const MASKED = /^(\*{4}|\*{8}|.{4}\.\.\..{4})$/;
const LISTED = ['search', 'agent_type', 'agent_definition_id', 'page', 'limit'];

export function agentDefinitionRoutes(definitions: DefinitionStore, switches: Switches, meddling: Meddling): Hono {
  const app = new Hono();
  const AT = '/agent-definitions/:id';
  const definitionOf = (c: Context): Definition => {
    const found = definitions.get(c.req.param('id') ?? '');
    if (!found) throw new Refusal(404, 'Agent definition not found');
    return found;
  };
  const versionOf = (c: Context): DefinitionVersion => {
    const found = definitions.versions(definitionOf(c).id).find(({ id }) => id === c.req.param('vid'));
    if (!found) throw new Refusal(404, 'Agent version not found');
    return found;
  };
  const forms = formsOf(definitions, switches);

  app.get('/agent-definitions/', (c) => {
    strict(c.req.query(), LISTED, switches);
    const search = c.req.query('search')?.trim().toLowerCase() ?? '';
    const found = definitions.all().filter(({ agent_name }) => agent_name.toLowerCase().includes(search));
    return c.json(appPage(switches, 'others', found, c.req.url, forms.row));
  });
  app.post('/agent-definitions/create/', async (c) => {
    const body = await bodyOf(c.req.raw);
    for (const name of ['agent_name', 'agent_type', 'commit_message'])
      if (!body[name]) throw new Refusal(400, `${name}: This field is required.`);
    const made = definitions.create(body, textIn(body.api_key) ?? null, textIn(body.commit_message) ?? '');
    return c.json(forms.detail(made), 201);
  });
  app.get(`${AT}/`, (c) => {
    const definition = definitionOf(c);
    const answer = c.json(forms.detail(definition));
    meddling.afterRead(definition.id);
    return answer;
  });
  app.put(`${AT}/edit/`, async (c) => {
    const { id } = definitionOf(c);
    const body = await bodyOf(c.req.raw);
    definitions.edit(id, body);
    const [latest] = definitions.versions(id);
    const key = textIn(body.api_key);
    if (latest && key !== undefined && !MASKED.test(key)) definitions.put({ ...latest, api_key: key });
    return c.json(forms.detail(definitionOf(c)));
  });
  app.delete(`${AT}/delete/`, (c) => {
    definitions.edit(definitionOf(c).id, { deleted: true });
    return c.json({ message: 'Agent definition deleted' });
  });

  app.get(`${AT}/versions/`, (c) => {
    const { id } = definitionOf(c);
    return c.json(appPage(switches, 'others', definitions.versions(id), c.req.url, (one) => forms.version(one)));
  });
  app.get(`${AT}/versions/:vid/`, (c) => {
    const version = versionOf(c);
    const { snapshot } = version;
    const description = definitions.describedBy(version.definition, snapshot);
    return c.json({
      ...forms.version(version),
      agent_definition: version.definition,
      release_notes: '',
      api_key: forms.maskOf(version),
      configuration_snapshot: { ...snapshot, description, commit_message: version.commit_message },
    });
  });
  app.post(`${AT}/versions/create/`, async (c) => {
    const definition = definitionOf(c);
    const body = await bodyOf(c.req.raw);
    strict(body, [...SNAPSHOT_FIELDS, 'api_key', 'commit_message'], switches);
    meddling.beforeWrite(definition.id);
    const key = keyOf(body, definitions.versions(definition.id)[0], switches);
    const { api_key, commit_message, [switches.agents_ignores]: ignored, ...fields } = body;
    definitions.edit(definition.id, fields);
    const version = definitions.addVersion(definition.id, key, textIn(commit_message) ?? '');
    return c.json({ message: 'Agent version created', version: version && forms.version(version) }, 201);
  });
  // Either does half: one moves the flag, the other the content.
  app.post(`${AT}/versions/:vid/activate/`, (c) => {
    const version = versionOf(c);
    activate(definitions, version);
    return c.json({ message: 'Version activated' });
  });
  app.post(`${AT}/versions/:vid/restore/`, (c) => {
    const version = versionOf(c);
    const description = definitions.describedBy(version.definition, version.snapshot);
    definitions.edit(version.definition, { ...version.snapshot, description });
    if (switches.restore === 'whole') activate(definitions, version);
    return c.json({ message: 'Version restored' });
  });

  app.post('/api/agent-definition-operations/fetch_assistant_from_provider/', async (c) => {
    const { provider, assistant_id, agent_id } = await bodyOf(c.req.raw);
    const found = definitions.all().find((one) => one.id === agent_id || one.assistant_id === assistant_id);
    const prompt = found && definitions.followed(found.id);
    if (!found || prompt === undefined) throw new Refusal(400, 'Please recheck your API key and assistant ID');
    const result = { assistant_id, name: found.agent_name, prompt, provider, commit_message: '' };
    return c.json({ status: true, result });
  });
  return app;
}

function activate(definitions: DefinitionStore, version: DefinitionVersion): void {
  for (const one of definitions.versions(version.definition))
    definitions.put({ ...one, is_active: one.id === version.id });
}

/** The key of a new version: a mask stands for that of the version before, where it comes with what it belongs to. */
function keyOf(body: JsonObject, former: DefinitionVersion | undefined, switches: Switches): string | null {
  const sent = textIn(body.api_key);
  if (sent === undefined) return switches.version_without_key === 'keeps' ? (former?.api_key ?? null) : null;
  if (!MASKED.test(sent)) return sent;
  if (switches.masked_key === 'refused' || !body.assistant_id || !body.provider)
    throw new Refusal(400, 'A masked API key cannot be used here.', { details: { api_key: ['Masked.'] } });
  return former?.api_key ?? null;
}

/** How definitions and versions are shown. */
function formsOf(definitions: DefinitionStore, switches: Switches) {
  const maskOf = ({ api_key }: DefinitionVersion): string | null => {
    if (api_key === null || switches.key_mask === 'absent') return null;
    if (switches.key_mask === 'plain') return api_key;
    if (switches.key_mask === 'stars') return '********';
    return `${api_key.slice(0, 4)}...${api_key.slice(-4)}`;
  };
  const version = (one: DefinitionVersion) => {
    const [latest] = definitions.versions(one.definition);
    return {
      id: one.id,
      version_number: one.number,
      version_name: `v${one.number}`,
      status: one.is_active ? 'active' : 'archived',
      status_display: one.is_active ? 'Active' : 'Archived',
      score: null,
      test_count: 0,
      pass_rate: null,
      description: '',
      commit_message: one.commit_message,
      is_active: one.is_active,
      is_latest: one.id === latest?.id,
      created_at: iso(one.created_at),
    };
  };
  const row = ({ authentication_method, deleted, ...definition }: Definition) => {
    const [latest] = definitions.versions(definition.id);
    return {
      ...definition,
      description: definitions.descriptionOf(definition.id),
      workspace: null,
      organization: null,
      created_at: iso(definition.created_at),
      updated_at: iso(definition.updated_at),
      latest_version: latest?.number ?? 0,
      latest_version_id: latest?.id ?? null,
      model_details: {},
    };
  };
  const detail = (definition: Definition) => {
    const all = definitions.versions(definition.id);
    const [latest] = all;
    const active = all.find(({ is_active }) => is_active);
    return {
      ...row(definition),
      authentication_method: definition.authentication_method,
      api_key: latest ? maskOf(latest) : null,
      livekit_url: null,
      livekit_api_key: null,
      versions: all.map(version),
      active_version: active ? version(active) : null,
      version_count: all.length,
    };
  };
  return { maskOf, version, row, detail };
}
