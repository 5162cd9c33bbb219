/** Two sessions of the same cases on a Synthflow as documented, their verdicts as a test wants them. */
import type { ToolContext } from '../../src/mcp/tool.ts';
import type { Act } from '../faults/front.ts';
import { at, list, text } from '../support/data.ts';
import { simulation, synthflowWorld, yes } from '../truth/synthflow-world.ts';
import { type Row, uuid } from '../truth/world-parts.ts';
import { ask, type Shown } from './shown.ts';
import { type Platform, under } from './worlds.ts';

/** Case → its repeats, before and after: P passed, F failed, G failed for having no greeting. */
export type Cases = Readonly<Record<string, readonly [before: string, after: string]>>;

/** So many cases that came out so. */
export const alike = (count: number, name: string, before: string, after: string): Cases =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`${name} ${i + 1}`, [before, after]]));

/** Lists the failures of a session and saves them as modes titled by their criterion, but for those of `unread`. */
async function readAll(session: string, context: ToolContext, unread?: string): Promise<void> {
  const { data } = await ask('list_failures', { session, limit: 100 }, context);
  const known = new Map(list(data?.modes).map((mode) => [text(at(mode, 'title')), text(at(mode, 'id'))]));
  const found = new Map<string, string[]>();
  for (const line of list(data?.failures)) {
    const criterion = text(at(line, 'evaluation'));
    if (criterion !== unread) found.set(criterion, [...(found.get(criterion) ?? []), text(at(line, 'id'))]);
  }
  const modes = [...found].map(([title, failures]) => {
    const id = known.get(title);
    return id === undefined
      ? { title, definition: `Does not do it: ${title}.`, source: 'agent', failures }
      : { id, failures };
  });
  if (modes.length > 0) await ask('save_failure_modes', { session, modes }, context);
}

/** The comparison of the two sessions, of which somebody read every failure before, and after all but those of `unread`. */
export function comparedRead(
  { small }: { small: Platform },
  word: string,
  cases: Cases,
  unread?: string,
): Promise<Shown> {
  const { before, after, sessions } = sidesOf(word, cases);
  return under(small, served(synthflowWorld({ sessions })), async (own) => {
    const context = own.context();
    await readAll(before, context);
    await readAll(after, context, unread);
    return ask('compare_sessions', { before, after }, context);
  });
}

/** The comparison of the two sessions. */
export function compared({ small }: { small: Platform }, word: string, cases: Cases): Promise<Shown> {
  const { before, after, sessions } = sidesOf(word, cases);
  return under(small, served(synthflowWorld({ sessions })), ({ context }) =>
    ask('compare_sessions', { before, after }, context()),
  );
}

function sidesOf(word: string, cases: Cases) {
  const sessions = [0, 1].map((side) => {
    const id = uuid(word, side);
    const rows = Object.entries(cases).flatMap(([name, sides], test) =>
      [...(sides[side] ?? '')].map((letter, repeat) => row(id, name, test, repeat, letter !== 'F', letter !== 'G')),
    );
    return { id, rows };
  });
  const [before = '', after = ''] = sessions.map(({ id }) => `synthflow/session/${id}`);
  return { before, after, sessions };
}

export function row(session: string, name: string, test: number, repeat: number, answers: boolean, greets = true): Row {
  const own = `Answers about: ${name.replace(/ \d+$/, '')}`;
  return simulation(session, test * 10 + repeat, {
    simulation_case_id: uuid('compared', name),
    simulation_case_name: name,
    success_criteria: ['Greets the caller', own],
    success_criteria_analysis: {
      success: answers && greets,
      evaluations: [
        greets ? yes() : { success: false, reasoning: 'The call began without a word of greeting.' },
        answers ? yes() : { success: false, reasoning: `Nothing was said about ${name.toLowerCase()}.` },
      ],
    },
  });
}

/** What this world answers; what it does not know, the platform does. */
export function served(world: ReturnType<typeof synthflowWorld>): Act {
  return async (exchange) => {
    const { pathname: path, searchParams: query } = new URL(exchange.url, 'http://127.0.0.1');
    const reply = world({ method: exchange.method, path, query, body: '' });
    if (!reply) return exchange.send(await exchange.handle());
    const headers = { 'content-type': 'application/json' };
    exchange.send({ status: reply.status ?? 200, headers, body: Buffer.from(JSON.stringify(reply.body)) });
  };
}
