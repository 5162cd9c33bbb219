/** Who knows the folder of one vendor knows the others: the same files for the same jobs, with the same exports. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { rowEach, VENDORS } from '../support/platforms.ts';

const FOLDER = resolve(import.meta.dirname, '../../src/providers');

/** What each file exports at least; alternatives stand in one list. */
const SKELETON: Readonly<Record<string, readonly (string | readonly (string | RegExp)[])[]>> = {
  'index.ts': ['definition', 'createProvider'],
  'settings.ts': ['PLATFORM', 'VARIABLES', 'SECRETS', 'Settings', 'readSettings', 'sandboxEnv', 'baseUrlOf'],
  'endpoints.ts': ['ENDPOINTS', 'LEFT_OUT'],
  'api.ts': ['createApi', 'PAGE_SIZE'],
  'wire.ts': ['unwrap', [/Reader$/], [/^Wire/]],
  'faults.ts': ['readFault'],
  'tests.ts': ['createTests'],
  'sessions.ts': ['createSessions'],
  'session-runs.ts': [['readRuns', 'createRunReader']],
  'runs.ts': ['createRuns'],
  'start.ts': ['createStart'],
  'plan.ts': ['planStart', 'OPTIONS'],
  'find.ts': ['findStart'],
  'cancel.ts': ['createCancel'],
  'clusters.ts': ['createClusters'],
  'lookup.ts': ['createLookup', 'Lookup'],
  'agents.ts': ['createAgents'],
  'agent-parts.ts': [[/PARTS$/]],
  'map-agent.ts': ['toAgentBrief'],
  'map-test.ts': [
    ['toTestBrief', 'toCaseBrief'],
    ['toTestDetail', 'toCaseDetail'],
  ],
  'map-session.ts': ['toSession'],
  'map-run.ts': ['toRun', 'statusOf'],
  'verdict.ts': [['toEvaluations', /^judge/]],
  'transcript.ts': ['toTurns'],
};

/** What a platform does not have. */
const LACKS = rowEach<readonly string[]>('LACKS of test/rooms/skeleton.test.ts', {
  synthflow: ['cancel.ts', 'clusters.ts'],
  cognigy: ['clusters.ts'],
  coval: ['clusters.ts'],
  futureagi: [],
});

/** Files for what is peculiar to a platform, and what that is. */
const FURTHER = rowEach<Readonly<Record<string, string>>>('FURTHER of test/rooms/skeleton.test.ts', {
  synthflow: {
    'agent-rules.ts': 'values that it takes one by one are refused together, and no list of values says which',
    'session-count.ts': 'a session comes only with all timelines in it, so that a big one has to be counted by filters',
  },
  cognigy: {
    'agent-objects.ts':
      'an agent stands in several objects: job nodes, tools and settings of a flow, AI agents that flows share',
    'agent-reach.ts': 'endpoints decide who meets an edit: on the present state of the project, or on a snapshot of it',
    'agent-write.ts': 'the configuration of a node is replaced whole, so that it is read right before and merged',
    'agent-copy.ts': 'a copy is made of several requests: a clone, its mark, an AI agent of its own',
    'copied-persona.ts': 'a clone speaks as the AI agent of its flow, which others share',
    'discard-copy.ts': 'a copy is two things, each of which is deleted only while it carries the mark',
    'find-copy.ts': 'a clone whose answer was lost need not carry a mark yet',
    'flow-nodes.ts': 'nodes are listed without order and configuration, and may be found through AI agents only',
    'project.ts': 'every request names a project, of which a key may see several',
    'named.ts': 'flows, models and the like have two ids each, and a key may see only some of them',
    'run-config.ts': 'a run is configured by ids of another API: flow, model, locale, entry point',
    'batch-lists.ts': 'a list of all sessions is documented nowhere, nor is its order',
    'batch-lookup.ts': 'a session stands under its test, and may be readable through lists only',
    'resumed-list.ts': 'a host may heed its cursors only, so that a list cannot be entered in the middle',
  },
  coval: {
    'agent-body.ts': 'metadata and attributes are replaced whole, and may be shown with masks',
    'agent-copy.ts': 'a copy cannot be named as it is made, so that it is found and discarded by a mark given later',
    'agent-types.ts': 'the type of an agent says whether Coval runs it, and else where it lives',
    'agent-write.ts': 'a change goes to the agent or to a copy of it',
    'find-copy.ts': 'a copy whose answer was lost carries no mark yet',
    'opened-agent.ts': 'the two ways of a change share what was read for it',
    'choices.ts': 'nothing is found by name but in lists read whole, which may have lost rows',
    'condition.ts': 'no verdict is stated: a value is held against a condition, written in many forms',
    'filter.ts': 'lists are filtered by expressions with a grammar of their own',
    'judge.ts': 'the results of a run hold values without states, so that only what they leave open is read',
    'message.ts': 'messages of a transcript come in several forms, with tool calls as messages and inside them',
    'metric-book.ts': 'outputs carry no name and no condition: both stand in the definitions of metrics',
    'path-families.ts': 'simulations are served under two families of paths, of which the older may go',
    'results.ts': 'the results of a run come in two shapes that do not go together',
    'simulations.ts': 'a run names and counts its simulations apart from their list',
  },
  futureagi: {
    'agent-ref.ts': 'an agent is one of two kinds, and a prompt has versions that are run',
    'agent-wire.ts': 'the two kinds come from two families of operations, with versions of their own',
    'definition-agent.ts': 'agent definitions are records of agents that run elsewhere',
    'definition-record.ts': 'the key of a definition stands in its versions',
    'definition-write.ts': 'a new version of a definition has no credentials unless their mask is sent back',
    'prompt-agent.ts': 'prompt templates are run by the platform',
    'prompt-parts.ts': 'a prompt is a list of messages with a configuration, of a form of its own',
    'prompt-simulation.ts':
      'a run test of a prompt is pinned to a version, so that another is run by a simulation of its own',
    'prompt-versions.ts': 'reading a prompt template makes a draft, so that its versions are read',
    'prompt-write.ts': 'a change of a prompt is a draft, a commit and a move of the default',
    'error-location.ts': 'some evaluators say where in the input they saw the error, in a list of its own',
    'evaluation-names.ts': 'several evaluations of one run test may have one name, and only ids tell them apart',
    'execution-pages.ts':
      'one numeric evaluation makes every page of an execution fail, unless others are asked for by name',
    'run-order.ts': 'calls are listed by their last update, so that they move while they are scored',
    'runs-one-by-one.ts': 'where no page of an execution can be computed, its calls are read one by one',
    'session-count.ts': 'the counters of a chat stay 0, and pages count themselves',
    'session-list.ts': 'executions are listed for one run test at a time, so that lists of all are merged',
    'session-source.ts': 'such lists go on from a time, because new executions arrive on top',
  },
});

/** Names that say nothing of a job, or the job of another file. */
const FORBIDDEN = ['platform', 'client', 'lists', 'answers', 'errors', 'coverage', 'calls', 'endpoints', 'utils'];

function exportsOf(source: string): string[] {
  const written = source.matchAll(/^export\s+(?:async\s+)?(?:function\*?|const|interface|type|class)\s+(\w+)/gm);
  return [...written].map(([, name = '']) => name);
}

describe.each(VENDORS)('%s', (vendor) => {
  const folder = join(FOLDER, vendor);
  const files = readdirSync(folder);
  const wanted = Object.keys(SKELETON).filter((file) => !LACKS[vendor].includes(file));
  const sourceOf = (file: string) => readFileSync(join(folder, file), 'utf8');

  it('has the files of the skeleton, and of what is peculiar to it, and no others', () => {
    expect(files.sort()).toEqual([...wanted, ...Object.keys(FURTHER[vendor])].sort());
  });

  it.each(wanted)('%s exports what its fellows export', (file) => {
    const names = exportsOf(sourceOf(file));
    for (const one of SKELETON[file] ?? []) {
      const forms = typeof one === 'string' ? [one] : one;
      const isForm = (name: string) =>
        forms.some((form) => (typeof form === 'string' ? form === name : form.test(name)));
      expect(names.some(isForm), `${file} exports ${forms.join(' or ')}`).toBe(true);
    }
  });

  it('calls no file by a forbidden name', () => {
    expect(files.filter((file) => FORBIDDEN.includes(file.replace(/(?<!endpoints)\.ts$/, '')))).toEqual([]);
  });

  it('says in the first comment of each file what it is for', () => {
    expect(files.filter((file) => !/^\/\*\*\s[\s\S]{20,}?\*\//.test(sourceOf(file)))).toEqual([]);
  });
});

it('holds every folder of the room, which is in the registry', () => {
  const folders = readdirSync(FOLDER, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  expect(folders.map(({ name }) => name).sort()).toEqual([...VENDORS, 'shared'].sort());
});

it('finds exports of every kind', () => {
  const source = 'export const A = 1;\nexport interface B {}\nexport async function* c() {}\nconst export_d = 1;\n';
  expect(exportsOf(source)).toEqual(['A', 'B', 'c']);
});
