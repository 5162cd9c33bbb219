/** Somebody else, who edits agents between a client's read and its write, and members that a write ignores. */
import type { DefinitionStore } from './definition-store.ts';
import { type PromptStore, type Snapshot, systemTextOf } from './prompt-store.ts';
import type { Switches } from './switches.ts';

/** What the other one writes: at the end of a prompt. */
export const MEDDLED = '\n- Somebody else wrote this line.\n';

export interface Meddling {
  /** Called with the id of a template or a definition, after it was read or before it is written. */
  afterRead(id: string): void;
  beforeWrite(id: string): void;
  /** What is kept of a snapshot that is to become a version of the template. */
  taken(template: string, snapshot: Snapshot): Snapshot;
}

export function createMeddling(prompts: PromptStore, definitions: DefinitionStore, switches: Switches): Meddling {
  const edit = (id: string) => {
    switches.agents_meddles = 'off';
    const template = prompts.template(id);
    const current = template && prompts.versions(id).find(({ number }) => number === template.default);
    if (!template || !current) {
      definitions.edit(id, { description: `${definitions.descriptionOf(id)}${MEDDLED}` });
      return;
    }
    const text = `${systemTextOf(current.config)}${MEDDLED}`;
    const config = { ...current.config, messages: [{ role: 'system', content: [{ type: 'text', text }] }] };
    const made = prompts.addVersion(id, { ...current, config });
    prompts.put({ ...made, is_draft: false, commit_message: 'By somebody else' });
    prompts.setDefault(template, made);
  };
  return {
    afterRead(id) {
      if (switches.agents_meddles === 'after_read') edit(id);
    },
    beforeWrite(id) {
      if (switches.agents_meddles === 'before_write') edit(id);
    },
    taken(template, snapshot) {
      const member = switches.agents_ignores;
      const before = prompts.versions(template).find(({ number }) => number === prompts.template(template)?.default);
      if (member === '' || !before) return snapshot;
      const config = Object.hasOwn(before.config, member)
        ? { ...snapshot.config, [member]: before.config[member] }
        : snapshot.config;
      return { ...snapshot, config };
    },
  };
}
