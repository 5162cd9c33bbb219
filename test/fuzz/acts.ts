/** What a client does on the pipe: requests of every method, cancels, rubbish, and how the bytes are cut. */
import fc from 'fast-check';
import { ENVELOPE, type Json } from '../support/raw-server.ts';
import { callOf, type Known, strangeText, strangeValue } from './arguments.ts';
import { type Rubbish, rubbish } from './rubbish.ts';

export const CONNECTIONS = ['classic', 'classic-asking', 'modern', 'rude'] as const;
export type Connection = (typeof CONNECTIONS)[number];

export type Act =
  /** A request with a good id, as it is written in the line: it must be answered, with these characters. */
  | { kind: 'request'; id: string; method: string; params?: Json }
  /** Cancels one of the requests before it, by its distance. */
  | { kind: 'cancel'; back: number }
  /** Sends a request before it again, with the same id. */
  | { kind: 'again'; back: number }
  /** A line that is no good request: it must do no harm. */
  | ({ kind: 'line' } & Rubbish);

const uris = (refs: Known): fc.Arbitrary<string> =>
  fc.oneof(
    fc
      .tuple(
        fc.constantFrom(...refs.session, ...refs.run),
        fc.constantFrom('', '', '/fma', '/transcript', '/recording'),
      )
      .map(([ref, part]) => `simulation://${ref}${part}`),
    fc.constant('simulation://guide'),
    strangeText,
    strangeText.map((text) => `simulation://${text}`),
  );

function requestOf(refs: Known, modern: boolean): fc.Arbitrary<{ method: string; params?: Json }> {
  const call = callOf(refs);
  const uri = uris(refs);
  const others: fc.Arbitrary<{ method: string; params?: Json }>[] = [
    fc
      .constantFrom('tools/list', 'prompts/list', 'resources/templates/list', 'ping', 'server/discover')
      .map((method) => ({
        method,
      })),
    fc
      .constantFrom('tools/list', 'prompts/list')
      .chain((method) => strangeValue.map((cursor) => ({ method, params: { cursor } }))),
    uri.map((one) => ({ method: 'resources/read', params: { uri: one } })),
    fc
      .constantFrom('resources/subscribe', 'resources/unsubscribe')
      .chain((method) => uri.map((one) => ({ method, params: { uri: one } }))),
    fc
      .tuple(
        fc.oneof(fc.constantFrom('diagnose_session', 'fix_agent', 'check_regression', 'qa_review'), strangeText),
        fc.dictionary(
          fc.constantFrom('session', 'before', 'after', 'provider', 'x'),
          fc.oneof(strangeText, fc.constantFrom(...refs.session)),
        ),
      )
      .map(([name, args]) => ({ method: 'prompts/get', params: { name, arguments: args } })),
    fc
      .tuple(
        fc.constantFrom('provider', 'id', 'session', 'before', 'test', 'x'),
        strangeText,
        fc.constantFrom('ref/prompt', 'ref/resource', 'ref/x'),
      )
      .map(([name, value, type]) => ({
        method: 'completion/complete',
        params: {
          ref: { type, name: 'diagnose_session', uri: 'simulation://{provider}/session/{id}' },
          argument: { name, value },
        },
      })),
    fc.tuple(strangeText, fc.dictionary(strangeText, strangeValue, { maxKeys: 2 })).map(([method, params]) => ({
      method: method || 'x',
      params,
    })),
    fc.constant({ method: 'resources/list' }),
  ];
  const calling = fc
    .tuple(call, fc.option(fc.oneof(fc.integer(), strangeText), { nil: undefined, freq: 4 }), strangeText)
    .map(([params, progressToken, state]): { method: string; params: Json } => ({
      method: 'tools/call',
      params: {
        ...params,
        ...(progressToken === undefined ? {} : { _meta: { progressToken } }),
        // An answer to a question that nobody asked.
        ...(modern && state.length % 7 === 1
          ? { requestState: state, inputResponses: { confirm: { action: 'accept', content: { proceed: true } } } }
          : {}),
      },
    }));
  return fc.oneof({ weight: 12, arbitrary: calling }, ...others.map((arbitrary) => ({ weight: 1, arbitrary })));
}

/** In the stateless era each request carries its envelope, sometimes a spoilt one. */
function enveloped(spoil: number, params: Json | undefined, value: unknown): Json {
  const own = params?._meta;
  const meta: Json = { ...ENVELOPE, ...(typeof own === 'object' && own !== null ? own : {}) };
  const names = Object.keys(ENVELOPE);
  const name = names[spoil % names.length] ?? '';
  if (spoil < names.length) meta[name] = value;
  return { ...params, _meta: meta };
}

/** Forms of ids; `N` stands for a number. Most are `N` alone. */
const FLAVOURS: ((word: string) => string)[] = [
  (word) => JSON.stringify(`N ${word}`),
  () => '-N',
  () => 'N.0',
  () => 'N00000000000000000001',
  () => 'Ne30',
  () => '"\\u00e9 N"',
];

/** One connection's acts; ids are made unique afterwards. */
export function actsOf(refs: Known, connection: Connection, count: number): fc.Arbitrary<Act[]> {
  const modern = connection === 'modern';
  const request = fc
    .tuple(requestOf(refs, modern), fc.nat({ max: 60 }), strangeValue, fc.nat({ max: 7 }), strangeText)
    .map(
      ([{ method, params }, spoil, value, flavour, word]): Act => ({
        kind: 'request',
        id: FLAVOURS[flavour]?.(word) ?? 'N',
        method,
        ...(modern ? { params: enveloped(spoil, params, value) } : params ? { params } : {}),
      }),
    );
  const act: fc.Arbitrary<Act> = fc.oneof(
    { weight: 80, arbitrary: request },
    { weight: 7, arbitrary: fc.nat({ max: 12 }).map((back): Act => ({ kind: 'cancel', back })) },
    { weight: 2, arbitrary: fc.nat({ max: 12 }).map((back): Act => ({ kind: 'again', back })) },
    { weight: 9, arbitrary: rubbish.map((one): Act => ({ kind: 'line', ...one })) },
  );
  return fc.array(act, { minLength: count, maxLength: count, size: 'max' }).map((acts) =>
    // The number of the act makes its id one of its own.
    acts.map((one, index) =>
      one.kind === 'request' ? { ...one, id: one.id.replace('N', () => String(index + 10)) } : one,
    ),
  );
}
