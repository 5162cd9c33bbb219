/**
 * Generating cases: a stream of JSON lines by description, a JSON string by schema. The lines are undocumented; these are
 * made up, and whether the cases are kept is a switch.
 */
import type { Context } from 'hono';
import type * as z from 'zod/v4';
import { closestCase } from '../likeness.ts';
import type { generateBody } from './bodies.ts';
import { renderCase } from './render.ts';
import type { CaseRecord, Platform } from './store.ts';

export function generate(c: Context, platform: Platform, body: z.output<typeof generateBody>): Response {
  const { engine, store, switches } = platform;
  const at = engine.now();
  const records = body.include_tests.map((test): CaseRecord => {
    const played = closestCase(engine.cases, test.replaceAll('_', ' '));
    return {
      id: store.nextId('case'),
      suite: body.suite_id ?? undefined,
      name: `${test.replaceAll('_', ' ')}: ${played.name}`,
      prompt: played.prompt,
      type: 'agent_based',
      criteria: played.criteria.map((criterion) => criterion.text),
      rule: 'all',
      agent: body.agent_id,
      created_at: at,
      updated_at: at,
      played,
    };
  });
  if (switches.generated_cases === 'saved') for (const record of records) store.cases.set(record.id, record);

  const lines: unknown[] = [
    { event: 'progress', progress: 0, total: records.length },
    ...records.map((record) => ({ event: 'result', simulation_case: renderCase(platform, record) })),
    { event: 'done', generated: records.length },
  ];
  const text = lines.map((line) => JSON.stringify(line)).join('\n');
  switch (switches.generate) {
    case 'ndjson':
      return c.body(`${text}\n`, 200, { 'content-type': 'application/x-ndjson' });
    case 'cut_off':
      return c.body(text.slice(0, -8), 200, { 'content-type': 'application/x-ndjson' });
    case 'json_text':
      return c.json(text);
    case 'with_noise':
      return c.body(`\n: keep-alive\r\n${text.replaceAll('\n', '\n\n')}`, 200, { 'content-type': 'text/plain' });
  }
}
