/**
 * Agents hold credentials that are registered as secrets when they are read. What is read from then on is sent back all the
 * same: nothing in it may be redacted, or the redaction would take a credential's place, and the agent look changed.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSandbox } from '../../src/commands/open-sandbox.ts';
import { DEFAULTS } from '../../src/config/settings.ts';
import { createRedactor } from '../../src/http/secrets/redact.ts';
import { parseRef } from '../../src/model/refs.ts';
import { createRegistry, type Registry } from '../../src/providers/registry.ts';
import type { Sandbox } from '../../src/sandbox/server.ts';
import { VENDORS } from '../support/platforms.ts';

const call = { signal: new AbortController().signal };
/** In the text of the agent itself, where it is no secret of the agent: a key of ours that somebody pasted. */
const PASTED = 'A first name is enough';

let home: string;
let sandbox: Sandbox;
let registry: Registry;
const registered: string[] = [];

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'agent-sim-verbatim-'));
  sandbox = await openSandbox({ home, port: 0, speed: 30 });
  const redactor = createRedactor();
  redactor.register(PASTED);
  registry = createRegistry({
    settings: async () => ({ env: {} }),
    defaults: DEFAULTS,
    registerSecret(secret) {
      registered.push(secret);
      redactor.register(secret);
    },
    redact: (text) => redactor.redact(text),
    sandbox: async () => sandbox.dialects,
  });
});
afterAll(async () => {
  await registry.close();
  await sandbox.close();
  rmSync(home, { recursive: true, force: true });
});

describe.each(VENDORS)('%s', (vendor) => {
  it('reads an agent the same once its credentials are registered, with every character of its text', async () => {
    const { agents } = await registry.provider(vendor);
    if (!agents) return;
    const before = registered.length;
    const { items } = await agents.list({ limit: 20 }, call);
    expect(items.length).toBeGreaterThan(0);
    const texts: string[] = [];
    for (const { ref } of items) {
      const ids = parseRef(ref)?.ids ?? [];
      const first = await agents.open(ids, call);
      const again = await agents.open(ids, call);
      expect(again.agent.objects).toEqual(first.agent.objects);
      expect(again.agent.parts).toEqual(first.agent.parts);
      texts.push(...again.agent.parts.map(({ text }) => text));
    }
    expect(registered.length).toBeGreaterThan(before);
    expect(texts.join()).toContain(PASTED);
    expect(texts.join()).not.toContain('[redacted]');
  });
});
