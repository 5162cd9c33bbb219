/** Several real processes, one home, one real vendor on loopback that counts. */
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { until } from '../support/waiting.ts';
import { answerWith, bundleWorker, hire, type LoopbackVendor, openVendor, randomFrom, type Worker } from './crew.ts';
import { auditOf, journalOf, temporaryHome } from './support.ts';

let bundle: Awaited<ReturnType<typeof bundleWorker>>;
beforeAll(async () => {
  bundle = await bundleWorker();
});
afterAll(() => bundle.remove());

async function setUp() {
  const home = await temporaryHome();
  const vendor = await openVendor();
  const workers: Worker[] = [];
  onTestFinished(async () => {
    await Promise.all(workers.map((worker) => worker.kill()));
    await vendor.close();
  });
  const crew = async (count: number): Promise<Worker[]> => {
    const hired = await Promise.all(Array.from({ length: count }, () => hire(bundle.file, home, vendor.url)));
    workers.push(...hired);
    return hired;
  };
  return { home, vendor, crew };
}

describe('the same start in several processes at the same moment', () => {
  it.each([
    ['without a key', undefined],
    ['with a key', 'nightly'],
  ])('is sent once, and everybody gets its session (%s)', async (_, key) => {
    const { home, vendor, crew } = await setUp();
    const workers = await crew(5);
    for (const worker of workers) worker.order({ want: 'w', key }, { want: 'w', key }, { want: 'w', key });
    const reports = (await Promise.all(workers.map((worker) => worker.reports(3)))).flat();
    expect(vendor.counted).toHaveLength(1);
    expect(reports.filter(({ outcome }) => outcome === 'started')).toHaveLength(1);
    expect(reports.filter(({ outcome }) => outcome === 'already_started')).toHaveLength(14);
    expect(new Set(reports.map(({ session }) => session))).toEqual(new Set(['acme/session/session-1']));
    expect(await journalOf(home)).toMatchObject([{ state: 'started' }]);
    expect(await auditOf(home)).toHaveLength(1);
  });

  it('sends each step of a plan once', async () => {
    const { vendor, crew } = await setUp();
    const workers = await crew(3);
    for (const worker of workers) worker.order({ want: 'w', steps: 4 });
    await Promise.all(workers.map((worker) => worker.reports(1)));
    expect(vendor.counted.map(({ step }) => step.index)).toEqual([0, 1, 2, 3]);
  });
});

describe('a process that is killed between claim and answer', () => {
  /** Lets one process send, kills it before it hears anything, and gives the same order to the next one. */
  async function killed(
    vendor: LoopbackVendor,
    crew: (count: number) => Promise<Worker[]>,
    counts: boolean,
    correlated: boolean,
  ) {
    let reached = 0;
    vendor.behave = (start) => {
      reached += 1;
      if (counts) start();
    };
    const [first, second] = await crew(2);
    first?.order({ want: 'w', key: 'k', correlated });
    await until('the start has reached the vendor', () => reached === 1);
    await first?.kill();
    vendor.behave = (start, response) => answerWith(response, 200, start());
    second?.order({ want: 'w', key: 'k', correlated });
    return { report: await second?.report(), second };
  }

  it('has its session found, and nothing is sent again', async () => {
    const { home, vendor, crew } = await setUp();
    const { report } = await killed(vendor, crew, true, true);
    expect(report).toEqual({ want: 'w', outcome: 'already_started', session: 'acme/session/session-1' });
    expect(vendor.counted).toHaveLength(1);
    expect(await journalOf(home)).toMatchObject([{ state: 'found', certain: true }]);
  });

  it('has the one session that fits found, where sessions carry no correlation id', async () => {
    const { home, vendor, crew } = await setUp();
    const { report } = await killed(vendor, crew, true, false);
    expect(report).toMatchObject({ outcome: 'already_started', session: 'acme/session/session-1' });
    expect(await journalOf(home)).toMatchObject([{ state: 'found', certain: false }]);
  });

  it('is unknown where nothing is to be found, and nothing is sent again', async () => {
    const { home, vendor, crew } = await setUp();
    const { report, second } = await killed(vendor, crew, false, true);
    expect(report).toEqual({ want: 'w', outcome: 'unknown' });
    expect(await journalOf(home)).toMatchObject([{ state: 'unknown', lookup: 'nothing' }]);
    second?.order({ want: 'w', key: 'k', correlated: true });
    expect(await second?.report()).toMatchObject({ outcome: 'unknown' });
    expect(vendor.counted).toEqual([]);
  });
});

describe('hundreds of faulted starts with processes killed at random', () => {
  const WANTS = 220;
  const CREW = 4;
  /** One start in this many is the last that some process sees. */
  const KILLED_AT = 1 / 12;

  it('reach the vendor at most once each, and all that did are known', async () => {
    const { home, vendor, crew } = await setUp();
    const random = randomFrom(20_260_301);
    const faults = { answered: 0, slow: 0, lost: 0, never: 0, broken: 0, refused: 0 };
    const living = new Set<Worker>();
    let kills = 0;
    const killOne = async () => {
      await pause(random() * 40);
      const [victim] = [...living].sort(() => random() - 0.5);
      if (!victim) return;
      kills += 1;
      living.delete(victim);
      await victim.kill();
    };
    vendor.behave = async (start, response) => {
      if (random() < KILLED_AT) killOne();
      const dice = random();
      if (dice < 0.4) {
        faults.answered += 1;
        answerWith(response, 200, start());
      } else if (dice < 0.55) {
        faults.slow += 1;
        const session = start();
        await pause(random() * 60);
        answerWith(response, 200, session);
      } else if (dice < 0.7) {
        faults.lost += 1;
        start();
        response.destroy();
      } else if (dice < 0.8) {
        faults.never += 1;
        response.destroy();
      } else if (dice < 0.9) {
        faults.broken += 1;
        start();
        answerWith(response, 502, '<html>');
      } else {
        faults.refused += 1;
        answerWith(response, 429, {});
      }
    };

    const open = Array.from({ length: WANTS }, (_, n) => ({
      want: `want-${n}`,
      correlated: n % 4 !== 0,
      ...(n % 3 === 0 ? {} : { key: `key-${n}` }),
    }));
    const settled = new Set<string>();
    const shift = async (): Promise<void> => {
      while (settled.size < WANTS) {
        const [worker] = await crew(1);
        if (!worker) return;
        living.add(worker);
        for (let alive = true; alive && settled.size < WANTS; ) {
          // Several processes often get the same want: each picks at random what nobody has reported yet.
          const rest = open.filter(({ want }) => !settled.has(want));
          const orders = rest.sort(() => random() - 0.5).slice(0, 8);
          worker.order(...orders);
          for (const _ of orders) {
            const report = await worker.report();
            if (!report) alive = false;
            else if (['started', 'already_started', 'unknown'].includes(report.outcome)) settled.add(report.want);
          }
        }
        living.delete(worker);
        await worker.kill();
      }
    };
    await Promise.all(Array.from({ length: CREW }, shift));

    const [last] = await crew(1);
    last?.reconcile();
    await last?.report();

    const times = new Map<string, number>();
    for (const { step } of vendor.counted) times.set(step.want, (times.get(step.want) ?? 0) + 1);
    expect([...times].filter(([, count]) => count > 1)).toEqual([]);
    const journal = await journalOf(home);
    const known = new Map<string, string[]>();
    for (const { body, state } of journal) {
      const want = typeof body === 'object' && body !== null && 'want' in body ? String(body.want) : '';
      known.set(want, [...(known.get(want) ?? []), state]);
    }
    const accounted = ['started', 'found', 'unknown'];
    expect([...times.keys()].filter((want) => !known.get(want)?.some((state) => accounted.includes(state)))).toEqual(
      [],
    );
    expect(journal.filter(({ state }) => state === 'open')).toEqual([]);
    const proven = journal.filter(({ state, certain }) => state === 'started' || (state === 'found' && certain));
    for (const { receipt, body } of proven)
      expect(vendor.counted.find(({ session }) => session === receipt?.session?.[0])?.step).toEqual(body);
    expect(settled.size).toBe(WANTS);
    if (process.env.AGENT_SIM_TEST_FIGURES)
      process.stderr.write(
        `${JSON.stringify({ kills, faults, counted: vendor.counted.length, claims: journal.length })}\n`,
      );
    expect(kills).toBeGreaterThan(5);
    expect(faults.lost + faults.never + faults.broken + faults.refused).toBeGreaterThan(50);
  });
});
