/** The four platforms as an attacker would have them: the real dialects, each behind a front that changes what they say. */
import { join } from 'node:path';
import { createCognigyDialect } from '../../src/sandbox/dialects/cognigy/index.ts';
import { createCovalDialect } from '../../src/sandbox/dialects/coval/index.ts';
import { createFutureAgiDialect } from '../../src/sandbox/dialects/futureagi/index.ts';
import { createSynthflowDialect } from '../../src/sandbox/dialects/synthflow/index.ts';
import { createEngine } from '../../src/sandbox/engine/engine.ts';
import { type Act, type Answer, type Exchange, type Front, openFront } from '../faults/front.ts';
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

const PLAYBOOK = join(import.meta.dirname, '../../src/sandbox/playbook.md');

/** The dialects, with the setting that points a server at each. (The providers would say it too, and take a second to load.) */
const PLATFORMS = [
  { create: createSynthflowDialect, setting: 'SYNTHFLOW_BASE_URL', path: '' },
  { create: createCognigyDialect, setting: 'COGNIGY_BASE_URL', path: '' },
  { create: createCovalDialect, setting: 'COVAL_BASE_URL', path: '/v1' },
  { create: createFutureAgiDialect, setting: 'FI_BASE_URL', path: '' },
];

export async function openHostileVendors(): Promise<HostileVendors> {
  const fronts: Front[] = [];
  const env: Record<string, string> = {};
  const requests: HostileVendors['requests'] = [];
  let act: Act | undefined;
  for (const { create, setting, path } of PLATFORMS) {
    const dialect = create(createEngine({ playbook: PLAYBOOK, seed: 7, speed: 1, now: Date.now }));
    const front = await openFront(dialect);
    front.spoil((exchange) => {
      requests.push({ vendor: dialect.id, method: exchange.method, url: exchange.incoming.url ?? '' });
      return act ? act(exchange) : exchange.handle().then(exchange.send);
    });
    fronts.push(front);
    Object.assign(env, dialect.credentials, { [setting]: front.url + path });
  }
  return {
    env,
    requests,
    spoil(next) {
      act = next;
    },
    async close() {
      await Promise.all(fronts.map((front) => front.close()));
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
