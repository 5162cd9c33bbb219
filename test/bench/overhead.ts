/**
 * What a tool call costs over the bare vendor request: the same request sent by a keep-alive HTTP client, in turns with
 * the tool call over stdio. Client, server and sandbox are three processes.
 */
import { Agent } from 'undici';
import { VENDORS, type Vendor } from '../support/platforms.ts';
import { isRecord, openRaw } from '../support/raw-server.ts';
import { openSandboxProcess } from '../support/sandbox-process.ts';
import { quantile, table } from './numbers.ts';
import { fetchAll, openRecorder, requestsOf } from './recorder.ts';

/** Calls measured of each; our own rate limits (Cognigy 1,000 in 5 min, Future AGI 100 a minute) allow no more in a row. */
const CALLS = { calls: 500, warmUp: 100 };
const FEWER_CALLS: Readonly<Partial<Record<Vendor, typeof CALLS>>> = { futureagi: { calls: 60, warmUp: 30 } };

export async function benchOverhead(): Promise<string> {
  const sandbox = await openSandboxProcess();
  const recorder = await openRecorder(sandbox.url);
  const agent = new Agent({ connections: 8 });
  const rows: string[][] = [];
  const env = { HOME: '/nonexistent', AGENT_SIM_LOG: 'silent' };
  const noted = openRaw({
    env: { ...env, ...mapValues(sandbox.env, (value) => recorder.through(value)) },
  });
  const server = openRaw({ env: { ...env, ...sandbox.env } });
  try {
    for (const one of [noted, server]) {
      await one.request('init', 'initialize', {
        protocolVersion: '2025-11-25',
        capabilities: {},
        clientInfo: { name: 'bench', version: '1' },
      });
      await one.write('{"jsonrpc":"2.0","method":"notifications/initialized"}\n');
    }
    let id = 0;
    const list = async (to: typeof server, provider: string) => {
      id += 1;
      const answer = await to.request(id, 'tools/call', { name: 'list_tests', arguments: { provider, kind: 'case' } });
      if (!isRecord(answer.result) || answer.result.isError === true)
        throw new Error(JSON.stringify(answer).slice(0, 400));
    };
    for (const provider of VENDORS) {
      const { calls, warmUp } = FEWER_CALLS[provider] ?? CALLS;
      await list(noted, provider);
      recorder.reset();
      await list(noted, provider);
      const lanes = recorder.lanes();
      const tool: number[] = [];
      const bare: number[] = [];
      for (let round = 0; round < calls + warmUp; round += 1) {
        const plain = await fetchAll(agent, sandbox.url, lanes);
        const began = performance.now();
        await list(server, provider);
        if (round < warmUp) continue;
        tool.push(performance.now() - began);
        bare.push(plain);
      }
      const at = (share: number) => [quantile(bare, share), quantile(tool, share)] as const;
      const cell = ([without, withUs]: readonly [number, number]) =>
        `${without.toFixed(2)} → ${withUs.toFixed(2)} (+${(withUs - without).toFixed(2)})`;
      rows.push([
        `\`list_tests\` on ${provider}`,
        String(requestsOf(lanes)),
        String(calls),
        cell(at(0.5)),
        cell(at(0.99)),
      ]);
    }
    const head = ['tool call', 'vendor requests', 'calls', 'p50, ms: bare → call', 'p99, ms: bare → call'];
    return `${table(head, rows)}\n\nIn turns with the same requests by a bare keep-alive client; client, server and sandbox are three processes on one machine.`;
  } finally {
    await Promise.all([noted.end(), server.end()]);
    await agent.close();
    await recorder.close();
    await sandbox.close();
  }
}

export function mapValues(record: Record<string, string>, map: (value: string) => string): Record<string, string> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value)]));
}
