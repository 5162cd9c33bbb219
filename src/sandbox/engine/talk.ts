/** One conversation while it is being made: turns on a clock, slips of the agent, wording by seed. */
import type { Cause, Policies } from './policies.ts';
import { fraction, pick } from './random.ts';
import type { Conversation, EngineTurn } from './types.ts';

export type Language = 'en' | 'es' | 'de';
/** Variants of one line; languages that are missing fall back to English. */
export type Lines = readonly string[] | { en: readonly string[]; es?: readonly string[]; de?: readonly string[] };

/** A moment at which the agent did wrong, and the playbook's defect behind it. */
export interface Slip {
  cause: Cause;
  turn: number;
  /** Facts that reasons may mention, e.g. `{ said: '$75', right: '$40' }`. */
  facts: Record<string, string>;
}

export interface TalkOptions {
  policies: Policies;
  language: Language;
  /** Everything wording depends on: seed, case, variant. */
  key: string;
  iteration: number;
  variables: Record<string, unknown>;
}

export interface Talk extends TalkOptions {
  readonly turns: EngineTurn[];
  readonly slips: Slip[];
  ended: Conversation['ended_reason'];
  /** The conversation has ended; scenes that follow are not played. */
  over: boolean;
  agent(line: string, variants: Lines, slower?: number): number;
  caller(line: string, variants: Lines): number;
  tool(name: string, args: Record<string, unknown>, result: unknown, seconds?: number): number;
  slip(cause: Cause, turn: number, facts?: Record<string, string>): void;
  latency(): number;
  seconds(): number;
}

/** One step of a script: the caller and the agent exchange a few turns, as the policies have it. */
export type Scene = (talk: Talk) => void;

/** Replaces `{name}` and `{{name}}` by the run's variables; unknown names stay as they are. */
export function fill(text: string, variables: Readonly<Record<string, unknown>>): string {
  return text.replace(/\{\{\s*([\w.-]+)\s*\}\}|\{([\w.-]+)\}/g, (whole, double, single) => {
    const name = String(double ?? single);
    const value = Object.hasOwn(variables, name) ? variables[name] : undefined;
    return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : whole;
  });
}

const GO_AHEAD: Lines = {
  en: ['Sure, go ahead.', 'Of course, please tell me more.', 'Certainly. What exactly is it about?'],
  es: ['Claro, dígame.'],
  de: ['Gern, worum geht es genau?'],
};

/** A conversation without a turn yet. */
export function createTalk(options: TalkOptions): Talk {
  const turns: EngineTurn[] = [];
  const slips: Slip[] = [];
  let lastLine = '';
  let clock = 0;
  let answered = 0;
  let waited = 0;

  function words(variants: Lines, language: Language, line: string): string {
    const options_ = 'en' in variants ? (variants[language] ?? variants.en) : variants;
    return fill(pick(`${options.key}/${line}`, options_), options.variables);
  }
  function push(turn: Omit<EngineTurn, 'at_seconds'>, gap: number, length: number): number {
    clock += gap;
    turns.push({ ...turn, at_seconds: Math.round(clock * 10) / 10 });
    clock += length;
    return turns.length - 1;
  }
  const spoken = (text: string) => 0.6 + text.split(' ').length / 2.7;
  const jitter = (line: string) => fraction(`${options.key}/${line}/gap`);

  return {
    ...options,
    turns,
    slips,
    ended: 'caller-hung-up',
    over: false,
    agent(line, variants, slower = 0) {
      const text = words(variants, options.policies.match_language ? options.language : 'en', line);
      const gap = turns.length === 0 ? 0.4 : 0.6 + jitter(line) * 0.9 + slower;
      answered += 1;
      waited += gap;
      return push({ speaker: 'agent', text }, gap, spoken(text));
    },
    caller(line, variants) {
      const last = turns.at(-1);
      if (last?.speaker === 'caller' && lastLine === 'request') this.agent('go-ahead', GO_AHEAD);
      const text = words(variants, options.language, line);
      lastLine = line;
      if (last?.speaker === 'caller' && turns.at(-1) === last) {
        // Nobody answers in between: the caller just goes on.
        last.text += ` ${text}`;
        clock += spoken(text);
        return turns.length - 1;
      }
      return push({ speaker: 'caller', text }, 0.3 + jitter(line) * 0.8, spoken(text));
    },
    tool(name, args, result, seconds = 0.5) {
      const filled = Object.fromEntries(
        Object.entries(args).map(([key, value]) => [
          key,
          typeof value === 'string' ? fill(value, options.variables) : value,
        ]),
      );
      const text = fill(JSON.stringify(result), options.variables);
      return push(
        {
          speaker: 'tool',
          text: `${name}(${JSON.stringify(filled)}) -> ${text}`,
          tool: { name, arguments: filled, result: text },
        },
        0.1,
        seconds,
      );
    },
    slip(cause, turn, facts = {}) {
      slips.push({ cause, turn, facts });
    },
    latency: () => Math.round((waited / Math.max(1, answered)) * 100) / 100,
    seconds: () => Math.round(clock * 10) / 10,
  };
}
