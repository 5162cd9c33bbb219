/** The changer over a home: see `Changer`. */
import { uptime as machineUptime } from 'node:os';
import { resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createAudit } from '../home/audit.ts';
import { createConfirmations } from '../home/confirmations.ts';
import type { Application } from './application.ts';
import { apply } from './apply.ts';
import { createChangeFiles } from './change-files.ts';
import type { AppliedChange, Changer, ChangerOptions } from './changer.ts';
import type { ChangeContext } from './context.ts';
import { propose } from './propose.ts';
import { tidy } from './retention.ts';
import { revert } from './revert.ts';

/** Waits before each reading back of what was written: a platform may need a moment. */
const READ_BACK_DELAYS_MS = [0, 400, 1_200, 3_000];
/** Waits before each look for what a lost answer may have done. */
const LOOK_DELAYS_MS = [500, 2_000, 5_000];

const TIDY_EVERY_MS = 3_600_000;

/** A changer over one home. Nothing is read or sent before the first call. */
export function createChanger(options: ChangerOptions): Changer {
  const { confirm, liveChanges, redact, report, now = Date.now, uptime = machineUptime } = options;
  const home = resolve(options.home);
  const clock = { now, uptime };
  let tidied = 0;
  const context: ChangeContext = {
    confirm,
    liveChanges,
    redact,
    home,
    clock,
    files: createChangeFiles({ home, clock, redact, report }),
    confirmations: createConfirmations({ home, now }),
    audit: createAudit({ home, now, report }),
    sleep: options.sleep ?? ((ms) => pause(ms)),
    readBackDelays: options.readBackDelays ?? READ_BACK_DELAYS_MS,
    lookDelays: options.lookDelays ?? LOOK_DELAYS_MS,
    async tidyHourly() {
      if (now() - tidied <= TIDY_EVERY_MS) return;
      tidied = now();
      await tidy(context);
    },
  };
  return {
    audit: context.audit,
    propose: (...args) => propose(context, ...args),
    apply: (...args) => apply(context, ...args),
    revert: (...args) => revert(context, ...args),
    async history(agent) {
      const own = (await context.files.all()).filter((one) => one.agent === agent || one.written === agent);
      return own.map(appliedOf).sort((a, b) => (a.at < b.at ? 1 : -1));
    },
    async originOf(agent) {
      const copies = await context.files.all();
      return copies.find(({ agent: origin, written }) => written === agent && origin !== agent)?.agent;
    },
  };
}

function appliedOf({ id, target, apply: { at, state }, revert: back }: Application): AppliedChange {
  return { change: id, at, target, state: back?.state === 'saved' ? 'reverted' : state };
}
