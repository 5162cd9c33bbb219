/** What a start request comes to: its options checked, its names turned into ids, one request counted. */
import * as z from 'zod/v4';
import { isRecord } from '../../model/json.ts';
import { Problem } from '../../model/problem.ts';
import type { CallContext, StartPlan, StartRequest, StartStep } from '../provider.ts';
import type { Lookup } from './lookup.ts';
import { scenarioName } from './map-test.ts';
import { type RunOptions, readRunConfig, runConfigSchema } from './run-config.ts';
import { PLATFORM } from './settings.ts';

/** The platform takes JSON bodies of 60 kB (limits page, 2025-10). */
const MOST_BYTES = 60_000;

/** `provider_options` and their meaning. */
export const OPTIONS = {
  locale: 'name or id of the locale (default: the primary one)',
  llm: 'name or id of the language model that plays the caller (default: the default model of the project)',
  snapshot: 'name or id of a snapshot to run instead of the present state of the project',
  entrypoint: 'raw id for the same purpose: a project or a snapshot',
  user_id: 'user id of the simulated session',
  data: 'object sent with the conversation; this is where variables go on this platform',
  enable_mocking: 'true runs the mock code of nodes instead of the nodes themselves',
  id_form:
    'reference (default) or object: which of its two ids of flow, model and locale Cognigy is sent; try object when it refuses them',
} as const;

const stepSchema = z.strictObject({
  scenario: z.string(),
  name: z.string(),
  runConfig: runConfigSchema,
  numberOfExecutions: z.int().min(1),
});

/** Reads only. Throws `invalid_input` for what the vendor cannot do, `not_found` for unknown tests and names. */
export async function planStart(lookup: Lookup, request: StartRequest, { signal }: CallContext): Promise<StartPlan> {
  if (request.test.kind !== 'case') throw refuse('Cognigy starts scenarios, which are cases.', 'Pass a case.');
  const options = readOptions(request.provider_options);
  const scenario = await lookup.test(request.test.ids[0] ?? '', signal);
  const chosen = await readRunConfig(scenario, request.agent, options, lookup, signal);
  const test_name = scenarioName(scenario) ?? scenario.key;
  const body = {
    scenario: scenario.key,
    name: request.name?.trim() || test_name,
    runConfig: chosen.config,
    numberOfExecutions: request.repeat,
  };
  if (Buffer.byteLength(JSON.stringify(body)) > MOST_BYTES) {
    throw refuse('The request would be larger than the 60 kB that Cognigy takes.', 'Send less provider_options.data.');
  }
  const { flow, ...ids } = chosen.ids;
  const { user_id, data, enable_mocking } = options;
  const where = [
    `on flow "${chosen.flow}"`,
    `model "${chosen.llm}"`,
    chosen.locale && `locale "${chosen.locale}"`,
    chosen.snapshot && `snapshot "${chosen.snapshot}"`,
  ]
    .filter(Boolean)
    .join(', ');
  return {
    runs: request.repeat,
    steps: [{ label: `scenario "${test_name}" × ${request.repeat} ${where}`, runs: request.repeat, body }],
    test_name,
    agent: chosen.flow,
    notes: [
      'Cognigy meters simulation runs, and a language model plays and judges each of them.',
      options.enable_mocking === true
        ? 'Nodes with mock code run that instead of themselves; the others do what they do for real users.'
        : 'The flow does what it does for real users, calls to other systems included; provider_options.enable_mocking runs mock code where nodes have it.',
      'Cognigy deletes runs after a while; expires_at of a run says when.',
    ],
    meant: {
      test: { kind: 'case', ids: [scenario.key] },
      agent: flow,
      repeat: request.repeat,
      name: body.name === test_name ? undefined : body.name,
      provider_options: { ...ids, user_id, data, enable_mocking: enable_mocking || undefined },
    },
  };
}

/** Checks the options. Throws `invalid_input` naming the one that does not fit. */
export function readOptions(given: Readonly<Record<string, unknown>> = {}): RunOptions {
  const words = (key: 'locale' | 'llm' | 'snapshot' | 'entrypoint' | 'user_id') => {
    const value = given[key];
    if (value === undefined) return undefined;
    if (typeof value === 'string' && value.trim() !== '') return value.trim();
    throw refuse(`provider_options.${key} must be a text.`, 'Pass the name or the id.');
  };
  const { data, enable_mocking, id_form = 'reference' } = given;
  if (data !== undefined && !isRecord(data))
    throw refuse('provider_options.data must be an object.', 'Pass an object.');
  if (enable_mocking !== undefined && typeof enable_mocking !== 'boolean')
    throw refuse('provider_options.enable_mocking must be true or false.', 'Pass true or false.');
  if (id_form !== 'reference' && id_form !== 'object')
    throw refuse('provider_options.id_form must be "reference" or "object".', 'Leave it out for "reference".');
  if (given.snapshot !== undefined && given.entrypoint !== undefined)
    throw refuse('`snapshot` and `entrypoint` say the same thing twice.', 'Pass only one of them.');
  return {
    locale: words('locale'),
    llm: words('llm'),
    snapshot: words('snapshot'),
    entrypoint: words('entrypoint'),
    user_id: words('user_id'),
    data,
    enable_mocking,
    id_form,
  };
}

/** The body of a step as `planStart` wrote it. Throws `internal` for any other. */
export function readStep(step: StartStep): z.output<typeof stepSchema> {
  const parsed = stepSchema.safeParse(step.body);
  if (parsed.success) return parsed.data;
  throw new Problem('internal', 'A step of a start that this server did not write.', {
    provider: PLATFORM.id,
    sent: 'no',
  });
}

function refuse(message: string, next: string): Problem {
  return new Problem('invalid_input', message, { provider: PLATFORM.id, next, sent: 'no' });
}
