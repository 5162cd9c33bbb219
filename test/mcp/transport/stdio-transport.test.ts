/** Whatever is a request gets an answer, in the characters of its id; what cannot be read is told. */
import { afterEach, describe, expect, it } from 'vitest';
import { gate } from '../../support/waiting.ts';
import { gist, type Handler, initialize, openWire, serverOf, type Wire } from './wire.ts';

let wire: Wire;
afterEach(() => wire.close());

async function opened(version?: string, handler?: Handler): Promise<Wire> {
  wire = openWire(serverOf(handler));
  await wire.send(initialize(version));
  return wire;
}

const ping = (id: string) => `{"jsonrpc":"2.0","id":${id},"method":"ping"}`;

describe('an id comes back in the characters it came in', () => {
  it.each([
    '1785312000000000000',
    '9007199254740993',
    '1.0',
    '1e3',
    '-0',
    '0.1e-7',
    '1e400',
    '12345678901234567890123456789012345678.5',
    '"12"',
    '""',
    '"\\u0061"',
    '"ü \\ud83d\\ude00"',
  ])('%s', async (id) => {
    await opened();
    const [line, ...more] = await wire.send(ping(id));
    expect(line).toContain(`"id":${id}}`);
    expect(more).toEqual([]);
    expect(wire.unread).toEqual([]);
  });

  it('also in the answer to what is refused', async () => {
    await opened();
    const [line] = await wire.send('{"jsonrpc":"2.0","id":1785312000000000000,"method":"no/such"}');
    expect(line).toContain('"id":1785312000000000000}');
  });

  it('also when two requests share it', async () => {
    await opened();
    expect(await wire.send(ping('5'), ping('5'))).toHaveLength(2);
  });
});

describe('a progress token', () => {
  const telling: Handler = async (_args, ctx) => {
    const progressToken = ctx.mcpReq._meta?.progressToken ?? 'none';
    await ctx.mcpReq.notify({ method: 'notifications/progress', params: { progressToken, progress: 1 } });
    return 'told';
  };
  const call = (token: string) =>
    `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"_meta":{"progressToken":${token}},"name":"x"}}`;

  it.each(['17853120000000000001', '1.0', '"a"', '0'])('%s comes back as it came', async (token) => {
    await opened(undefined, telling);
    const [progress, answer] = await wire.send(call(token));
    expect(progress).toContain(`"progressToken":${token}}`);
    expect(gist(answer)).toEqual([1, 'result']);
  });

  it('is not told of once its call is over', async () => {
    let late = async () => {};
    await opened(undefined, async (args, ctx, server) => {
      late = () => telling(args, ctx, server).then(() => {});
      return 'over';
    });
    await wire.send(call('7'));
    await late();
    expect(await wire.send()).toEqual([]);
  });

  it('of more than 40 digits is refused', async () => {
    await opened(undefined, telling);
    expect(gist((await wire.send(call('1'.repeat(41))))[0])).toEqual([1, -32600]);
  });

  it.each(['true', '{}', '[1]'])('%s is none', async (token) => {
    await opened(undefined, telling);
    expect(gist((await wire.send(call(token)))[0])).toEqual([1, -32602]);
  });
});

describe('what is no good request', () => {
  it.each<[string, unknown]>([
    ['not json', [undefined, -32700]],
    ['{"jsonrpc":"2.0","id":1,"method":"ping"', [undefined, -32700]],
    ['\0{"jsonrpc":"2.0","id":1,"method":"ping"}', [undefined, -32700]],
    ['null', [undefined, -32600]],
    ['"text"', [undefined, -32600]],
    ['{}', [undefined, -32600]],
    ['{"jsonrpc":"2.0"}', [undefined, -32600]],
    ['{"jsonrpc":"2.0","id":3}', [3, -32600]],
    ['{"jsonrpc":"1.0","id":3,"method":"ping"}', [3, -32600]],
    ['{"jsonrpc":2.0,"id":3,"method":"ping"}', [3, -32600]],
    ['{"id":3,"method":"ping"}', [3, -32600]],
    ['{"jsonrpc":"2.0","id":3,"method":7}', [3, -32600]],
    ['{"jsonrpc":"2.0","method":7}', [undefined, -32600]],
    ['{"jsonrpc":"2.0","id":null,"method":"ping"}', [undefined, -32600]],
    ['{"jsonrpc":"2.0","id":{"a":1},"method":"ping"}', [undefined, -32600]],
    ['{"jsonrpc":"2.0","id":[1],"method":"ping"}', [undefined, -32600]],
    ['{"jsonrpc":"2.0","id":true,"method":"ping"}', [undefined, -32600]],
    [`{"jsonrpc":"2.0","id":${'1'.repeat(41)},"method":"ping"}`, [undefined, -32600]],
    ['{"jsonrpc":"2.0","id":3,"method":"ping","result":{}}', [3, -32600]],
    ['{"jsonrpc":"2.0","id":3,"id":4,"method":"ping"}', [undefined, -32600]],
    ['{"jsonrpc":"2.0","id":3,"\\u0069d":4,"method":"ping"}', [undefined, -32600]],
    ['{"jsonrpc":"2.0","id":3,"method":"ping","method":"tools/list"}', [3, -32600]],
    ['{"jsonrpc":"2.0","id":3,"method":"tools/call","params":{"name":"a","name":"b"}}', [3, -32600]],
    [`{"jsonrpc":"2.0","id":3,"method":"ping","params":${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}}`, [3, -32600]],
    ['['.repeat(50_000), [undefined, -32700]],
    [`${'['.repeat(50_000)}${']'.repeat(50_000)}`, [undefined, -32600]],
    ['{"jsonrpc":"2.0","id":3,"method":"ping","params":[1]}', [3, -32602]],
    ['{"jsonrpc":"2.0","id":3,"method":"ping","params":"x"}', [3, -32602]],
    ['{"jsonrpc":"2.0","id":3,"method":"ping","params":{"_meta":7}}', [3, -32602]],
    ['{"jsonrpc":"2.0","id":3,"method":"tools/list","params":{"cursor":7}}', [3, -32602]],
    ['{"jsonrpc":"2.0","id":3,"method":"prompts/get","params":{"name":"a","arguments":{"b":5}}}', [3, -32602]],
    ['{"jsonrpc":"2.0","id":3,"method":"tools/call","params":{"name":5}}', [3, -32602]],
    ['{"jsonrpc":"2.0","id":3,"method":"resources/subscribe"}', [3, -32602]],
  ])('%.80s is answered with an error, once', async (line, answer) => {
    await opened();
    const lines = await wire.send(line, ping('"alive"'));
    expect(lines.map(gist)).toEqual([answer, ['alive', 'result']]);
    expect(Object.keys(JSON.parse(lines[0] ?? '')).includes('id')).toBe(
      Array.isArray(answer) && answer[0] !== undefined,
    );
    expect(lines[0]?.length).toBeLessThan(400);
    expect(lines[0]).not.toMatch(/invalid_type|\\n/);
  });

  it('is told on the log, once each', async () => {
    await opened();
    await wire.send('not json', '{"jsonrpc":"1.0","id":3,"method":"ping"}', '{"jsonrpc":"2.0","id":1,"result":{}}');
    expect(wire.unread).toHaveLength(3);
  });
});

describe('bytes that are no UTF-8', () => {
  it.each<[string, unknown[]]>([
    ['{"jsonrpc":"2.0","id":4,"method":"tools/call","params":{"name":"a\xff"}}', [[4, -32700]]],
    ['{"jsonrpc":"2.0","id":"\xff","method":"ping"}', [[undefined, -32700]]],
    ['{"jsonrpc":"2.0","method":"notifications/x","params":{"a":"\xff"}}', []],
    ['\xff', [[undefined, -32700]]],
  ])('%s is acted on in nothing', async (line, answer) => {
    const called: unknown[] = [];
    await opened(undefined, async (args) => String(called.push(args)));
    expect((await wire.send(Buffer.from(`${line}\n`, 'latin1'))).map(gist)).toEqual(answer);
    expect(called).toEqual([]);
    expect(wire.unread).toHaveLength(1);
  });
});

describe('initialize', () => {
  it.each([
    ['without clientInfo', { protocolVersion: '2025-11-25', capabilities: {} }, /clientInfo/],
    ['without anything', undefined, /params/],
    ['with capabilities that are none', { ...initialize().params, capabilities: { roots: 5 } }, /capabilities\.roots/],
  ])('%s is refused in few words', async (_name, params, words) => {
    wire = openWire();
    const [line] = await wire.send({ jsonrpc: '2.0', id: 1, method: 'initialize', params });
    const { error } = JSON.parse(line ?? '');
    expect(error.code).toBe(-32602);
    expect(error.message).toMatch(words);
    expect(error.message.length).toBeLessThan(200);
  });

  it('cannot be cancelled', async () => {
    wire = openWire();
    const cancel = { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 'init' } };
    expect((await wire.send(initialize(), cancel)).map(gist)).toEqual([['init', 'result']]);
  });
});

describe('null counts as absent', () => {
  it.each([
    '{"jsonrpc":"2.0","id":1,"method":"tools/list","params":null}',
    '{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"_meta":null}}',
    '{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"cursor":null}}',
    '{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"_meta":{"progressToken":null}}}',
    '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"x","arguments":null}}',
    '{"jsonrpc":"2.0","id":1,"method":"prompts/get","params":{"name":"x","arguments":{"session":null}}}',
    '{"jsonrpc":"2.0","id":1,"method":"ping","params":{},"result":null,"error":null}',
  ])('%s', async (line) => {
    await opened();
    expect((await wire.send(line)).map(gist)).toEqual([[1, 'result']]);
  });

  it('in what a client says of itself', async () => {
    wire = openWire();
    const nulls = {
      capabilities: { roots: null, experimental: null },
      clientInfo: { name: 'a', version: '1', title: null },
    };
    const params = { protocolVersion: '2025-11-25', ...nulls };
    expect((await wire.send({ jsonrpc: '2.0', id: 1, method: 'initialize', params })).map(gist)).toEqual([
      [1, 'result'],
    ]);
  });

  it('but a tool gets its own arguments as they were sent', async () => {
    await opened(undefined, async (args) => JSON.stringify(args));
    const params = { name: 'x', arguments: { a: null, b: { c: null } } };
    const [line] = await wire.send({ jsonrpc: '2.0', id: 1, method: 'tools/call', params });
    expect(JSON.parse(line ?? '').result.content[0].text).toBe('{"a":null,"b":{"c":null}}');
  });
});

it('a result that does not fit is no fault of its request, and no dump either', async () => {
  await opened(undefined, async () => Object(5));
  const [line] = await wire.send({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'x' } });
  expect(gist(line)).toEqual([1, -32603]);
  expect(line).not.toMatch(/invalid_type|expected/);
});

it('an id is told on the log in part', async () => {
  const told: unknown[] = [];
  wire = openWire(undefined, (fields) => void told.push(fields.id));
  await wire.send({ jsonrpc: '1.0', id: 'x'.repeat(10_000), method: 'ping' });
  expect(String(told[0]).length).toBeLessThan(100);
});

describe('what needs no answer gets none', () => {
  it.each([
    '{"jsonrpc":"2.0","method":"notifications/nothing"}',
    '{"jsonrpc":"2.0","method":"notifications/initialized","params":[1]}',
    '{"jsonrpc":"1.0","method":"notifications/initialized"}',
    '{"jsonrpc":"2.0","id":null,"method":"notifications/initialized"}',
    '{"jsonrpc":"2.0","method":"notifications/cancelled"}',
    '{"jsonrpc":"2.0","method":"notifications/cancelled","params":null}',
    '{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":{"a":1}}}',
    '{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":5}}',
    '{"jsonrpc":"2.0","method":"ping","params":{"_meta":{"progressToken":{}}}}',
    '{"jsonrpc":"2.0","id":77,"result":{}}',
    '{"jsonrpc":"2.0","id":"","result":{}}',
    '{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"?"}}',
    '{"jsonrpc":"2.0","id":77,"error":{}}',
    '{"id":77,"result":null,"method":null}',
    '',
    ' \t\r',
    '\ufeff',
  ])('%s', async (line) => {
    await opened();
    expect((await wire.send(line, ping('"alive"'))).map(gist)).toEqual([['alive', 'result']]);
  });
});

describe('a batch', () => {
  const two = `[${ping('1.0')},{"jsonrpc":"2.0","method":"notifications/x"},{"jsonrpc":"2.0","id":"b","method":"no/such"}]`;

  it('is one list at 2025-03-26', async () => {
    await opened('2025-03-26');
    const lines = await wire.send(two);
    expect(lines.map(gist)).toEqual([
      [
        [1, 'result'],
        ['b', -32601],
      ],
    ]);
    expect(lines[0]).toContain('"id":1.0}');
  });

  it.each(['2024-11-05', '2025-06-18', '2025-11-25'])('is refused as a whole at %s', async (version) => {
    await opened(version);
    expect((await wire.send(two)).map(gist)).toEqual([[undefined, -32600]]);
  });

  it('is refused before there is a version', async () => {
    wire = openWire();
    expect((await wire.send(two)).map(gist)).toEqual([[undefined, -32600]]);
  });

  it('is refused where such an initialize was', async () => {
    wire = openWire();
    const { clientInfo: _, ...params } = initialize('2025-03-26').params;
    await wire.send({ ...initialize(), params });
    expect((await wire.send(two)).map(gist)).toEqual([[undefined, -32600]]);
  });

  it('may come in one piece with the initialize before it', async () => {
    wire = openWire();
    expect((await wire.send(`${JSON.stringify(initialize('2025-03-26'))}\n${two}`)).map(gist)).toHaveLength(2);
  });

  it.each([
    ['[]', [undefined, -32600]],
    ['[1]', [[undefined, -32600]]],
    [
      `[${ping('1')},[${ping('2')}]]`,
      [
        [1, 'result'],
        [undefined, -32600],
      ],
    ],
    [`[{"jsonrpc":"2.0","id":4,"method":"initialize","params":{}}]`, [[4, -32600]]],
    [`[{"jsonrpc":"2.0","id":4,"method":"ping","params":{"_meta":{"progressToken":{}}}}]`, [[4, -32602]]],
  ])('%s', async (line, answer) => {
    await opened('2025-03-26');
    expect((await wire.send(line)).map(gist)).toEqual([answer]);
  });

  it('of notifications and responses alone gets no answer', async () => {
    await opened('2025-03-26');
    expect(
      await wire.send('[{"jsonrpc":"2.0","method":"notifications/x"},{"jsonrpc":"2.0","id":9,"result":{}}]'),
    ).toEqual([]);
  });

  it('waits for its slowest request, and not for one that is cancelled', async () => {
    const slow = gate();
    await opened('2025-03-26', () => slow.opened.then(() => 'at last'));
    const call = (id: number) => ({ jsonrpc: '2.0', id, method: 'tools/call', params: { name: 'x' } });
    expect(await wire.send([call(1), call(2), { jsonrpc: '2.0', id: 3, method: 'ping' }])).toEqual([]);
    const cancel = { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 2 } };
    expect(await wire.send(cancel)).toEqual([]);
    slow.open();
    expect((await wire.send()).map(gist)).toEqual([
      [
        [1, 'result'],
        [3, 'result'],
      ],
    ]);
  });
});

describe('cancelling', () => {
  it.each([
    ['1785312000000000000', '1785312000000000000'],
    ['1.0', '1.0'],
    ['1e3', '1000'],
    ['"a"', '"\\u0061"'],
  ])('of %s by %s ends that request', async (id, requestId) => {
    const signals: AbortSignal[] = [];
    await opened(undefined, async (_args, ctx) => {
      signals.push(ctx.mcpReq.signal);
      return new Promise(() => {});
    });
    await wire.send(`{"jsonrpc":"2.0","id":${id},"method":"tools/call","params":{"name":"x"}}`);
    await wire.send(`{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":${requestId}}}`);
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
    await wire.idle();
  });

  it('of another id ends nothing', async () => {
    const signals: AbortSignal[] = [];
    await opened(undefined, async (_args, ctx) => {
      signals.push(ctx.mcpReq.signal);
      return new Promise(() => {});
    });
    await wire.send('{"jsonrpc":"2.0","id":9007199254740993,"method":"tools/call","params":{"name":"x"}}');
    for (const id of ['9007199254740992', '"9007199254740993"', '1', 'null'])
      await wire.send(`{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":${id}}}`);
    expect(signals.map(({ aborted }) => aborted)).toEqual([false]);
  });
});

describe('the stateless era', () => {
  const _meta = {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientInfo': { name: 'wire', version: '1' },
    'io.modelcontextprotocol/clientCapabilities': {},
  };

  it('names a subscription in the characters of its id, to its end', async () => {
    wire = openWire();
    const text = JSON.stringify({ notifications: { resourceSubscriptions: ['a:b'] }, _meta });
    const listen = `{"jsonrpc":"2.0","id":1785312000000000001,"method":"subscriptions/listen","params":${text}}`;
    const [acknowledged] = await wire.send(listen);
    expect(acknowledged).toContain('"io.modelcontextprotocol/subscriptionId":1785312000000000001');
    // It stays open, and nothing waits for it.
    await wire.idle();
    await wire.close();
    const [end] = await wire.send();
    expect(end).toContain('"io.modelcontextprotocol/subscriptionId":1785312000000000001');
    expect(end).toContain('"id":1785312000000000001');
  });

  it('has no batches, whatever else was asked for', async () => {
    wire = openWire();
    await wire.send({ jsonrpc: '2.0', id: 1, method: 'tools/list', params: { _meta } });
    await wire.send(initialize('2025-03-26'));
    expect((await wire.send([{ jsonrpc: '2.0', id: 2, method: 'tools/list', params: { _meta } }])).map(gist)).toEqual([
      [undefined, -32600],
    ]);
  });
});

describe('what goes out', () => {
  it('has no lone surrogate, and every other character as it is', async () => {
    const text = 'a\ud800b \ud83d\ude00 \\ud800 "\\\\ud800" \udfff';
    await opened(undefined, async () => text);
    const [line] = await wire.send({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'x' } });
    expect(line).not.toMatch(/[^\\]\\ud[89a-f]/);
    expect(JSON.parse(line ?? '').result.content[0].text).toBe(text.toWellFormed());
  });
});

describe('the end of stdin', () => {
  it('is told behind the last line, which needs no line break', async () => {
    await opened();
    expect(await wire.send(Buffer.from(ping('1')))).toEqual([]);
    expect(wire.ended).toBe(false);
    expect((await wire.end()).map(gist)).toEqual([[1, 'result']]);
    expect(wire.ended).toBe(true);
  });

  it('is told behind half a message, which is refused', async () => {
    await opened();
    await wire.send(Buffer.from('{"jsonrpc":"2.0","id":1,"meth'));
    expect((await wire.end()).map(gist)).toEqual([[undefined, -32700]]);
    expect(wire.ended).toBe(true);
  });

  it('leaves requests open until they are answered', async () => {
    const slow = gate();
    await opened(undefined, () => slow.opened.then(() => 'now'));
    await wire.send({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'x' } });
    await wire.end();
    let idle = false;
    const waited = wire.idle().then(() => {
      idle = true;
    });
    await wire.send();
    expect(idle).toBe(false);
    slow.open();
    await waited;
  });
});
