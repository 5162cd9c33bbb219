/** Two sessions of the same cases on a Synthflow as documented, their verdicts as a test wants them. */
import type { Act } from '../faults/front.ts';
import { simulation, synthflowWorld, yes } from '../truth/synthflow-world.ts';
import { type Row, uuid } from '../truth/world-parts.ts';
import { ask, type Shown } from './shown.ts';
import { type Platform, under } from './worlds.ts';

/** Case → its repeats, before and after: P passed, F failed. */
export type Cases = Readonly<Record<string, readonly [before: string, after: string]>>;

/** So many cases that came out so. */
export const alike = (count: number, name: string, before: string, after: string): Cases =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`${name} ${i + 1}`, [before, after]]));

/** The comparison of the two sessions. */
export function compared({ small }: { small: Platform }, word: string, cases: Cases): Promise<Shown> {
  const sessions = [0, 1].map((side) => {
    const id = uuid(word, side);
    const rows = Object.entries(cases).flatMap(([name, sides], test) =>
      [...(sides[side] ?? '')].map((letter, repeat) => row(id, name, test, repeat, letter === 'P')),
    );
    return { id, rows };
  });
  const [before, after] = sessions.map(({ id }) => `synthflow/session/${id}`);
  return under(small, served(synthflowWorld({ sessions })), ({ context }) =>
    ask('compare_sessions', { before, after }, context()),
  );
}

export function row(session: string, name: string, test: number, repeat: number, passed: boolean): Row {
  const own = `Answers about: ${name.replace(/ \d+$/, '')}`;
  return simulation(session, test * 10 + repeat, {
    simulation_case_id: uuid('compared', name),
    simulation_case_name: name,
    success_criteria: ['Greets the caller', own],
    success_criteria_analysis: {
      success: passed,
      evaluations: [
        yes(),
        passed ? yes() : { success: false, reasoning: `Nothing was said about ${name.toLowerCase()}.` },
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
