/** How agents, where changes of them go, and changed stretches read as text lines. Lines may quote third parties. */
import type { Affected, ChangeTarget, Exposure, Ownership } from '../../model/agents.ts';
import { plural } from '../../model/plural.ts';
import type { AgentBriefShown, ConflictShown, DiffShown, TargetShown } from '../agent-schema.ts';
import { clip } from '../clean.ts';
import { anyInJson, JSON_LINES, signedLines } from './exact-lines.ts';

export const OWNED: Readonly<Record<Ownership, string>> = {
  platform: 'run by the platform',
  record_of_external: 'record_of_external: a record of an agent that lives elsewhere',
};

const MET: Readonly<Record<Exposure, string>> = {
  live: 'Exposure live: callers meet it at once',
  draft: 'Exposure draft: no caller meets it before somebody publishes it',
  snapshot_pinned: 'Exposure snapshot_pinned: callers meet it once somebody moves the snapshot that they are pinned to',
  unknown: 'Exposure unknown: callers may meet it at once',
};

/** Who meets it once it is written there, as the end of a sentence. */
export function whoMeets(target: ChangeTarget, exposure: Exposure): string {
  if (target !== 'record') return MET[exposure];
  return `Exposure ${exposure}, of the record alone: callers meet the agent itself, where it lives`;
}

export function agentLine(agent: AgentBriefShown): string {
  const facts = [
    `"${clip(agent.name, 200)}"`,
    agent.provider,
    OWNED[agent.ownership],
    agent.type && `type ${clip(agent.type, 60)}`,
    agent.updated_at && `changed ${agent.updated_at}`,
    agent.copy_of_change && `a copy made by change ${agent.copy_of_change}`,
  ];
  return `${agent.ref} · ${facts.filter(Boolean).join(' · ')}`;
}

/** `2 active endpoints of a flow that …`. */
export function countOf({ what, which, count }: Pick<Affected, 'what' | 'which' | 'count'>): string {
  return [plural(count, what), which].filter(Boolean).join(' ');
}

export function affectsText(affects: TargetShown['affects'] = []): string {
  return affects
    .map(({ names = [], ...one }) => {
      const named = names.map((name) => `"${name}"`).join(', ');
      return `${countOf(one)}${named === '' ? '' : ` (${named}${one.count > names.length ? ', …' : ''})`}`;
    })
    .join(', ');
}

export function targetLine({ target, exposure, means, affects = [], by_hand = [] }: TargetShown): string {
  const facts = [
    means,
    whoMeets(target, exposure).replace('Exposure', 'exposure'),
    affects.length > 0 && `reaches ${affectsText(affects)}`,
    by_hand.length > 0 && `still by hand: ${by_hand.join(' ')}`,
  ];
  return `target ${target} · ${facts.filter(Boolean).join(' · ')}`;
}

/** Each stretch with its place; lines that go, come and stay. */
export function diffLines(diff: readonly DiffShown[]): string[] {
  return diff.flatMap((one) => {
    const facts = [
      one.location,
      one.omitted !== undefined && `${plural(one.omitted, 'character')} of it without room here`,
      one.unseen !== undefined && `${plural(one.unseen, 'character')} in it that nobody can see`,
      one.redacted && 'what was taken for a credential in it is not shown',
    ];
    return [
      [`${one.part}${one.line === undefined ? '' : `, line ${one.line}`}`, ...facts].filter(Boolean).join(' · '),
      ...signedLines('|', one.above ?? ''),
      ...signedLines('-', one.before),
      ...signedLines('+', one.after),
      ...signedLines('|', one.below ?? ''),
    ];
  });
}

export function conflictLines(conflicts: readonly ConflictShown[]): string[] {
  return conflicts.flatMap((one) => [
    `${one.part} · - as it was read for the change, + as it stands now${one.omitted === undefined ? '' : ` · ${plural(one.omitted, 'character')} without room here`}`,
    ...signedLines('-', one.expected),
    ...signedLines('+', one.present),
  ]);
}

/** What has to be said of a diff before it is read. */
export function diffNotes(diff: readonly DiffShown[], omitted: number): string[] {
  const unseen = diff.reduce((sum, one) => sum + (one.unseen ?? 0), 0);
  const texts = diff.flatMap(({ above = '', before, after, below = '' }) => [above, before, after, below]);
  return [
    omitted > 0
      ? `${plural(omitted, 'more stretch', 'more stretches')} without room here: this is not the whole change.`
      : '',
    diff.some((one) => one.omitted !== undefined) ? 'A stretch is cut here: this is not the whole change.' : '',
    unseen > 0 ? 'It holds characters that nobody can see: ask where they come from before it is applied.' : '',
    anyInJson(texts.flatMap((text) => text.split('\n'))) ? JSON_LINES : '',
  ];
}
