/** Where the operator gives templates, sessions and runs carry the link to their page, in both forms. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { linksOf } from '../../src/config/links.ts';
import { call, openWorld, type World } from '../faults/operations.ts';
import type { Rig } from '../faults/rigs.ts';
import { noDeadline } from '../support/waiting.ts';

let rig: Rig;
let world: World;
beforeAll(async () => {
  ({ rig, world } = await openWorld('coval', { scale: 0 }));
});
afterAll(() => rig?.close());

describe('links', () => {
  it.each([
    ['list_sessions', () => ({}), 'session'],
    ['get_session', () => ({ session: world.small }), 'session'],
    ['wait_for_session', () => ({ session: world.small, timeout_seconds: 0 }), 'session'],
    ['list_runs', () => ({ session: world.small }), 'run'],
    ['get_run', () => ({ run: world.failedRun }), 'run'],
  ] as const)('stand in %s', async (tool, args, kind) => {
    const context = rig.context(noDeadline());
    const links = linksOf('coval/session=https://x.example/s/{id} coval/run=https://x.example/s/{session}/r/{id}', []);
    const { answer } = await call(tool, args(), { ...context, config: { ...context.config, links } });
    const wanted = kind === 'run' ? /https:\/\/x\.example\/s\/\w+\/r\/\w+/ : /https:\/\/x\.example\/s\/\w+/;
    expect(answer.lines.join('\n')).toMatch(wanted);
    expect(JSON.stringify(answer.data)).toMatch(new RegExp(`"link":"${wanted.source}"`));
    const without = await call(tool, args(), context);
    expect(JSON.stringify(without.answer.data)).not.toContain('"link"');
  });
});
