/** A changer over a provider whose vendor, a dialect over real HTTP, is spoilt on the way: what it takes, and what it shows. */
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { ApplyArguments, ChangeAnswer, ChangeQuestion, Edit } from '../../src/changing/changer.ts';
import { createChanger } from '../../src/changing/create-changer.ts';
import type { ChangeTarget } from '../../src/model/agents.ts';
import { parseRef } from '../../src/model/refs.ts';
import type { OpenAgent } from '../../src/providers/provider.ts';
import { SHIPPED_PLAYBOOK } from '../../src/sandbox/shipped.ts';
import type { Answer, Exchange } from '../faults/front.ts';
import { openRig } from '../faults/rigs.ts';
import type { Vendor } from '../support/platforms.ts';
import { noDeadline } from '../support/waiting.ts';

const call = { signal: noDeadline() };

/** The part that holds the prompt of the agent that its platform runs. */
export const PROMPT: Readonly<Record<Vendor, string>> = {
  synthflow: 'prompt',
  cognigy: 'job.instructions',
  coval: 'prompt',
  futureagi: 'prompt',
};

export const [OLD, NEW] = ['A first name is enough', 'Ask for the full name'];

/** What an exchange is spoilt by: the body on its way there, the body on its way back. */
export interface Spoils {
  sent?(text: string, exchange: Exchange): string;
  shown?(text: string, exchange: Exchange): string;
  act?(exchange: Exchange): unknown;
}

export async function openLiar(vendor: Vendor) {
  const folder = mkdtempSync(join(tmpdir(), 'agent-lies-'));
  const playbook = join(folder, 'playbook.md');
  copyFileSync(SHIPPED_PLAYBOOK, playbook);
  const rig = await openRig(vendor, { playbook });
  onTestFinished(async () => {
    await rig.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const { provider, front } = rig;
  const { agents } = provider;
  if (!agents) throw new Error(`${vendor} has no agents.`);
  const changer = createChanger({
    home: rig.home,
    confirm: 'off',
    liveChanges: true,
    redact: (text) => text,
    sleep: async () => {},
  });
  const providerOf = async () => provider;
  const { items } = await agents.list({ limit: 50 }, call);
  const own = items.find(({ ownership }) => ownership === 'platform');
  const ids = parseRef(own?.ref ?? '')?.ids ?? [];
  const told = (answer: ChangeAnswer | ChangeQuestion): ChangeAnswer => {
    if ('needs' in answer) throw new Error('It asked.');
    return answer;
  };
  let headers: Record<string, string> = {};
  const writes: { line: string; body: string }[] = [];
  const spoil = ({ sent, shown, act }: Spoils = {}) =>
    front.spoil(async (exchange) => {
      const { 'x-by-test': byTest, ...credentials } = exchange.incoming.headers;
      if (byTest === undefined)
        headers = Object.fromEntries(
          Object.entries(credentials).flatMap(([name, value]) =>
            /^(x-|authorization)/.test(name) ? [[name, String(value)]] : [],
          ),
        );
      const isWrite = exchange.method !== 'GET';
      if (isWrite) writes.push({ line: `${exchange.method} ${exchange.url}`, body: exchange.body.toString() });
      if (act && (await act(exchange)) === true) return;
      const body = isWrite && sent ? Buffer.from(sent(exchange.body.toString(), exchange)) : undefined;
      const answer: Answer = await exchange.handle(undefined, body);
      exchange.send(
        shown && answer.body.length > 0
          ? { ...answer, body: Buffer.from(shown(answer.body.toString(), exchange)) }
          : answer,
      );
    });
  spoil();
  return {
    rig,
    agents,
    changer,
    provider,
    ids,
    items,
    call,
    writes,
    spoil,
    /** As somebody else asks at the vendor: what is spoilt is spoilt for them, too. */
    async ask(method: string, path: string, body: unknown = {}): Promise<unknown> {
      const answer = await fetch(`${front.url}${path}`, {
        method,
        headers: { ...headers, 'content-type': 'application/json', 'x-by-test': '1' },
        body: method === 'GET' ? undefined : JSON.stringify(body),
      });
      return JSON.parse((await answer.text()) || 'null');
    },
    open: (of: readonly string[] = ids): Promise<OpenAgent> => agents.open(of, call),
    propose: (edits: Edit[] = [{ part: PROMPT[vendor], old: OLD, new: NEW }], of: readonly string[] = ids) =>
      changer.propose(provider, of, { edits }, call),
    apply: async (change: string, target: ChangeTarget, more: Partial<ApplyArguments> = {}) =>
      told(await changer.apply(providerOf, { change, target, ...more }, call, { canAsk: false })),
    revert: async (change: string, target?: ChangeTarget) =>
      told(await changer.revert(providerOf, { change, target }, call, { canAsk: false })),
  };
}
