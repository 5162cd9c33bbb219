/** `provider_options` of a start. */
import { Problem } from '../../model/problem.ts';
import { PLATFORM } from './platform.ts';

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

export interface RunOptions {
  locale?: string;
  llm?: string;
  snapshot?: string;
  entrypoint?: string;
  user_id?: string;
  data?: Record<string, unknown>;
  enable_mocking?: boolean;
  id_form: 'reference' | 'object';
}

/** Checks the options. Throws `invalid_input` naming the one that does not fit. */
export function readOptions(given: Readonly<Record<string, unknown>> = {}): RunOptions {
  const words = (key: 'locale' | 'llm' | 'snapshot' | 'entrypoint' | 'user_id') => {
    const value = given[key];
    if (value === undefined) return {};
    if (typeof value === 'string' && value.trim() !== '') return { [key]: value.trim() };
    throw refuse(`provider_options.${key} must be a text.`, 'Pass the name or the id.');
  };
  const { data, enable_mocking, id_form = 'reference' } = given;
  if (data !== undefined && !isObject(data))
    throw refuse('provider_options.data must be an object.', 'Pass an object.');
  if (enable_mocking !== undefined && typeof enable_mocking !== 'boolean')
    throw refuse('provider_options.enable_mocking must be true or false.', 'Pass true or false.');
  if (id_form !== 'reference' && id_form !== 'object')
    throw refuse('provider_options.id_form must be "reference" or "object".', 'Leave it out for "reference".');
  if (given.snapshot !== undefined && given.entrypoint !== undefined)
    throw refuse('`snapshot` and `entrypoint` say the same thing twice.', 'Pass only one of them.');
  return {
    ...words('locale'),
    ...words('llm'),
    ...words('snapshot'),
    ...words('entrypoint'),
    ...words('user_id'),
    ...(data === undefined ? {} : { data }),
    ...(enable_mocking === undefined ? {} : { enable_mocking }),
    id_form,
  };
}

export function refuse(message: string, next: string): Problem {
  return new Problem('invalid_input', message, { provider: PLATFORM.id, next, sent: 'no' });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
