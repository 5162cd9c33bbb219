/** The platforms as an attacker would have them: the real dialects, each behind a front that changes what they say. */
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DIALECTS } from '../../src/commands/open-sandbox.ts';
import { createEngine } from '../../src/sandbox/engine/engine.ts';
import { SHIPPED_PLAYBOOK } from '../../src/sandbox/shipped.ts';
import { type Act, type Answer, type Exchange, type Front, openFront } from '../faults/front.ts';
import { addressOf, VENDORS } from '../support/platforms.ts';
import type { Disguise } from './hostile-answers.ts';

export interface HostileVendors {
  /** Settings that point a server at all of them. */
  env: Record<string, string>;
  /** Every request that arrived, as it was on the wire. */
  requests: { vendor: string; method: string; url: string }[];
  /** Changes what every vendor says from now on; without an act they are honest. */
  spoil(act?: Act): void;
  close(): Promise<void>;
}

export async function openHostileVendors(): Promise<HostileVendors> {
  const fronts: Front[] = [];
  const env: Record<string, string> = {};
  const requests: HostileVendors['requests'] = [];
  let act: Act | undefined;
  // Whoever can be fooled into a change writes it into files of their own.
  const folder = mkdtempSync(join(tmpdir(), 'agent-sim-hostile-'));
  for (const vendor of VENDORS) {
    const playbook = join(folder, `${vendor}.md`);
    copyFileSync(SHIPPED_PLAYBOOK, playbook);
    const dialect = DIALECTS[vendor](createEngine({ playbook, seed: 7, speed: 1, now: Date.now }));
    const front = await openFront(dialect);
    front.spoil((exchange) => {
      requests.push({ vendor: dialect.id, method: exchange.method, url: exchange.incoming.url ?? '' });
      return act ? act(exchange) : exchange.handle().then(exchange.send);
    });
    fronts.push(front);
    Object.assign(env, dialect.credentials, { [addressOf(vendor)]: front.url });
  }
  return {
    env,
    requests,
    spoil(next) {
      act = next;
    },
    async close() {
      await Promise.all(fronts.map((front) => front.close()));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Lets the dialect answer what was meant, and disguises its answer. */
export function disguised(disguise: Disguise): Act {
  return async (exchange: Exchange) => {
    const real: Answer = await exchange.handle(disguise.restore(exchange.url));
    exchange.send({ ...real, body: Buffer.from(disguise.spoil(real.body.toString('utf8'))) });
  };
}
