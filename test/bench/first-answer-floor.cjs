// The floor of `first-answer.ts`: JSON-RPC over stdio by hand, no SDK. A call makes the HTTP requests that our tool of that
// name made, parses each body, and says how many bytes came.
const { readFileSync } = require('node:fs');

let rest = '';
process.stdin.on('data', (chunk) => {
  const lines = (rest + chunk).split('\n');
  rest = lines.pop();
  for (const line of lines) {
    const { id, method, params } = JSON.parse(line);
    const say = (result) => process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', id, result })}\n`);
    if (id === undefined) continue;
    if (method === 'initialize')
      say({
        protocolVersion: params.protocolVersion,
        capabilities: { tools: {} },
        serverInfo: { name: 'floor', version: '1' },
      });
    else if (method === 'tools/list') say({ tools: [] });
    else fetchLanes(params.name).then((bytes) => say({ content: [{ type: 'text', text: `${bytes} bytes` }] }));
  }
});
process.stdin.on('end', () => process.exit(0));

let agent;
async function fetchLanes(name) {
  const http = require('node:http');
  agent ??= new http.Agent({ keepAlive: true });
  const { origin, calls } = JSON.parse(readFileSync(process.env.FLOOR_REQUESTS, 'utf8'));
  let bytes = 0;
  const fetchOne = ({ path, method, headers, body }) =>
    new Promise((resolve, reject) => {
      const request = http.request(origin + path, { agent, method, headers }, (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (piece) => {
          text += piece;
        });
        response.on('end', () => {
          JSON.parse(text);
          bytes += text.length;
          resolve();
        });
      });
      request.on('error', reject);
      request.end(body);
    });
  const oneByOne = async (requests) => {
    for (let one = requests.shift(); one; one = requests.shift()) await fetchOne(one);
  };
  await Promise.all(
    calls[name].flatMap(({ requests, atOnce }) => Array.from({ length: atOnce }, () => oneByOne(requests))),
  );
  return bytes;
}
