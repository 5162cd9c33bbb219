/** The text of `list_providers`. */
import { nextCall } from '../../model/next-call.ts';
import { shownPath } from '../agent-file.ts';
import type { ListProviders } from '../tools/list-providers.ts';
import { type Rendering, sentences } from './rendering.ts';

export function presentListProviders({ providers, checked = false, agent_file, notes = [] }: ListProviders): Rendering {
  const ready = providers.filter(({ configured }) => configured).length;
  return {
    headline: sentences(
      `${ready} of ${providers.length} platforms configured.`,
      ...providers.map((one) => providerLine(one, checked)),
      agent_file === undefined
        ? ''
        : `The agent under test of the sandbox is the file ${shownPath(agent_file)}; an edit counts from the next start.`,
      ...notes,
    ),
    lines: [],
    next:
      ready === 0
        ? undefined
        : [
            nextCall('list_tests', {}, 'shows what can be started'),
            nextCall('list_sessions', {}, 'shows what was run'),
          ],
  };
}

function providerLine(one: ListProviders['providers'][number], checked: boolean): string {
  const facts = one.configured
    ? [
        ...new Set([one.sandbox && 'sandbox', one.host]),
        one.capabilities.join(', '),
        checked && keyWords(one.key_accepted),
      ]
    : ['not configured'];
  return `- ${one.id} (${one.label}): ${facts.filter(Boolean).join(' · ')}${one.problem ? `. ${one.problem}` : ''}`;
}

function keyWords(accepted: boolean | undefined): string {
  if (accepted === undefined) return 'key could NOT be tried';
  return accepted ? 'key accepted' : 'key NOT accepted';
}
