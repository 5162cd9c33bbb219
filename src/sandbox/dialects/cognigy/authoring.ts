/**
 * Drafts of scenarios: from a flow, from a conversation, from uploaded transcripts. Simple but shaped right: what comes out
 * are the cases of this sandbox that are most like what went in. Nothing is stored but the state of an upload.
 */
import { Hono } from 'hono';
import * as z from 'zod/v4';
import { stableId } from '../../engine/ids.ts';
import type { WorldCase } from '../../engine/types.ts';
import { CODES, type Refuse } from './errors.ts';
import type { Rendering } from './render.ts';
import { bodyOf } from './simulations.ts';
import { PROJECT } from './world.ts';

const FORMATS = [
  'application/pdf',
  'text/csv',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
];
const MAX_FILES = 5;
const MAX_FILE = 10 * 1024 * 1024;
const VALID_MS = 3_600_000;
const DRAFTS = 3;

const partBody = z.looseObject({
  flowId: z.string().min(1),
  aiagentReferenceId: z.string().optional(),
  jobNodeId: z.string().optional(),
});

interface Upload {
  texts: string[];
  expires_at: number;
}

export function authoringRoutes({ engine, store }: Rendering, refuse: Refuse): { personas: Hono; transcripts: Hono } {
  const personas = new Hono();
  const transcripts = new Hono();
  const uploads = new Map<string, Upload>();

  const casesOf = (flowId: string): readonly WorldCase[] => {
    const flow = store.world.flows.find((one) => one._id === flowId || one.referenceId === flowId);
    if (!flow) throw refuse(404, 'The flow does not exist', CODES.not_found, { field: 'flowId' });
    const suites = engine.suites.filter((suite) => suite.agent === flow.agent).map((suite) => suite.key);
    return engine.cases.filter((one) => suites.includes(one.suite));
  };
  const draft = (one: WorldCase, most = 5) => ({
    simulationName: one.name,
    personaName: one.persona.split(',')[0],
    personaDescription: one.persona,
    mission: one.prompt,
    successCriteria: one.criteria.slice(0, most).map(({ name, text }) => ({ name, text })),
  });
  const likeliest = (words: string, count: number) => {
    const first = store.closest(words);
    return [first, ...engine.cases.filter((one) => one !== first && one.suite === first.suite)].slice(0, count);
  };

  personas.post('/options', async (c) => {
    const { flowId, jobNodeId, aiagentReferenceId } = await bodyOf(c, partBody, refuse);
    if (jobNodeId !== undefined && aiagentReferenceId === undefined)
      throw refuse(400, 'jobNodeId needs aiagentReferenceId', CODES.missing, { field: 'aiagentReferenceId' });
    const cases = casesOf(flowId).slice(0, 4);
    return c.json({
      simulationName: `Calls to ${engine.agents[0]?.name ?? 'the agent'}`,
      missionTypes: cases.map((one) => ({
        name: one.name,
        description: one.prompt,
        successCriteria: one.criteria.map(({ name, text }) => ({ name, description: text })),
      })),
      personaTypes: cases.map((one) => ({ name: one.persona.split(',')[0], description: one.persona })),
    });
  });

  personas.post('/generate', async (c) => {
    const { flowId, ...chosen } = await bodyOf(c, partBody, refuse);
    casesOf(flowId);
    return c.json({ success: true, personaPackages: likeliest(JSON.stringify(chosen), 1).map((one) => draft(one)) });
  });

  personas.post('/regenerate-field', async (c) => {
    const schema = z.looseObject({
      field: z.enum(['simulationName', 'personaName', 'personaDescription', 'mission', 'successCriteria']),
      personaPackage: z.looseObject({ mission: z.string() }),
    });
    const { field, personaPackage } = await bodyOf(c, schema, refuse);
    const other = likeliest(personaPackage.mission, 2).at(-1);
    return c.json({ success: true, [field]: other ? draft(other)[field] : '' });
  });

  personas.post('/from-transcript', async (c) => {
    const schema = z.looseObject({
      sessionId: z.string().optional(),
      transcriptContent: z.string().optional(),
      numberOfSuccessCriteria: z.int().min(1).max(20).optional(),
    });
    const { sessionId, transcriptContent, numberOfSuccessCriteria } = await bodyOf(c, schema, refuse);
    const source = sessionId ?? transcriptContent;
    if (source === undefined) throw refuse(400, 'sessionId or transcriptContent is missing', CODES.missing);
    const [like] = likeliest(source, 1);
    const messages = (transcriptContent ?? '').split('\n').filter(Boolean);
    return c.json({
      success: true,
      personaPackage: like ? draft(like, numberOfSuccessCriteria) : undefined,
      metadata: {
        transcriptSummary: like?.name ?? '',
        analysisTimestamp: new Date(engine.now()).toISOString(),
        warnings: [],
        turnCount: messages.length,
        extractedIntents: [],
        messages: messages.map((content, index) => ({
          source: index % 2 === 0 ? 'user' : 'bot',
          content,
          timestamp: new Date(engine.now()).toISOString(),
        })),
      },
    });
  });

  transcripts.post('/transcript-request', async (c) => {
    const body: unknown = await c.req.json().catch(() => ({}));
    const named = z.looseObject({ projectId: z.string().optional(), projectReference: z.string().optional() });
    const inBody = named.safeParse(body).data;
    const project =
      c.req.header('project_id') ?? c.req.query('projectId') ?? inBody?.projectId ?? inBody?.projectReference;
    if (project !== PROJECT) throw refuse(400, 'the project is missing', CODES.missing, { field: 'projectId' });
    const requestId = stableId('cognigy transcript request', uploads.size);
    const expires_at = engine.now() + VALID_MS;
    uploads.set(requestId, { texts: [], expires_at });
    return c.json({
      success: true,
      requestId,
      expiresAt: new Date(expires_at).toISOString(),
      maxFiles: MAX_FILES,
      maxFileSize: MAX_FILE,
      maxTotalSize: MAX_FILES * MAX_FILE,
      supportedFormats: FORMATS,
      status: 'pending',
    });
  });

  const uploadAt = (requestId: unknown): Upload => {
    const found = typeof requestId === 'string' ? uploads.get(requestId) : undefined;
    if (!found || engine.now() > found.expires_at) throw refuse(404, 'The request does not exist', CODES.not_found);
    return found;
  };

  transcripts.post('/transcript-upload', async (c) => {
    const form = await c.req.formData().catch(() => undefined);
    const upload = uploadAt(form?.get('requestId'));
    const file = form?.get('file');
    if (!(file instanceof File)) throw refuse(400, 'file is missing', CODES.missing, { field: 'file' });
    if (!FORMATS.includes(file.type)) throw refuse(400, 'this format is not supported', CODES.invalid);
    if (file.size > MAX_FILE) throw refuse(413, 'the file is too large');
    if (upload.texts.length >= MAX_FILES) throw refuse(409, 'too many files', CODES.conflict);
    upload.texts.push(await file.text());
    return c.json({ success: true, requestId: form?.get('requestId'), fileName: file.name, status: 'uploaded' });
  });

  transcripts.post('/generate-from-transcript', async (c) => {
    const schema = z.looseObject({
      projectId: z.string(),
      requestId: z.string(),
      flowReference: z.string(),
      numberOfSuccessCriteria: z.int().min(1).max(20).optional(),
    });
    const { requestId, flowReference, numberOfSuccessCriteria } = await bodyOf(c, schema, refuse);
    const upload = uploadAt(requestId);
    casesOf(flowReference);
    if (upload.texts.length === 0) throw refuse(409, 'nothing was uploaded', CODES.conflict);
    uploads.delete(requestId);
    const scenarios = likeliest(upload.texts.join('\n'), DRAFTS).map((one) => {
      const made = draft(one, numberOfSuccessCriteria);
      return { ...made, successCriteria: made.successCriteria.map((params) => ({ type: 'text', params })) };
    });
    return c.json({ success: true, scenarios });
  });

  return { personas, transcripts };
}
