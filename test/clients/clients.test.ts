/**
 * The clients that npm carries, each on the built server with the sandbox, through one script (`script.mjs`). What they could
 * and could not do is `docs/clients.md`: `npm run build && npx vitest run test/clients -u` writes it.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { TOOLS } from '../../src/mcp/catalogue.ts';
import { BIN } from '../support/clients.ts';
import { at, text } from '../support/data.ts';
import { ROOT } from '../support/root.ts';
import { CLIENTS, clientsDocument, type Seen } from './document.ts';

const walked = new Map<string, Seen>();

async function walk(driver: string): Promise<Seen> {
  const home = mkdtempSync(join(tmpdir(), 'agent-sim-client-'));
  try {
    const program = join(import.meta.dirname, 'run.mjs');
    const tools = TOOLS.map(({ name }) => name).join();
    const { stdout } = await promisify(execFile)(process.execPath, [program, driver, BIN, home, tools], { cwd: home });
    const seen: unknown = JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
    const steps = Object.entries(Object(at(seen, 'steps'))).map(([name, outcome]) => [name, text(outcome)]);
    return { steps: Object.fromEntries(steps), shows: text(at(seen, 'shows')) };
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

describe('a client of npm', () => {
  it.each(CLIENTS)('$name walks the script, but for what it has no way to do', async ({ driver, absent }) => {
    const seen = await walk(driver);
    walked.set(driver, seen);
    const failed = Object.entries(seen.steps).filter(([, outcome]) => outcome !== 'works' && outcome !== 'absent');
    expect(failed).toEqual([]);
    const missing = Object.keys(seen.steps).filter((step) => seen.steps[step] === 'absent');
    // Who can ask a person needs no token, and who cannot gets one.
    expect(missing.sort()).toEqual([...Object.keys(absent), ...('a person says no' in absent ? [] : [TOKEN])].sort());
  });

  it('is in the table with what was seen', async () => {
    expect([...walked.keys()]).toEqual(CLIENTS.map(({ driver }) => driver));
    await expect(clientsDocument(walked)).toMatchFileSnapshot(join(ROOT, 'docs/clients.md'));
  });

  it('is pinned to the version that the table names', () => {
    const { devDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    for (const { package: name } of CLIENTS) expect(devDependencies[name], name).toMatch(/^\d+\.\d+\.\d+$/);
  });
});

const TOKEN = 'confirm with the token';
