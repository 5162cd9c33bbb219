/** Peculiar to Future AGI: where in the input an evaluator saw the error, for evaluations that localise errors. */
import type { Run } from '../../model/schemas.ts';
import type { CallContext } from '../provider.ts';
import type { Api } from '../shared/api.ts';
import { collect, walk } from '../shared/pages.ts';
import { ENDPOINTS } from './endpoints.ts';
import { unlessRefused } from './faults.ts';
import type { WireCallDetail, WireCallView } from './wire.ts';

/** Adds it to the reasons of what failed; asks for more only where the call's own view does not tell. */
export async function withErrorLocations(
  api: Api,
  run: Run,
  detail: WireCallDetail,
  view: WireCallView | undefined,
  { signal }: CallContext,
): Promise<Run> {
  const configs = [...detail.eval_outputs.keys()];
  const failed = configs.filter((_, position) => run.evaluations[position]?.verdict === 'failed');
  const metrics = view?.eval_metrics;
  const localised = failed.filter((config) => metrics?.get(config)?.error_localizer);
  if (localised.length === 0) return run;
  const found = new Map<string, string>();
  const note = (config: string, analysis: unknown) => {
    const texts = textsIn(analysis).slice(0, 3);
    if (texts.length > 0) found.set(config, texts.join(' · '));
  };
  for (const config of failed) note(config, metrics?.get(config)?.error_analysis);
  if (localised.some((config) => !found.has(config))) {
    const asked = { params: { id: detail.call_execution_id }, signal };
    const tasks = await collect(walk(api.list(ENDPOINTS.listErrorLocations, asked, 1))).catch(unlessRefused(undefined));
    for (const { eval_config_id, status, error_analysis } of tasks?.rows ?? [])
      if (status?.toLowerCase() === 'completed' && failed.includes(eval_config_id))
        note(eval_config_id, error_analysis);
  }
  const evaluations = run.evaluations.map((evaluation, position) => {
    const where = found.get(configs[position] ?? '');
    if (!where) return evaluation;
    return { ...evaluation, reason: [evaluation.reason, `Error located: ${where}`].filter(Boolean).join(' ') };
  });
  return { ...run, evaluations };
}

/** The texts in an analysis, whose form is not documented; very short ones say nothing. */
function textsIn(analysis: unknown, depth = 0): string[] {
  if (depth > 5) return [];
  if (typeof analysis === 'string') return analysis.trim().length > 3 ? [analysis.trim()] : [];
  if (typeof analysis !== 'object' || analysis === null) return [];
  return Object.values(analysis).flatMap((inner) => textsIn(inner, depth + 1));
}
