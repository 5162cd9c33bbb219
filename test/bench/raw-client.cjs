// The floor of `scale.ts`: fetches requests that it is told of, reads each body as text, and says how many ms it took.
// A process of its own, as the server it is measured against: code that has run before is several times as fast.
const { Agent } = require('undici');

process.once('message', async ({ origin, requests, atOnce }) => {
  const agent = new Agent({ connections: atOnce });
  const began = performance.now();
  const lane = async () => {
    for (let one = requests.shift(); one; one = requests.shift()) {
      const { path, method, headers, body } = one;
      const answer = await agent.request({ origin, path, method, headers, body });
      await answer.body.text();
    }
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  process.send(performance.now() - began);
  process.disconnect();
});
