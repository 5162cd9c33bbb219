/** The text of `start_simulation`. */
import { fromCommaList } from '../../model/comma-list.ts';
import { plural } from '../../model/plural.ts';
import type { StartSimulation } from '../tools/start-simulation.ts';
import { type Rendering, sentences } from './rendering.ts';

/** Sessions named in the first lines; more stand with their tests or steps, and in the next step. */
const NAMED = 3;

export function presentStartSimulation(data: StartSimulation): Rendering {
  const { plan, session, run, candidates, confirm, problem, tests = [] } = data;
  const { steps, steps_omitted: omitted } = plan;
  const runs = plan.runs === undefined ? 'an unknown number of runs' : plural(plan.runs, 'run');
  const requests = steps.length + omitted;
  const of = tests.length > 0 ? plural(tests.length, 'test') : plan.test;
  const sessions = fromCommaList(session);
  return {
    headline: sentences(
      `${data.outcome}: ${data.message}`,
      `Plan: ${runs} of ${of}${requests > 1 ? ` in ${requests} requests` : ''}.`,
      ...plan.notes,
      session && sessions.length <= NAMED ? `${sessions.length > 1 ? 'sessions' : 'session'} ${session}` : '',
      sessions.length > NAMED ? `${plural(sessions.length, 'session')}, read as one` : '',
      data.sessions_omitted > 0 ? `${plural(data.sessions_omitted, 'more session')} without room here` : '',
      run ? `run ${run}` : '',
      candidates ? `may be: ${candidates.join(', ')}` : '',
      confirm ? `confirm=${confirm} (until ${data.expires_at ?? 'it expires'})` : '',
      problem
        ? `Stopped by: ${[problem.message, `(kind ${problem.kind})`, problem.next].filter(Boolean).join(' ')}`
        : '',
    ),
    lines: [
      ...(plan.test_name === undefined ? [] : [`test "${plan.test_name}"`]),
      ...(plan.agent === undefined ? [] : [`agent ${plan.agent}`]),
      ...tests.map((test) =>
        [`test ${test.test} "${test.name}"`, test.outcome, test.session].filter(Boolean).join(' · '),
      ),
      ...steps.map((step) => {
        const facts = [step.label, plural(step.runs, 'run'), step.state, step.session, step.run];
        return `step: ${facts.filter(Boolean).join(' · ')}`;
      }),
      ...(omitted > 0 ? [plural(omitted, 'more step')] : []),
    ],
    next: data.next,
  };
}
