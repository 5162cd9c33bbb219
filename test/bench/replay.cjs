// A platform that has every answer in memory: serves what `recorder.ts` noted, so that making answers costs no measured
// process anything. A request that was not noted is answered with 599, which no client takes for an answer.
const { readdirSync, readFileSync } = require('node:fs');
const { createServer } = require('node:http');
const { join } = require('node:path');

const [folder = '', latency = '0'] = process.argv.slice(2);
const answers = new Map(
  readdirSync(folder).map((file) => {
    const { request, status, type, body } = JSON.parse(readFileSync(join(folder, file), 'utf8'));
    return [request, { status, type, body: Buffer.from(body) }];
  }),
);

const server = createServer((request, response) => {
  request.resume();
  request.once('end', () => {
    const answer = answers.get(`${request.method} ${request.url}`);
    const send = () => {
      response.writeHead(answer?.status ?? 599, { 'content-type': answer?.type ?? 'text/plain' });
      response.end(answer?.body ?? `not noted: ${request.method} ${request.url}`);
    };
    if (Number(latency) > 0) setTimeout(send, Number(latency));
    else send();
  });
});
server.listen(0, '127.0.0.1', () => process.send(server.address().port));
process.once('disconnect', () => process.exit());
