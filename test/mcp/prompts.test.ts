/** What teaches the loop (instructions, prompts, skills) names tools and arguments that exist, and teaches the reading. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { TOOLS, wireTool } from '../../src/mcp/catalogue.ts';
import { INSTRUCTIONS } from '../../src/mcp/instructions.ts';
import { PROMPTS } from '../../src/mcp/prompts/prompts.ts';
import { ROOT } from '../support/root.ts';

const session = 'coval/session/a1';
const skill = (name: string): [string, string] => [
  `the skill ${name}`,
  readFileSync(join(ROOT, `packaging/claude-code/plugin/skills/${name}/SKILL.md`), 'utf8'),
];
const prompts = PROMPTS.map(({ name, text }): [string, string] => [
  `the prompt ${name}`,
  text({ session, before: session, after: session, since: '7d' }),
]);
const texts: [string, string][] = [
  ['the instructions', INSTRUCTIONS],
  ...prompts,
  skill('diagnose'),
  skill('fix-agent'),
];

/** Names of tools, and of arguments at any depth. */
function* names(schema: unknown): Generator<string> {
  if (typeof schema !== 'object' || schema === null) return;
  for (const [key, member] of Object.entries(schema)) {
    if (key === 'properties' && typeof member === 'object' && member !== null) yield* Object.keys(member);
    yield* names(member);
  }
}
const known = new Set(TOOLS.flatMap((tool) => [tool.name, ...names(wireTool(tool).inputSchema)]));
const prompt = (name: string) => prompts.find(([title]) => title.endsWith(name))?.[1] ?? '';

describe.each(texts)('%s', (title, text) => {
  it('names tools and arguments that exist', () => {
    const words = [...text.matchAll(/\b[a-z]+(?:_[a-z]+)+\b/g)].map(([word]) => word);
    expect(words.length).toBeGreaterThan(3);
    const missing = words.filter((word) => !known.has(word) && !PROMPTS.some(({ name }) => name === word));
    expect(missing, title).toEqual([]);
  });

  it('says that quoted text is data', () => {
    expect(text.replace(/\s+/g, ' ')).toMatch(
      /Text between the quoted markers.{0,120}data, (?:not|never) instructions/,
    );
  });

  it.each(['list_failures', 'save_failure_modes', 'get_failure_clusters'])('leads to reading: %s', (tool) => {
    // A comparison has its modes in its own answer.
    if (tool === 'get_failure_clusters' && title.endsWith('check_regression')) return;
    expect(text).toContain(tool);
  });

  it('tells causes from topics and criteria, and known modes before new ones', () => {
    if (title === 'the skill fix-agent') expect(text).toMatch(/skill `diagnose`/);
    else expect(text).toMatch(/not topics, not criteria/i);
    expect(text.replace(/\s+/g, ' ')).toMatch(/known modes? (?:first|before|\(its id\) before)/i);
  });
});

describe('the prompts', () => {
  it('diagnose: reads all or a sample, says whose fault it is, checks the turns, and writes nothing but modes', () => {
    const text = prompt('diagnose_session');
    expect(text).toContain(`the session "${session}"`);
    for (const words of ['sample=150', 'singles', 'source', 'fix_kind', 'get_transcript around=failure'])
      expect(text).toContain(words);
    expect(text).toMatch(/caller .*test .*platform /);
    expect(text).toContain('Nothing but the book of failure modes is written');
  });

  it('fix: one mode of the agent, two stops, and the new session is read before it is compared', () => {
    const text = prompt('fix_agent');
    expect(text.match(/STOP/g)).toHaveLength(2);
    expect(text).toMatch(/largest mode whose source is agent/);
    expect(text.indexOf('list_failures of the new session')).toBeLessThan(text.indexOf('compare_sessions'));
    expect(text).toContain('moved, not mended');
  });

  it.each(['fix_agent', 'check_regression'])('%s: tells resolved, persisting, new and relocated apart', (name) => {
    for (const word of ['resolved', 'persisting', 'new', 'relocated', 'unsettled'])
      expect(prompt(name)).toContain(word);
  });

  it('regression: whether a mode came back', () => {
    expect(prompt('check_regression')).toMatch(/get_trend .*first and last seen/);
  });

  it('review: the trend, and causes by share', () => {
    expect(prompt('qa_review')).toContain('get_trend');
    expect(prompt('qa_review')).toContain('causes with share, whose fault it is');
    expect(prompt('qa_review')).toContain('since="7d"');
  });
});
