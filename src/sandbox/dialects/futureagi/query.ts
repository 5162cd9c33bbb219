/** The query of the SDK family, with strict parameters: what is not known is refused by name. */
import { invalid } from './errors.ts';
import type { Switches } from './switches.ts';

const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;
const TRUE = new Set(['true', 't', 'yes', 'y', 'on', '1']);
const FALSE = new Set(['false', 'f', 'no', 'n', 'off', '0']);

export interface Query {
  run_test_name?: string | undefined;
  execution_id?: string | undefined;
  call_execution_id?: string | undefined;
  names?: string[] | undefined;
  summary: boolean;
}

export function readQuery(
  params: URLSearchParams,
  allowed: readonly string[],
  summaryDefault: boolean,
  switches: Switches,
): Query {
  const details: Record<string, string[]> = {};
  const given = new Map([...params].filter(([, value]) => value !== ''));
  for (const name of given.keys()) {
    if (!allowed.includes(name) && switches.refuse_unknown_params) details[name] = ['Unknown field.'];
  }
  const uuid = (name: string) => {
    const value = allowed.includes(name) ? given.get(name) : undefined;
    if (value !== undefined && !UUID.test(value)) details[name] = ['Must be a valid UUID.'];
    return value?.toLowerCase();
  };
  const execution_id = uuid('execution_id');
  const call_execution_id = uuid('call_execution_id');
  const run_test_name = given.get('run_test_name');
  if (run_test_name !== undefined && run_test_name.trim() === '')
    details.run_test_name = ['This field may not be blank.'];
  const summaryText = given.get('summary')?.toLowerCase();
  if (summaryText !== undefined && allowed.includes('summary') && !TRUE.has(summaryText) && !FALSE.has(summaryText))
    details.summary = ['Must be a valid boolean.'];
  if (Object.keys(details).length > 0) throw invalid(details);
  if (!run_test_name && !execution_id && !call_execution_id) {
    const three = allowed.includes('call_execution_id');
    throw invalid({
      non_field_errors: [
        three
          ? "At least one of 'run_test_name', 'execution_id', or 'call_execution_id' is required."
          : "At least one of 'run_test_name' or 'execution_id' is required.",
      ],
    });
  }
  const names = given
    .get('eval_name')
    ?.split(',')
    .map((name) => name.trim())
    .filter(Boolean);
  return {
    run_test_name: run_test_name?.trim(),
    execution_id,
    call_execution_id,
    names: names && names.length > 0 ? names : undefined,
    summary: summaryText === undefined ? summaryDefault : TRUE.has(summaryText),
  };
}

export const withoutPaging = (params: URLSearchParams) =>
  new URLSearchParams([...params].filter(([name]) => name !== 'page' && name !== 'limit'));
