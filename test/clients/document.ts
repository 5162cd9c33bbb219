/** `docs/clients.md`, from what was seen of each client. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { table } from '../docs/sections.ts';
import { ROOT } from '../support/root.ts';

/** Of each step: `works`, `absent`, or what went wrong; and the forms of an answer that the client hands on. */
export interface Seen {
  steps: Record<string, string>;
  shows: string;
}

interface Client {
  /** Its file in `drivers/`. */
  driver: string;
  name: string;
  package: string;
  /** Steps that the client has no way to do, each with the reason. */
  absent: Record<string, string>;
}

const asksNobody = (reason: string) => ({ 'a person says yes': reason, 'a person says no': reason });

export const CLIENTS: readonly Client[] = [
  { driver: 'sdk-v1', name: 'SDK, version 1', package: '@modelcontextprotocol/sdk', absent: {} },
  { driver: 'sdk-v2', name: 'SDK, version 2, era found out', package: '@modelcontextprotocol/client', absent: {} },
  { driver: 'sdk-v2-pinned', name: 'SDK, version 2, 2026-07-28', package: '@modelcontextprotocol/client', absent: {} },
  {
    driver: 'inspector',
    name: 'Inspector, command line',
    package: '@modelcontextprotocol/inspector',
    absent: asksNobody('it declares no elicitation'),
  },
  {
    driver: 'mcporter',
    name: 'mcporter, runtime',
    package: 'mcporter',
    absent: {
      ...asksNobody('it declares no elicitation'),
      'read a resource': 'it lists resources and reads none',
      'get a prompt': 'it has no prompts',
    },
  },
  {
    driver: 'langchain',
    name: 'LangChain adapters',
    package: '@langchain/mcp-adapters',
    absent: asksNobody('it declares no elicitation'),
  },
  { driver: 'ai-sdk', name: 'AI SDK', package: '@ai-sdk/mcp', absent: {} },
  {
    driver: 'openai-agents',
    name: 'OpenAI Agents SDK',
    package: '@openai/agents-core',
    absent: { ...asksNobody('it declares no elicitation'), 'get a prompt': 'it has no prompts' },
  },
];

export function clientsDocument(seen: ReadonlyMap<string, Seen>): string {
  const steps = [...new Set([...seen.values()].flatMap((one) => Object.keys(one.steps)))];
  const shows = ({ driver }: Client) => seen.get(driver)?.shows ?? '';
  const rows = CLIENTS.map((client) => {
    const outcome = (step: string) => {
      const said = seen.get(client.driver)?.steps[step];
      return said === 'works' ? 'yes' : said === 'absent' ? '–' : 'no';
    };
    return [client.name, `\`${client.package}\` ${versionOf(client)}`, ...steps.map(outcome), shows(client)];
  });
  const missing = CLIENTS.flatMap(({ name, absent }) => {
    const reasons = [...new Set(Object.values(absent))];
    return reasons.length === 0 ? [] : [`- **${name}**: ${reasons.join('; ')}.`];
  });
  return `${[
    '# Clients',
    'What the clients that npm carries did with this server, each through the same script on the sandbox. Written by `npx vitest run test/clients -u`; `npm test` walks the script again and fails where this page says something else.',
    table(['client', 'package', ...steps, 'hands on'], rows),
    '"Hands on" is the form of an answer that the client gives to whoever uses it. Text and structured content of an answer say the same, so each form is enough by itself.',
    'A start that needs a yes is confirmed by a person where the client can ask one, and by the token of the preview where it cannot: one of the two is always `–`.',
    '## What is absent, and why',
    missing.join('\n'),
    'Left out: `mcporter` from 0.10 (Node 24), `@ai-sdk/mcp` from 2.0 and `@openai/agents-core` from 0.15 (Node 22), since this project runs its tests on Node 20.19; the newest version that runs there stands in the table. `@openai/agents` hands its `MCPServerStdio` on from `@openai/agents-core`.',
  ].join('\n\n')}\n`;
}

function versionOf({ package: name }: Client): string {
  const { version }: { version: string } = JSON.parse(
    readFileSync(join(ROOT, 'node_modules', name, 'package.json'), 'utf8'),
  );
  return version;
}
