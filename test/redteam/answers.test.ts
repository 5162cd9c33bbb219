/**
 * Every free text of every platform is an attack, and everything a host can ask is asked: tools, resources, prompts,
 * completions, over stdio, by real clients of both eras.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TOOLS } from '../../src/mcp/catalogue.ts';
import { PROMPTS } from '../../src/mcp/prompts/prompts.ts';
import { TEMPLATES } from '../../src/mcp/resources/resources.ts';
import { PROVIDERS } from '../../src/providers/registry.ts';
import { type Connected, connect } from '../support/clients.ts';
import { createDisguise } from './hostile-answers.ts';
import { disguised, type HostileVendors, openHostileVendors } from './hostile-vendors.ts';
import { faultsOf, logFaults, stringsOf } from './judge.ts';
import { MARKER, PAYLOADS } from './payloads.ts';
import { createWalker, merged, type Walked } from './walk.ts';

/**
 * The eras differ in how answers travel, not in how vendors are read: two vendors are enough for the second. The salt deals
 * out the attacks: with these, each stands in something that is shown.
 */
describe.each([
  ['v1', 2, PROVIDERS.map(({ id }) => id)],
  ['v2-pinned', 1, ['synthflow', 'cognigy']],
] as const)('free text of attackers, client %s', (era, salt, walkedVendors) => {
  let vendors: HostileVendors;
  const servers: Connected[] = [];
  let walker: ReturnType<typeof createWalker>;
  let walked: Walked;
  const questions: string[] = [];

  beforeAll(async () => {
    vendors = await openHostileVendors();
    vendors.spoil(disguised(createDisguise({ kind: 'text', salt })));
    const options = {
      era,
      args: ['serve'],
      env: { ...vendors.env, AGENT_SIM_LOG: 'debug', AGENT_SIM_CONFIRM_ABOVE: '2' },
      elicit: (message: string) => {
        questions.push(message);
        return 'accept' as const;
      },
    };
    // Two servers where Future AGI is among the vendors, because each keeps to the 100 requests a minute it allows.
    const twice = walkedVendors.length > 2;
    servers.push(...(await Promise.all(Array.from({ length: twice ? 2 : 1 }, () => connect(options)))));
    const [reading, changing = reading] = servers;
    if (!reading || !changing) throw new Error('No server.');
    walker = createWalker(reading);
    const second = createWalker(changing);
    await Promise.all(
      walkedVendors.map(async (vendor) => {
        const { tests } = await walker.reads(vendor);
        await second.changes(vendor, tests[0]);
        await second.mistakes(vendor);
      }),
    );
    await second.rest();
    walked = merged(walker.walked, second.walked);
  });
  afterAll(async () => {
    await Promise.all(servers.map((server) => server.close()));
    await vendors?.close();
  });

  it('calls every tool and reads every resource there is', () => {
    expect([...walked.tools].sort()).toEqual(TOOLS.map((tool) => tool.name).sort());
    expect([...walked.templates].sort()).toEqual(
      ['simulation://guide', ...TEMPLATES.map((template) => template.uriTemplate)].sort(),
    );
  });

  it.each([...walkedVendors])('really shows what %s says', (vendor) => {
    const answers = walked.shown.filter(({ where, kind }) => kind === 'data' && where.includes(vendor));
    const silent = TOOLS.filter(({ name }) => {
      const own = answers.filter(({ where }) => where.startsWith(`${name} `));
      return !own.some(({ value }) => MARKER.test(JSON.stringify(value)));
    });
    expect(silent.map((tool) => tool.name)).toEqual(SILENT);
  });

  it('has shown every kind of attack as text and as data', () => {
    for (const kind of ['text', 'data']) {
      const all = walked.shown
        .filter((one) => one.kind === kind)
        .map(({ value }) => JSON.stringify(value))
        .join();
      expect(PAYLOADS.filter(({ marker }) => !all.includes(marker)).map(({ name }) => name)).toEqual([]);
    }
  });

  it('keeps all of it inside the fence, visible, on one line, and named as untrusted', () => {
    const faults = walked.shown.flatMap((one) => faultsOf(one).map((fault) => `${one.where}: ${fault}`));
    expect(faults.slice(0, 20)).toEqual([]);
  });

  it('shows each turn of a transcript on a line of its own', () => {
    const transcripts = walked.shown.filter(({ where }) => where.startsWith('get_transcript '));
    expect(transcripts).toHaveLength(2 * walkedVendors.length);
    for (const { where, value } of transcripts.filter(({ kind }) => kind === 'data')) {
      const turns = stringsOf(value).filter(({ path }) => path[0] === 'turns' && path.at(-1) === 'text');
      const text = transcripts.find((one) => one.where === where && one.kind === 'text')?.value;
      const lines = String(text)
        .split('\n')
        .filter((line) => /^\[\d+( \d+s)?\] (agent|caller|tool|system|unknown): /.test(line));
      expect(turns.length).toBeGreaterThan(3);
      expect(lines).toHaveLength(turns.length);
    }
  });

  it('asks a person on one line, with names that cannot be taken for ours', () => {
    // On Cognigy it is one run, which needs no yes.
    const [starts, changes] = [true, false].map((is) => questions.filter((one) => one.endsWith('Start?') === is));
    expect(starts).toHaveLength(walkedVendors.length - 1);
    // Those about changes quote lines between borders.
    for (const question of changes ?? []) expect(faultsOf({ where: '', kind: 'text', value: question })).toEqual([]);
    for (const question of starts ?? []) {
      const ours = question.replace(/"(?:[^"\\]|\\.)*"/g, '""');
      expect(ours).toMatch(/^8 runs of "".* will be started on .*Start\?$/);
      expect(faultsOf({ where: '', kind: 'line', value: ours })).toEqual([]);
      expect(faultsOf({ where: '', kind: 'line', value: question.replaceAll(new RegExp(MARKER, 'g'), '') })).toEqual(
        [],
      );
    }
  });

  it('puts no argument of a prompt but as one cleaned, quoted line', async () => {
    for (const { name } of PROMPTS) {
      const honest = (await walker.prompt(name, 'x')).split('\n').length;
      for (const payload of PAYLOADS) {
        const text = await walker.prompt(name, payload.text);
        expect(text.split('\n')).toHaveLength(honest);
        const ours = text.replace(/"[^"]*"/g, '""');
        expect(ours.split('\n').flatMap((line) => faultsOf({ where: '', kind: 'line', value: line }))).toEqual([]);
      }
    }
  });

  it('logs on one line each, with nothing a terminal obeys', () => {
    for (const server of servers) {
      expect(server.stderr().split('\n').length).toBeGreaterThan(10);
      expect(logFaults(server.stderr())).toEqual([]);
    }
  });
});

/** What answers in our own words, or in those of failure modes (`books.test.ts`), whatever the platform says. */
const SILENT = [
  'list_providers',
  'save_failure_modes',
  'get_trend',
  'cancel_session',
  'apply_agent_change',
  'revert_agent_change',
];
