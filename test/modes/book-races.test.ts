/**
 * Eight processes save modes at once, and are killed at random. `BOOK_SAVES=5000` makes a long campaign of it, on each kind
 * of book.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { openBook } from '../../src/modes/book-file.ts';
import { bundleWorker, randomFrom } from '../starting/crew.ts';
import { temporaryHome } from '../starting/support.ts';

const SAVES = Number(process.env.BOOK_SAVES ?? 120);
const CREW = 8;
/** One process dies after so many saves, and as many as go on meanwhile. */
const SAVES_A_KILL = 4;
/** On a slow machine many saves go on beside each kill: then it takes more of them. */
const LEAST_KILLS = SAVES / SAVES_A_KILL / 5;

let bundle: Awaited<ReturnType<typeof bundleWorker>>;
beforeAll(async () => {
  bundle = await bundleWorker('../modes/saver.ts');
});
afterAll(() => bundle.remove());

interface Saver {
  kill(): Promise<void>;
}

/** A process that saves one mode after the other, as long as there are ids. */
async function hire(args: string[], nextId: () => string | undefined, heard: (line: string) => void): Promise<Saver> {
  const child = spawn(process.execPath, [bundle.file, ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  child.stdin.on('error', () => undefined);
  const lines = createInterface({ input: child.stdout });
  const order = () => {
    const id = nextId();
    if (id !== undefined) child.stdin.write(`${id}\n`);
  };
  lines.on('line', (line) => {
    if (line !== 'ready') heard(line);
    order();
  });
  await once(lines, 'line');
  return {
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

describe('eight processes that save modes at once, with some killed in the middle', () => {
  it.each([
    ['of the home', false, 1],
    ["a team's own", true, 1],
    ["a team's own, of four homes", true, 4],
  ])('lose no mode whose save was answered, and break no file: %s', async (_, ofTeam, count) => {
    const homes = await Promise.all(Array.from({ length: count }, () => temporaryHome()));
    const [home = ''] = homes;
    await mkdir(join(home, 'team'));
    const path = ofTeam ? join(home, 'team', 'modes.json') : '';
    const random = randomFrom(20_261_128);
    const [saved, failed] = [new Set<string>(), [] as string[]];
    let given = 0;
    let kills = 0;
    const isOver = () => saved.size >= SAVES && kills >= LEAST_KILLS;
    const nextId = () => (!isOver() ? `M-${(given++).toString(36)}` : undefined);
    const heard = (line: string) => {
      const [word, id = ''] = line.split(' ');
      if (word === 'saved') saved.add(id);
      else failed.push(line);
    };
    let hires = 0;
    const hired = () => hire([homes[hires++ % count] ?? home, path], nextId, heard);
    const crew = await Promise.all(Array.from({ length: CREW }, hired));
    onTestFinished(async () => void (await Promise.all(crew.map((one) => one.kill()))));
    while (!isOver() && failed.length === 0) {
      const goal = saved.size + SAVES_A_KILL;
      while (saved.size < goal && failed.length === 0) await pause(1);
      await pause(random() * 12);
      const victim = Math.floor(random() * CREW);
      await crew[victim]?.kill();
      kills += 1;
      crew[victim] = await hired();
    }
    await Promise.all(crew.map((one) => one.kill()));
    expect(failed).toEqual([]);

    const book = openBook({ home, path: path || undefined });
    const modes = Object.keys((await book.read()).agents['coval/agent/a1']?.modes ?? {});
    expect([...saved].filter((id) => !modes.includes(id))).toEqual([]);
    expect(modes.length).toBeLessThanOrEqual(given);
    // Whatever the killed ones left, the next one goes on at once.
    const began = performance.now();
    await book.update((same) => ({ book: { ...same }, result: 0 }));
    expect(performance.now() - began).toBeLessThan(9_000);
    expect(JSON.parse(await readFile(book.path, 'utf8'))).toHaveProperty('version', 1);
    for (const folder of [join(home, 'locks'), join(home, 'team')])
      expect((await readdir(folder)).filter((name) => name.endsWith('.lock'))).toEqual([]);
  });
});
