/** A model on loopback that answers in either wire format, well or badly, as each test says. It is a real HTTP server. */
import type { ServerResponse } from 'node:http';
import type { ModelApi } from '../../../src/model/model-apis.ts';
import { modelEndpoint } from '../../../src/modes/reader/endpoint.ts';
import { createModel, type Model, type ModelOptions } from '../../../src/modes/reader/model.ts';
import { atEnd, httpServer, json, type Seen } from '../../http/servers.ts';
import { at, list, text } from '../../support/data.ts';

export const KEY = 'sk-canary-6f1d0b7e9c2a4835';

/** What a model was asked. */
export interface Question {
  /** Known modes, as they were shown. */
  known: { mode: string; title: string; definition: string }[];
  /** Lines by number. */
  rows: { line: number; criterion: string; reason: string; times: number }[];
  /** What was said to be wrong with its answer before; '' at first. */
  mistakes: string;
  request: Seen;
  body: unknown;
}

/** An object to answer with, a text, or something done with the response itself. */
export type FakeAnswer =
  | { code: unknown }
  | { say: string; finish?: string }
  | { act: (response: ServerResponse) => void };

export interface FakeModel {
  url: string;
  questions: Question[];
}

/** `answer` gets each question and its number, from 0. */
export async function fakeModel(
  api: ModelApi,
  answer: (question: Question, index: number) => FakeAnswer,
): Promise<FakeModel> {
  const questions: Question[] = [];
  const { origin } = await httpServer((request, response, index) => {
    const question = questionOf(api, request);
    questions.push(question);
    const said = answer(question, index);
    if ('act' in said) said.act(response);
    else if ('code' in said) json(response, 200, envelope(api, JSON.stringify(said.code)));
    else json(response, 200, envelope(api, said.say, said.finish));
  });
  return { url: origin, questions };
}

export function envelope(api: ModelApi, said: string, finish?: string): unknown {
  return api === 'openai'
    ? {
        id: 'chatcmpl-1',
        object: 'chat.completion',
        choices: [{ index: 0, message: { role: 'assistant', content: said }, finish_reason: finish ?? 'stop' }],
        usage: { prompt_tokens: 11, completion_tokens: 7, total_tokens: 18 },
      }
    : {
        id: 'msg_1',
        type: 'message',
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: 'About {"assigned": …}', signature: 'x' },
          { type: 'text', text: said },
        ],
        stop_reason: finish ?? 'end_turn',
        usage: { input_tokens: 11, output_tokens: 7 },
      };
}

function questionOf(api: ModelApi, request: Seen): Question {
  const body: unknown = JSON.parse(request.body);
  const all = list(at(body, 'messages'));
  const messages = all.filter((message) => at(message, 'role') !== 'system');
  const instructions = api === 'openai' ? at(all[0], 'content') : at(body, 'system');
  if (!text(instructions).includes('root cause')) throw new Error('It was not told what to do.');
  const [modes = '', lines = ''] = text(at(messages[0], 'content')).split(/\n\nLines 1 to \d+:\n/);
  return {
    known: values(modes).map((mode) => ({
      mode: text(at(mode, 'mode')),
      title: text(at(mode, 'title')),
      definition: text(at(mode, 'definition')),
    })),
    rows: values(lines).map((row) => {
      const [line, criterion, reason, times] = list(row);
      return { line: Number(line), criterion: text(criterion), reason: text(reason), times: Number(times) };
    }),
    mistakes: messages.length > 1 ? text(at(messages.at(-1), 'content')) : '',
    request,
    body,
  };
}

function values(block: string): unknown[] {
  return block
    .split('\n')
    .filter((line) => /^[[{]/.test(line))
    .map((line) => JSON.parse(line));
}

/** A client of it, without waits that a test would feel. */
export function modelAt(url: string, api: ModelApi, options: Partial<ModelOptions> = {}): Model {
  const model = createModel({
    endpoint: modelEndpoint(url, api),
    api,
    name: 'reader-1',
    key: KEY,
    seams: { sleep: async () => {} },
    ...options,
  });
  atEnd(() => model.close());
  return model;
}

/** An answer that groups rows by the title that `titleOf` gives each: known modes by title, else new ones; undefined is a single. */
export function groupedBy(
  { rows, known }: Pick<Question, 'rows' | 'known'>,
  titleOf: (row: Question['rows'][number]) => string | undefined,
) {
  const groups = new Map<string, number[]>();
  const singles: number[] = [];
  for (const row of rows) {
    const title = titleOf(row);
    if (title === undefined) singles.push(row.line);
    else groups.set(title, [...(groups.get(title) ?? []), row.line]);
  }
  const modeOf = (title: string) => known.find((one) => one.title === title)?.mode;
  return {
    assigned: [...groups].flatMap(([title, lines]) => {
      const mode = modeOf(title);
      return mode === undefined ? [] : [{ mode, lines }];
    }),
    new_modes: [...groups].flatMap(([title, lines]) => (modeOf(title) === undefined ? [newMode(title, lines)] : [])),
    singles,
  };
}

export function newMode(title: string, lines: number[]) {
  return {
    title,
    definition: `Failures of the cause “${title}”.`,
    source: 'agent',
    fix_kind: 'prompt',
    fix: '',
    lines,
  };
}
