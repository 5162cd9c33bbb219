/**
 * Every answer as a host gets it, one file a tool and state: a changed word shows in review. `UPDATE_GOLDEN=1` writes the
 * files anew; on a CI machine that is refused.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TOOLS, toolNamed } from '../../src/mcp/catalogue.ts';
import { PROMPTS } from '../../src/mcp/prompts/prompts.ts';
import { TEMPLATES } from '../../src/mcp/resources/resources.ts';
import { factFaults } from '../mcp/facts.ts';
import { formFaults } from '../mcp/forms.ts';
import { textFaults } from '../redteam/judge.ts';
import { fileOf, mayUpdate } from './shown.ts';
import { OTHER_STATES, TOOL_STATES } from './states.ts';
import { openWorlds, type Worlds } from './worlds.ts';

const UPDATE = mayUpdate(process.env);

/** States that every tool has which can be in them; whoever adds a tool says here which are not for it. */
const COMMON = ['empty', 'one', 'paged', 'incomplete', 'hostile', 'cut', 'error'];
const WITHOUT: Readonly<Record<string, readonly string[]>> = {
  // Quotes nobody, reads no list.
  list_providers: ['paged', 'incomplete', 'hostile', 'cut'],
  get_test: ['empty', 'paged', 'incomplete'],
  get_session: ['paged'],
  get_run: ['empty', 'paged'],
  compare_sessions: ['paged'],
  get_trend: ['paged'],
  // Its states are its outcomes.
  start_simulation: ['empty', 'one', 'paged', 'incomplete', 'cut'],
  wait_for_session: ['empty', 'paged', 'cut'],
  save_failure_modes: ['empty', 'paged'],
  cancel_session: ['empty', 'paged', 'incomplete', 'hostile', 'cut'],
  list_agents: ['incomplete'],
  get_agent: ['empty', 'incomplete'],
  propose_agent_change: ['empty', 'paged', 'incomplete'],
  // Their states are their outcomes.
  apply_agent_change: ['empty', 'one', 'paged', 'incomplete', 'cut'],
  revert_agent_change: ['empty', 'one', 'paged', 'incomplete', 'cut'],
};
const CHANGES = ['saved', 'already', 'not_verified', 'conflict', 'confirmation_required', 'question', 'refused'];
const OUTCOMES = ['planned', 'confirmation_required', 'started', 'already_started', 'refused'];

const all = Object.entries({ ...TOOL_STATES, ...OTHER_STATES }).flatMap(([folder, states]) =>
  Object.entries(states).map(([state, make]) => ({ folder, state, make })),
);
const pathOf = (folder: string, state: string) => join(import.meta.dirname, folder, `${state}.txt`);

let worlds: Worlds;
beforeAll(async () => {
  worlds = await openWorlds();
});
afterAll(() => worlds.close());

describe.each(all)('$folder, $state', ({ folder, state, make }) => {
  it('is as in its file, and holds the same facts in both forms', async () => {
    const shown = await make(worlds);
    const file = fileOf(shown);
    if (UPDATE) {
      mkdirSync(join(import.meta.dirname, folder), { recursive: true });
      writeFileSync(pathOf(folder, state), file);
    }
    expect(existsSync(pathOf(folder, state)), 'no golden file: UPDATE_GOLDEN=1 writes it').toBe(true);
    expect(file).toBe(readFileSync(pathOf(folder, state), 'utf8'));
    if (!(folder in TOOL_STATES)) return;
    if (!shown.data) return expect(textFaults(shown.text)).toEqual([]);
    const forms = { tool: folder, args: shown.args, text: shown.text, data: shown.data };
    expect([...formFaults(forms), ...factFaults(forms)]).toEqual([]);
    expect(toolNamed(folder).output.safeParse(shown.data).error).toBeUndefined();
  });
});

describe('the files', () => {
  it('are written anew when asked for, and never on a CI machine', () => {
    expect([mayUpdate({}), mayUpdate({ CI: 'true' }), mayUpdate({ UPDATE_GOLDEN: '1' })]).toEqual([false, false, true]);
    expect(() => mayUpdate({ UPDATE_GOLDEN: '1', CI: 'true' })).toThrow('not written');
  });

  it('are of states that are made, and of no others', () => {
    const files = readdirSync(import.meta.dirname, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('.txt'))
      .map((entry) => relative(import.meta.dirname, join(entry.parentPath, entry.name)));
    expect(files.toSorted()).toEqual(all.map(({ folder, state }) => `${folder}/${state}.txt`).toSorted());
  });

  it('show every tool in every state that it can be in, every resource and every prompt', () => {
    expect(Object.keys(TOOL_STATES).toSorted()).toEqual(TOOLS.map(({ name }) => name).toSorted());
    for (const { name } of TOOLS) {
      const wanted = COMMON.filter((state) => !WITHOUT[name]?.includes(state));
      expect(Object.keys(TOOL_STATES[name] ?? {}), name).toEqual(expect.arrayContaining(wanted));
    }
    expect(Object.keys(TOOL_STATES.start_simulation ?? {})).toEqual(expect.arrayContaining(OUTCOMES));
    for (const tool of ['apply_agent_change', 'revert_agent_change'])
      expect(Object.keys(TOOL_STATES[tool] ?? {})).toEqual(expect.arrayContaining(CHANGES));
    expect(Object.keys(OTHER_STATES.resources ?? {}).toSorted()).toEqual(
      ['guide', ...TEMPLATES.map(({ name }) => name)].toSorted(),
    );
    expect(Object.keys(OTHER_STATES.prompts ?? {}).toSorted()).toEqual(PROMPTS.map(({ name }) => name).toSorted());
  });
});
