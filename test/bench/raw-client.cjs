// The floor of `scale.ts`: fetches requests that it is told of, parses each body as JSON, and says how many ms it took.
// A process of its own, as the server it is measured against: code that has run before is several times as fast.
const { Agent } = require('undici');

process.once('message', async ({ origin, lanes }) => {
  const agent = new Agent();
  const began = performance.now();
  const fetchOneByOne = async (requests) => {
    for (let one = requests.shift(); one; one = requests.shift()) {
      const { path, method, headers, body } = one;
      const answer = await agent.request({ origin, path, method, headers, body });
      JSON.parse(await answer.body.text());
    }
  };
  await Promise.all(
    lanes.flatMap(({ requests, atOnce }) => Array.from({ length: atOnce }, () => fetchOneByOne(requests))),
  );
  process.send(performance.now() - began);
  process.disconnect();
});
