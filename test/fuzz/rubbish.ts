/** Lines that are no good request, and how each has to be answered. */
import fc from 'fast-check';

export interface Rubbish {
  text: string;
  /** Code of the error that carries no id. */
  refused?: number;
  /** The id, as it stands in the line, that gets an answer. */
  answered?: string;
}

const silent = [
  '',
  ' ',
  '\ufeff',
  '{"jsonrpc":"2.0","id":"nobody","result":{}}',
  '{"jsonrpc":"2.0","id":"nobody","error":{"code":1,"message":"x"}}',
  '{"jsonrpc":"2.0","id":"nobody","error":{}}',
  '{"jsonrpc":"2.0","method":"notifications/initialized"}',
  '{"jsonrpc":"1.0","method":"notifications/initialized"}',
  '{"jsonrpc":"2.0","id":null,"method":"notifications/initialized"}',
  '{"jsonrpc":"2.0","method":"notifications/roots/list_changed"}',
  '{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":1,"progress":1}}',
  '{"jsonrpc":"2.0","method":"notifications/cancelled"}',
  '{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":{"a":1}}}',
  '{"jsonrpc":"2.0","method":"no/such"}',
  '{"jsonrpc":"2.0","method":"x","params":[1]}',
  '{"jsonrpc":"2.0","method":"tools/call","params":{"name":"list_providers"}}',
  '{"__proto__":{"polluted":1},"jsonrpc":"2.0","method":"x"}',
  '\ufeff{"jsonrpc":"2.0","method":"x"}',
  `{"jsonrpc":"2.0","method":"x","params":{"a":"${'x'.repeat(300_000)}"}}`,
  `{"jsonrpc":"2.0","method":"x","params":${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}}`,
];

const unread = [
  '{',
  '}',
  'Content-Length: 10\r',
  '\0{}',
  '['.repeat(20_000),
  '{"jsonrpc":"2.0","id":1,"method":"ping"',
];

const invalid = [
  '[]',
  '[{"jsonrpc":"2.0","id":"batch","method":"ping"}]',
  `${'['.repeat(20_000)}${']'.repeat(20_000)}`,
  'null',
  'true',
  '42',
  '"text"',
  '{}',
  '{"jsonrpc":"2.0"}',
  '{"jsonrpc":"2.0","method":7}',
  '{"jsonrpc":"2.0","id":null,"method":"ping"}',
  '{"jsonrpc":"2.0","id":{"a":1},"method":"ping"}',
  '{"jsonrpc":"2.0","id":[1],"method":"ping"}',
  '{"jsonrpc":"2.0","id":true,"method":"ping"}',
  '{"jsonrpc":"2.0","id":"twice","id":"twice","method":"ping"}',
  `{"jsonrpc":"2.0","id":${'7'.repeat(41)},"method":"ping"}`,
];

const answered: [id: string, text: string][] = [
  ['"old"', '{"jsonrpc":"1.0","id":"old","method":"ping"}'],
  ['1.5', '{"jsonrpc":"2.0","id":1.5,"method":"ping"}'],
  ['"no-method"', '{"jsonrpc":"2.0","id":"no-method"}'],
  ['"m"', '{"jsonrpc":"2.0","id":"m","method":7}'],
  ['"p"', '{"jsonrpc":"2.0","id":"p","method":"ping","params":[1]}'],
  ['"r"', '{"jsonrpc":"2.0","id":"r","method":"ping","result":{}}'],
  ['"n"', '{"jsonrpc":"2.0","id":"n","method":"ping","params":{"_meta":null}}'],
  ['"\\u0065"', '\ufeff{"jsonrpc":"2.0","id":"\\u0065","method":"ping"}\r'],
];

/** Text of no known meaning. */
function made(text: string): Rubbish {
  const line = text.replaceAll('\n', ' ').toWellFormed();
  if (line.replace(/^\ufeff/, '').trim() === '') return { text: line };
  try {
    JSON.parse(line.replace(/^\ufeff/, '').replace(/\r$/, ''));
    return { text: line, refused: -32600 };
  } catch {
    return { text: line, refused: -32700 };
  }
}

export const rubbish: fc.Arbitrary<Rubbish> = fc.oneof(
  { weight: 2, arbitrary: fc.constantFrom<Rubbish>(...silent.map((text) => ({ text }))) },
  fc.constantFrom<Rubbish>(...unread.map((text) => ({ text, refused: -32700 }))),
  fc.constantFrom<Rubbish>(...invalid.map((text) => ({ text, refused: -32600 }))),
  fc.constantFrom<Rubbish>(...answered.map(([id, text]) => ({ text, answered: id }))),
  fc.string({ unit: 'binary', maxLength: 200 }).map(made),
  fc.json({ maxDepth: 4 }).map(made),
);
