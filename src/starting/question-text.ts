/** The question about a start, as a client shows it: what will be done, where, what is known of the cost. Plain text. */

import { plainName } from '../model/plain-name.ts';
import { plural } from '../model/plural.ts';
import type { Provider } from '../providers/provider.ts';
import type { Attempt } from './attempt.ts';
import type { Wanted } from './limits.ts';
import { planNotes } from './plan-notes.ts';

/** Tests that are named; the others are counted. */
const NAMED = 3;

/** A whole number that a client asks for beside the yes; left out, it counts as nothing. */
export interface NumberField {
  type: 'integer';
  title: string;
  description: string;
  minimum: number;
  maximum: number;
}

/** Names of others stand between quotation marks, cleaned of all that could pass for words of ours. */
export function questionText(
  provider: Provider,
  attempts: readonly Attempt[],
  { uncounted, known_runs, more }: Wanted,
): string {
  const count = uncounted ? `An unknown number of runs (at least ${more})` : plural(more, 'run');
  const rest = more < known_runs ? ` (the rest of ${known_runs})` : '';
  const agents = [...new Set(attempts.flatMap(({ plan }) => plan.agent ?? []))].map((name) => plainName(name));
  const against = agents.length === 0 ? '' : ` against agent ${named(agents)}`;
  const names = attempts.map(({ plan }) => plainName(plan.test_name));
  const what = names.length === 1 ? names.join() : `${names.length} tests: ${named(names)}`;
  const where = provider.sandbox ? `${provider.label} in the sandbox` : `${provider.label} (${provider.host})`;
  // What a platform bills and an agent does to others is not so of the stand-in.
  const notes = provider.sandbox ? ['It costs nothing and reaches nobody.'] : planNotes(attempts);
  return [`${count}${rest} of ${what}${against} will be started on ${where}.`, ...notes, 'Start?'].join(' ');
}

function named(names: readonly string[]): string {
  const shown = names.slice(0, NAMED).join(', ');
  return names.length > NAMED ? `${shown} and ${names.length - NAMED} more` : shown;
}

/** Further runs that may start within this hour. */
export function furtherRunsField(maxRunsPerStart: number): NumberField {
  return {
    type: 'integer',
    title: 'Further runs',
    description: 'So many further runs may start within this hour without another question (0 if left out)',
    minimum: 0,
    maximum: maxRunsPerStart,
  };
}
