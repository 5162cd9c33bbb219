/** One platform that does not answer does not spoil the merged lists. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSandbox } from '../../src/commands/open-sandbox.ts';
import { PROVIDERS } from '../../src/providers/registry.ts';
import type { Sandbox } from '../../src/sandbox/server.ts';
import { type Connected, connect } from '../support/clients.ts';
import { at, list } from '../support/data.ts';
import { ROOT } from '../support/root.ts';

let sandbox: Sandbox;
let server: Connected;

beforeAll(async () => {
  sandbox = await openSandbox({ playbook: join(ROOT, 'src/sandbox/playbook.md'), home: '', port: 0, speed: 30 });
  const env: Record<string, string> = {};
  for (const { id, load } of PROVIDERS) {
    const dialect = sandbox.dialects.get(id);
    if (dialect) Object.assign(env, (await load()).sandboxEnv(dialect.url, dialect.credentials));
  }
  server = await connect({ args: ['serve'], env });
});
afterAll(async () => {
  await server.close();
  await sandbox.close();
});

describe('with one platform broken', () => {
  it('list_sessions merges the others newest first and names the broken one', async () => {
    sandbox.faults.add({ dialect: 'futureagi', kind: 'status', status: 403, times: 50 });
    const { data, isError, text } = await server.call('list_sessions', { limit: 40 });
    sandbox.faults.clear();
    expect(isError).toBe(false);
    const found = list(data.sessions);
    const providers = new Set(found.map((one) => at(one, 'provider')));
    expect(providers.has('synthflow') && providers.has('coval') && providers.has('cognigy')).toBe(true);
    expect(providers.has('futureagi')).toBe(false);
    expect(list(data.not_answering).join(' ')).toBe('futureagi');
    expect(text).toMatch(/Not answering: futureagi/);
    const times = found.map((one) => at(one, 'created_at')).filter((time) => typeof time === 'string');
    expect(times).toEqual([...times].sort().reverse());
  });
});
