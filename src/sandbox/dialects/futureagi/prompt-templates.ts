/** The Prompt Workbench: templates and their versions (vendor's open server, 2026-08). One is bare, its neighbours are wrapped. */
import { Hono } from 'hono';
import { isRecord, type JsonObject } from '../../../model/json.ts';
import { bodyOf } from './bodies.ts';
import { Refusal } from './errors.ts';
import type { Meddling } from './meddling.ts';
import { appPage, enveloped } from './paging.ts';
import {
  nameOfVersion,
  type PromptStore,
  type PromptTemplate,
  type PromptVersion,
  type Snapshot,
} from './prompt-store.ts';
import { iso } from './render.ts';
import type { Switches } from './switches.ts';

export function promptTemplateRoutes(prompts: PromptStore, switches: Switches, meddling: Meddling): Hono {
  const app = new Hono();
  app.use(async (_, next) => {
    if (switches.workbench === 'missing') throw new Refusal(404, 'Not found.');
    await next();
  });
  const templateOf = (id: string): PromptTemplate => {
    const template = prompts.template(id);
    if (!template) throw new Refusal(404, 'Prompt Template Not Found');
    return template;
  };
  const versionOf = (template: PromptTemplate, name: unknown): PromptVersion => {
    if (typeof name !== 'string' || !/^v\d+$/.test(name))
      throw new Refusal(400, 'version_name: Must be v followed by digits.', {
        details: { version_name: ['Invalid.'] },
      });
    const version = prompts.version(template.id, name);
    if (!version) throw new Refusal(400, 'Prompt Version Not Found');
    return version;
  };
  const row = (template: PromptTemplate, version: PromptVersion) => versionRow(template, version);

  app.get('/prompt-templates/', (c) => {
    const search = c.req.query('search')?.trim().toLowerCase() ?? '';
    const found = prompts.templates().filter(({ name }) => name.toLowerCase().includes(search));
    return c.json(appPage(switches, 'others', found, c.req.url, templateRow));
  });
  app.get('/prompt-templates/get-template-by-name/', (c) => {
    const found = prompts.templates().find(({ name }) => name === c.req.query('name'));
    if (!found) throw new Refusal(404, 'Prompt Template Not Found');
    const wanted = c.req.query('version');
    const version = prompts
      .versions(found.id)
      .find((one) => (wanted === undefined ? one.number === found.default : nameOfVersion(one) === wanted));
    if (!version) throw new Refusal(404, 'Prompt Version Not Found');
    return c.json(enveloped(detail(found, version)));
  });
  app.get('/prompt-templates/:id/', (c) => {
    const template = templateOf(c.req.param('id'));
    const versions = prompts.versions(template.id);
    const shown =
      versions.find(({ is_draft }) => is_draft) ?? versions.find(({ number }) => number === template.default);
    if (shown) return c.json(detail(template, shown));
    if (!switches.get_creates_draft) return c.json(templateRow(template));
    return c.json(detail(template, prompts.addVersion(template.id, emptySnapshot())));
  });
  app.get('/prompt-templates/:id/versions/', (c) => {
    const template = templateOf(c.req.param('id'));
    const answer = appPage(switches, 'others', prompts.versions(template.id), c.req.url, (one) => row(template, one));
    meddling.afterRead(template.id);
    return c.json(answer);
  });
  app.post('/prompt-templates/:id/add-new-draft/', async (c) => {
    const template = templateOf(c.req.param('id'));
    const body = await bodyOf(c.req.raw);
    meddling.beforeWrite(template.id);
    const asked = Array.isArray(body.new_prompts) ? body.new_prompts.filter(isRecord) : [];
    if (asked.length === 0) throw new Refusal(400, 'new_prompts: This field is required.');
    const made = asked.map((one) => prompts.addVersion(template.id, meddling.taken(template.id, snapshotIn(one))));
    return c.json(enveloped(made.map((one) => row(template, one))));
  });
  app.post('/prompt-templates/:id/commit/', async (c) => {
    const template = templateOf(c.req.param('id'));
    const body = await bodyOf(c.req.raw);
    const version = versionOf(template, body.version_name);
    if (typeof body.message !== 'string') throw new Refusal(400, 'message: This field is required.');
    meddling.beforeWrite(template.id);
    const is_draft = body.is_draft === true;
    prompts.put({ ...version, is_draft, commit_message: body.message });
    if (body.set_default === true) prompts.setDefault(templateOf(template.id), version);
    return c.json(enveloped(`Version ${nameOfVersion(version)} was committed.`));
  });
  app.post('/prompt-templates/:id/set_default/', async (c) => {
    const template = templateOf(c.req.param('id'));
    const version = versionOf(template, (await bodyOf(c.req.raw)).version_name);
    meddling.beforeWrite(template.id);
    if (switches.agents_ignores !== 'set_default') prompts.setDefault(templateOf(template.id), version);
    return c.json(enveloped(row(templateOf(template.id), version)));
  });
  app.post('/prompt-templates/create-draft/', async (c) => {
    const body = await bodyOf(c.req.raw);
    if (typeof body.name !== 'string' || body.name === '') throw new Refusal(400, 'name: This field is required.');
    const template = prompts.addTemplate(body.name, typeof body.description === 'string' ? body.description : '');
    const version = prompts.addVersion(template.id, snapshotIn(body));
    if (body.is_draft === false) prompts.setDefault(template, version);
    return c.json(enveloped({ id: template.id, name: template.name, created_version: nameOfVersion(version) }));
  });
  return app;
}

/** A whole snapshot as it is sent: what is not in it is gone, and only the first configuration is kept. */
function snapshotIn(asked: JsonObject): Snapshot {
  const [first] = Array.isArray(asked.prompt_config) ? asked.prompt_config.filter(isRecord) : [];
  return {
    config: { messages: [], configuration: {}, ...first },
    variable_names: asked.variable_names ?? {},
    evaluation_configs: asked.evaluation_configs ?? [],
    metadata: asked.metadata ?? {},
  };
}

const emptySnapshot = (): Snapshot => snapshotIn({});

function templateRow({ id, name, description, created_at }: PromptTemplate) {
  const at = iso(created_at);
  return { id, name, description, created_at: at, updated_at: at, is_draft: false };
}

function versionRow(template: PromptTemplate, version: PromptVersion) {
  const at = iso(version.created_at);
  return {
    id: version.id,
    template_version: nameOfVersion(version),
    prompt_config_snapshot: version.config,
    variable_names: version.variable_names,
    evaluation_configs: version.evaluation_configs,
    evaluation_results: {},
    is_default: template.default === version.number,
    is_draft: version.is_draft,
    commit_message: version.commit_message,
    labels: version.labels.map((name) => ({ id: `${version.id}-${name}`, name, type: 'system' })),
    placeholders: [],
    created_at: at,
    updated_at: at,
    template_name: template.name,
    original_template: template.id,
  };
}

/** One template with the content of a version: the only view that tells metadata. */
function detail(template: PromptTemplate, version: PromptVersion) {
  return {
    ...templateRow(template),
    prompt_config: [version.config],
    version: nameOfVersion(version),
    variable_names: version.variable_names,
    evaluation_configs: version.evaluation_configs,
    is_draft: version.is_draft,
    output: [],
    metadata: version.metadata,
    last_saved: iso(version.created_at),
  };
}
