/**
 * Drafts of scenarios below `/testing/personas`: from a flow, from a conversation. Simple but shaped right: what comes out
 * are the cases of this sandbox that are most like what went in. Nothing is stored.
 */
import { Hono } from 'hono';
import * as z from 'zod/v4';
import type { WorldCase } from '../../engine/types.ts';
import { closestCase } from '../likeness.ts';
import { bodyOf } from './bodies.ts';
import { CODES, type Refuse } from './errors.ts';
import type { Rendering } from './render.ts';

const partBody = z.looseObject({
  flowId: z.string().min(1),
  aiagentReferenceId: z.string().optional(),
  jobNodeId: z.string().optional(),
});

export function authoringRoutes({ engine, store }: Rendering, refuse: Refuse): Hono {
  const app = new Hono();

  const casesOf = (flowId: string): readonly WorldCase[] => {
    const flow = store.resources.flows.all().find((one) => one._id === flowId || one.referenceId === flowId);
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
    const first = closestCase(engine.cases, words);
    return [first, ...engine.cases.filter((one) => one !== first && one.suite === first.suite)].slice(0, count);
  };

  app.post('/options', async (c) => {
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

  app.post('/generate', async (c) => {
    const { flowId, ...chosen } = await bodyOf(c, partBody, refuse);
    casesOf(flowId);
    return c.json({ success: true, personaPackages: likeliest(JSON.stringify(chosen), 1).map((one) => draft(one)) });
  });

  app.post('/from-transcript', async (c) => {
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

  return app;
}
