/** Agent definitions as agents: records of what runs elsewhere, whose description is a copy of the prompt. */
import type { Agent } from '../../model/agents.ts';
import { formatRef } from '../../model/refs.ts';
import type { CallContext, OpenAgent } from '../provider.ts';
import { hiddenMembers, partsOf, registerHidden, restOf } from '../shared/agent-parts.ts';
import type { Api } from '../shared/api.ts';
import { orNothing } from '../shared/faults.ts';
import { iso, text } from '../shared/scalars.ts';
import { DEFINITION, PARTS, TOLD_ELSEWHERE } from './agent-parts.ts';
import type { WireAgentVersion } from './agent-wire.ts';
import { readDefinition, revisionOfDefinition } from './definition-record.ts';
import { definitionWriter } from './definition-write.ts';
import type { Lookup } from './lookup.ts';
import { livesAt, toDefinitionVersion } from './map-agent.ts';
import { PLATFORM } from './settings.ts';

export async function openDefinition(
  api: Api,
  lookup: Lookup,
  registerSecret: (secret: string) => void,
  id: string,
  call: CallContext,
): Promise<OpenAgent> {
  const definition = await readDefinition(api, id, call);
  const { record, versions } = definition;
  const hidden = hiddenMembers(record, [...PARTS.map(({ path }) => path), ...TOLD_ELSEWHERE]);
  registerHidden([...hidden, definition.version_key], registerSecret, [id]);
  const runTests = (await orNothing(lookup.runTests(call)))?.rows;
  const used = (runTests ?? []).filter((one) => (one.agent_definition_detail?.id ?? one.agent_definition) === id);
  const lives_at = livesAt(record);
  const agent: Agent = {
    ref: formatRef(PLATFORM.id, 'agent', id),
    provider: PLATFORM.id,
    name: text(record.agent_name) ?? id,
    ownership: 'record_of_external',
    type: text(record.agent_type),
    updated_at: iso(record.updated_at),
    objects: [
      {
        id: DEFINITION,
        what: 'the agent definition',
        revision: revisionOfDefinition(definition),
        rest: restOf(record, [...PARTS.map(({ path }) => path), ...TOLD_ELSEWHERE]),
      },
    ],
    parts: partsOf(record, PARTS),
    hidden: hidden.length,
    targets: [
      {
        target: 'record',
        exposure: 'live',
        means: runTests ? MEANS : `${MEANS} ${UNCOUNTED}`,
        affects:
          used.length > 0
            ? [{ what: 'run test', count: used.length, names: used.flatMap(({ name }) => name ?? []) }]
            : [],
        by_hand: [`The agent itself is changed where it lives: ${lives_at}.`],
      },
    ],
    lives_at,
    notes: notesOf(versions),
    versions: versions.map(toDefinitionVersion),
  };
  return { agent, ...definitionWriter({ api, id, definition, agent }) };
}

const MEANS =
  'Future AGI makes a new version of this record, which is active at once: runs are judged by it and scenarios are made from it. What the agent says stays as it is.';
const UNCOUNTED = 'The run tests of this agent definition could not be counted.';

function notesOf(versions: readonly WireAgentVersion[]): string[] {
  const [latest] = versions;
  const active = versions.find(({ is_active }) => is_active);
  const differ = latest !== undefined && active !== undefined && latest.id !== active.id;
  return [
    'This is a record of an agent that runs elsewhere; its description is a copy of the prompt. Editing it does not mend runs.',
    ...(differ
      ? [
          'The latest version is not the active one. A run test that pins none runs the latest (vendor code and documents of 2026-08; older documents say the active one).',
        ]
      : []),
  ];
}
