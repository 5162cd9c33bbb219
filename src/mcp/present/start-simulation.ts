/** The text of `start_simulation`. */
import type { StartSimulation } from '../tools/start-simulation.ts';
import { type Rendering, sentences } from './rendering.ts';
import { plural } from './words.ts';

export function presentStartSimulation(data: StartSimulation): Rendering {
  const { plan, session, sessions, run, candidates, confirm, problem } = data;
  const { steps, steps_omitted: omitted } = plan;
  const runs = plan.runs === undefined ? 'an unknown number of runs' : plural(plan.runs, 'run');
  const requests = steps.length + omitted;
  return {
    headline: sentences(
      `${data.outcome}: ${data.message}`,
      `Plan: ${runs} of ${plan.test}${requests > 1 ? ` in ${requests} requests` : ''}.`,
      ...plan.notes,
      session ? `session ${session}` : '',
      sessions ? `sessions ${sessions.join(', ')}` : '',
      run ? `run ${run}` : '',
      candidates ? `may be: ${candidates.join(', ')}` : '',
      confirm ? `confirm=${confirm} (until ${data.expires_at ?? 'it expires'})` : '',
      problem
        ? `Stopped by: ${[problem.message, `(kind ${problem.kind})`, problem.next].filter(Boolean).join(' ')}`
        : '',
    ),
    lines: [
      `test "${plan.test_name}"${plan.agent ? `, agent ${plan.agent}` : ''}`,
      ...steps.map((step) => {
        const facts = [step.label, plural(step.runs, 'run'), step.state, step.session, step.run];
        return `step: ${facts.filter(Boolean).join(' · ')}`;
      }),
      ...(omitted > 0 ? [plural(omitted, 'more step')] : []),
    ],
    next: data.next,
  };
}
