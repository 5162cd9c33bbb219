/**
 * What starts or cancels takes no word of a result for a yes: a token counts only where this server has issued it, for
 * this very plan, once; and what will be started is said in our own words.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Connected, type ConnectOptions, connect } from '../support/clients.ts';
import { at, list, text } from '../support/data.ts';
import { NEEDED_TO_START, VENDORS, type Vendor } from '../support/platforms.ts';
import { createDisguise } from './hostile-answers.ts';
import { disguised, type HostileVendors, openHostileVendors } from './hostile-vendors.ts';
import { faultsOf } from './judge.ts';
import { createWalker } from './walk.ts';

/** Every start needs a yes. */
const STRICT = { AGENT_SIM_CONFIRM_ABOVE: '0' };
const ASKED = /^confirm=[\w-]{22} \(until \d{4}-\d\d-\d\dT[\d:.]+Z\)$/;

let vendors: HostileVendors;
let server: Connected;
let walker: ReturnType<typeof createWalker>;
/** A server with another home; one with the same that has read nothing yet; one whose client asks a person, who says no. */
let elsewhere: Connected;
let fresh: Connected;
let asking: Connected;
const questions: string[] = [];
const tests = new Map<string, string>();
const open: Connected[] = [];

const another = async (options: ConnectOptions = {}) => {
  const connected = await connect({ args: ['serve'], ...options, env: { ...vendors.env, ...STRICT } });
  open.push(connected);
  return connected;
};
const wanted = (vendor: Vendor) => ({
  test: tests.get(vendor) ?? '',
  ...NEEDED_TO_START[vendor],
});
/** Requests that change something at a platform. */
const changes = () => vendors.requests.filter(({ method }) => method !== 'GET').length;

beforeAll(async () => {
  vendors = await openHostileVendors();
  vendors.spoil(disguised(createDisguise({ kind: 'text', salt: 5 })));
  server = await another();
  const { home } = server;
  [elsewhere, fresh, asking] = await Promise.all([
    another(),
    another({ home }),
    another({
      home,
      elicit: (message) => {
        questions.push(message);
        return 'decline';
      },
    }),
  ]);
  walker = createWalker(server);
  await walker.reads('cognigy');
  for (const vendor of VENDORS) {
    const { data } = await walker.call('list_tests', { provider: vendor, limit: 1 });
    tests.set(vendor, text(at(list(data.tests)[0], 'ref')));
  }
});
afterAll(async () => {
  await Promise.all(open.map((one) => one.close()));
  await vendors?.close();
});
beforeEach(() => {
  vendors.spoil(disguised(createDisguise({ kind: 'text', salt: 5 })));
});

describe('a start that needs a yes', () => {
  it('reading everything has changed nothing', async () => {
    const { tools } = await server.client.listTools();
    expect(tools.filter((tool) => !tool.annotations?.readOnlyHint).map((tool) => tool.name)).toEqual([
      // It writes the book of failure modes, and nothing at a platform.
      'save_failure_modes',
      'start_simulation',
      'cancel_session',
      // It writes the file of a change, and nothing at a platform.
      'propose_agent_change',
      'apply_agent_change',
      'revert_agent_change',
    ]);
    expect(changes()).toBe(0);
  });

  it('takes no word of any result for a token', async () => {
    const seen = walker.walked.shown.map(({ value }) => JSON.stringify(value)).join(' ');
    const tokens = [...new Set(seen.match(/[\w-]{22}/g))];
    expect(tokens).toContain('AAAAAAAAAAAAAAAAAAAAAA');
    const tries = [...tokens.slice(0, 40), 'AAAAAAAAAAAAAAAAAAAAAA', 'yes', 'true', '', '../../x', 'x'.repeat(22)];
    for (const confirm of tries) {
      const answer = await server.call('start_simulation', { ...wanted('cognigy'), confirm });
      expect(answer.isError, confirm).toBe(true);
      expect(answer.text).toMatch(
        /^This home has asked no such question, so nothing confirms this start\. Nothing was sent\./,
      );
    }
    expect(changes()).toBe(0);
  });

  it.each(VENDORS)('says in our own words what it would start on %s', async (vendor) => {
    const { text: said, data, isError } = await server.call('start_simulation', wanted(vendor));
    expect(isError).toBe(false);
    const [first, plan, ...rest] = said.split('\n');
    expect(first).toMatch(
      /^confirmation_required: Nothing was sent\. (\d+ runs? needs? a yes: 0 may start within an hour without one|How many runs this will be is not known before it starts, so it needs a yes)\. Show the plan to the person you work for, if there is one\. A token proves that the caller saw this plan, not that a person did\.$/,
    );
    expect(plan).toMatch(/^Plan: \d+ runs? of (\S+)( in \d+ requests)?\.$/);
    expect(plan).toContain(` of ${tests.get(vendor)}`);
    expect(rest.filter((line) => ASKED.test(line))).toHaveLength(1);
    expect(faultsOf({ where: '', kind: 'text', value: said })).toEqual([]);
    expect(faultsOf({ where: '', kind: 'data', value: data })).toEqual([]);
    expect(changes()).toBe(0);
  });

  it('takes the token only for the plan it was issued for, from where it was issued, and once', async () => {
    const plan = wanted('cognigy');
    const confirm = text((await server.call('start_simulation', plan)).data.confirm);
    const refusals = [
      await elsewhere.call('start_simulation', { ...plan, confirm }),
      await server.call('start_simulation', { ...plan, repeat: 2, confirm }),
      await server.call('start_simulation', { ...wanted('synthflow'), confirm }),
    ];
    expect(refusals.map((answer) => answer.text.split('.')[0])).toEqual([
      'This home has asked no such question, so nothing confirms this start',
      'The confirmation was given for other arguments than those of this call',
      'The confirmation was given for other arguments than those of this call',
    ]);
    expect(changes()).toBe(0);
    expect((await server.call('start_simulation', { ...plan, confirm })).data.outcome).toBe('started');
    expect(changes()).toBe(1);
    const again = await server.call('start_simulation', { ...plan, key: 'another', confirm });
    expect(again).toMatchObject({ isError: true });
    expect(changes()).toBe(1);
  });

  it('is off when the platform calls things by other names than the person was shown', async () => {
    const plan = { ...wanted('cognigy'), key: 'renamed' };
    const before = changes();
    const confirm = text((await server.call('start_simulation', plan)).data.confirm);
    vendors.spoil(disguised(createDisguise({ kind: 'text', salt: 6 })));
    const answer = await fresh.call('start_simulation', { ...plan, confirm });
    expect(answer.text).toMatch(/^The plan has changed since it was confirmed: the arguments are the same/);
    expect(changes()).toBe(before);
  });

  it('asks the person where there is one, whatever token comes along', async () => {
    const before = changes();
    const plan = { ...wanted('cognigy'), key: 'asked' };
    const confirm = text((await server.call('start_simulation', plan)).data.confirm);
    const answer = await asking.call('start_simulation', { ...plan, confirm });
    expect(questions).toHaveLength(1);
    expect(answer.text).toMatch(/^The client answered no to the question\. Nothing was sent\./);
    expect(changes()).toBe(before);
  });
});
