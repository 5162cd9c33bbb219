/** What a client does on the pipe: requests of every method, cancels, rubbish, and how the bytes are cut. */
import fc from 'fast-check';
import { ENVELOPE, type Id, type Json } from '../support/raw-server.ts';
import { callOf, type Known, strangeText, strangeValue } from './arguments.ts';

export const CONNECTIONS = ['classic', 'classic-asking', 'modern', 'rude'] as const;
export type Connection = (typeof CONNECTIONS)[number];

export type Act =
  /** A request with a good id: it must be answered. */
  | { kind: 'request'; id: Id; method: string; params?: Json }
  /** Cancels one of the requests before it, by its distance. */
  | { kind: 'cancel'; back: number }
  /** Sends a request before it again, with the same id. */
  | { kind: 'again'; back: number }
  /** A line that is no request: it must do no harm. */
  | { kind: 'line'; text: string };

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

const rubbish: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    '{',
    '}',
    '[]',
    '[{"jsonrpc":"2.0","id":"batch","method":"ping"}]',
    'null',
    'true',
    '42',
    '"text"',
    '{}',
    '{"jsonrpc":"2.0"}',
    '{"jsonrpc":"1.0","id":"old","method":"ping"}',
    '{"jsonrpc":"2.0","id":null,"method":"ping"}',
    '{"jsonrpc":"2.0","id":{"a":1},"method":"ping"}',
    '{"jsonrpc":"2.0","id":[1],"method":"ping"}',
    '{"jsonrpc":"2.0","id":true,"method":"ping"}',
    '{"jsonrpc":"2.0","id":1.5,"method":"ping"}',
    '{"jsonrpc":"2.0","id":"no-method"}',
    '{"jsonrpc":"2.0","id":"m","method":7}',
    '{"jsonrpc":"2.0","id":"p","method":"ping","params":[1]}',
    '{"jsonrpc":"2.0","id":"nobody","result":{}}',
    '{"jsonrpc":"2.0","id":"nobody","error":{"code":1,"message":"x"}}',
    '{"jsonrpc":"2.0","id":"nobody","error":{}}',
    '{"jsonrpc":"2.0","method":"notifications/initialized"}',
    '{"jsonrpc":"2.0","method":"notifications/roots/list_changed"}',
    '{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":1,"progress":1}}',
    '{"jsonrpc":"2.0","method":"notifications/cancelled"}',
    '{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":{"a":1}}}',
    '{"jsonrpc":"2.0","method":"no/such"}',
    '{"jsonrpc":"2.0","method":"tools/call","params":{"name":"list_providers"}}',
    '{"__proto__":{"polluted":1},"jsonrpc":"2.0","method":"x"}',
    '\ufeff{"jsonrpc":"2.0","method":"x"}',
    'Content-Length: 10\r',
    `{"jsonrpc":"2.0","method":"x","params":{"a":"${'x'.repeat(300_000)}"}}`,
    `${'['.repeat(20_000)}`,
    `{"jsonrpc":"2.0","method":"x","params":${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}}`,
  ),
  fc.string({ unit: 'binary', maxLength: 200 }).map((text) => text.replaceAll('\n', ' ')),
  fc.json({ maxDepth: 4 }).map((text) => text.replaceAll('\n', ' ')),
);

/** One connection's acts; ids are made unique afterwards. */
export function actsOf(refs: Known, connection: Connection, count: number): fc.Arbitrary<Act[]> {
  const modern = connection === 'modern';
  const request = fc
    .tuple(requestOf(refs, modern), fc.nat({ max: 60 }), strangeValue, fc.nat({ max: 4 }), strangeText)
    .map(
      ([{ method, params }, spoil, value, flavour, word]): Act => ({
        kind: 'request',
        id: flavour === 0 ? word : flavour === 1 ? -1 : 1,
        method,
        ...(modern ? { params: enveloped(spoil, params, value) } : params ? { params } : {}),
      }),
    );
  const act: fc.Arbitrary<Act> = fc.oneof(
    { weight: 80, arbitrary: request },
    { weight: 7, arbitrary: fc.nat({ max: 12 }).map((back): Act => ({ kind: 'cancel', back })) },
    { weight: 2, arbitrary: fc.nat({ max: 12 }).map((back): Act => ({ kind: 'again', back })) },
    { weight: 9, arbitrary: rubbish.map((text): Act => ({ kind: 'line', text })) },
  );
  return fc
    .array(act, { minLength: count, maxLength: count, size: 'max' })
    .map((acts) =>
      acts.map((one, index) =>
        one.kind === 'request'
          ? { ...one, id: typeof one.id === 'string' ? `${index} ${one.id}` : one.id * (index + 10) }
          : one,
      ),
    );
}
