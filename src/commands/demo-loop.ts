/** The loop of the demo on one platform: start, diagnose, fix through the platform, prove, take back. */
import * as z from 'zod/v4';
import { fromCommaList } from '../model/comma-list.ts';
import { type Applied, applyTo, listAgents, proposeFix, readParts, revertAll, targetsOf } from './demo-agent.ts';
import { holdsRules, type KnownMode } from './demo-modes.ts';
import { modesOf, readFailures } from './demo-reading.ts';
import { startOf, type Walk } from './demo-walk.ts';

const comparedShape = z.object({
  broken: z.array(z.unknown()),
  modes: z.object({ resolved: z.array(z.object({ title: z.string() })) }),
});

/** `playbook` reads the file that is the text of the sandbox's agent, whatever platform it is on. */
export async function loop(walk: Walk, playbook: () => Buffer): Promise<void> {
  const { print, say, run, client, provider } = walk;

  print.step('Which agent, and what tests it?');
  const agent = await mended(walk);
  const start = await startOf(walk, agent);
  const [test = start.test] = fromCommaList(start.test);
  const was = { parts: await readParts(client, agent.ref), file: playbook() };

  print.step('Plan, then start');
  await say('start_simulation', { ...start, dry_run: true }, 8);
  const before = await run({ ...start, key: 'demo-before' });

  print.step('What failed?');
  await say('get_session', { session: before }, 16);

  print.step('Why? Read the failures, name what to change');
  await readFailures(walk, before);
  const causes = await modesOf(walk, before, 18);
  const [largest] = causes;
  if (!largest) throw new Error('Nothing failed that the script can read, so there is nothing to fix.');

  print.step('Read the turns before believing the judge');
  await say('get_run', { run: largest.run }, 14);
  await say('get_transcript', { run: largest.run, around: 'failure', limit: 5 }, 9);

  print.step(`Fix one mode: ${largest.mode.title}`);
  const changes: Applied[] = [];
  const [careful = 'live'] = await targetsOf(client, agent.ref);
  const change = await propose(largest);
  const tried = await apply(change, careful);
  const middle = await run({ ...against(tried), key: 'demo-one-fix' });

  print.step('Did it help? Only what no mode explains is read');
  await readFailures(walk, middle);
  const { broken, modes } = comparedShape.parse(await say('compare_sessions', { before, after: middle }, 18));
  const isMended = modes.resolved.some(({ title }) => title === largest.mode.title);
  if (broken.length > 0 || !isMended) throw new Error(`That was no fix of: ${largest.mode.title}.`);

  const left = await modesOf(walk, middle, 0);
  if (careful !== 'live') {
    print.step(`Mended in the ${careful}, and nothing broke: now in the agent itself`);
    await apply(change, 'live');
  }
  print.step('Fix the other modes, too, one at a time');
  let saved = agent.ref;
  for (const cause of left) saved = await apply(await propose(cause), 'live');
  const after = await run({ ...against(saved), key: 'demo-all-fixes' });

  print.step('Prove it');
  await readFailures(walk, after);
  await say('compare_sessions', { before, after }, 24);

  print.step('What is new since when?');
  // A trend is of one test: of many that were read as one, of the first. Where a draft was started, which is a test of its
  // own there, it is of the agent.
  await say('get_trend', careful === 'draft' ? { agent: agent.ref } : { test }, 14);

  print.step('Take all of it back, the latest first');
  await revertAll(changes, say);
  await asItWas();

  /** A start against what a change was saved in: the agent itself needs no name, a copy or a version does. */
  function against(saved: string) {
    return saved === agent.ref ? start : { ...start, agent: saved };
  }

  function propose({ mode, run: failed }: { mode: KnownMode; run: string }): Promise<string> {
    return proposeFix(client, agent.ref, mode, [test, failed], say);
  }

  /** The agent to start tests against. */
  async function apply(id: string, target: string): Promise<string> {
    changes.push({ change: id, target });
    return applyTo({ change: id, target }, say, 3);
  }

  /** Measured, not claimed. */
  async function asItWas(): Promise<void> {
    const is = { parts: await readParts(client, agent.ref), file: playbook() };
    const others = [...was.parts].filter(([id, text]) => is.parts.get(id) !== text);
    const copies = (await listAgents(client, provider)).filter(({ copy_of_change }) => copy_of_change !== undefined);
    if (others.length > 0 || is.parts.size !== was.parts.size || !is.file.equals(was.file) || copies.length > 0)
      throw new Error(`The agent is not what it was: ${others.map(([id]) => id).join(', ') || 'its file, or a copy'}.`);
    const bytes = [...is.parts.values()].reduce((sum, text) => sum + Buffer.byteLength(text), 0);
    print.note(
      `Measured: all ${is.parts.size} parts of ${agent.ref} (${bytes} bytes), read before the first change and after the last revert, are equal byte for byte; so is the sandbox's playbook file (${is.file.length} bytes). No copy is left.`,
    );
  }
}

/** The agent whose text the script knows, and that the platform itself runs. */
async function mended({ client, provider, say }: Walk) {
  for (const agent of await listAgents(client, provider)) {
    if (agent.ownership !== 'platform') continue;
    if (![...(await readParts(client, agent.ref)).values()].some(holdsRules)) continue;
    await say('get_agent', { agent: agent.ref }, 14);
    return agent;
  }
  throw new Error('The sandbox lists no agent whose text the script knows.');
}
