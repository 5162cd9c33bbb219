// The floor of `scale.ts`: fetches requests that it is told of, parses each body as JSON, and says how many ms it took, and
// how many of CPU. A process of its own, as the server it is measured against: code that has run before is several times as
// fast, so that a server that has answered before is held against a client that has fetched what that answer took.
const { Agent } = require('undici');

process.once('message', async ({ origin, before, lanes }) => {
  const agent = new Agent();
  const fetchOneByOne = async (requests) => {
    for (let one = requests.shift(); one; one = requests.shift()) {
      const { path, method, headers, body } = one;
      const answer = await agent.request({ origin, path, method, headers, body });
      JSON.parse(await answer.body.text());
    }
  };
  const fetchAll = (all) =>
    Promise.all(all.flatMap(({ requests, atOnce }) => Array.from({ length: atOnce }, () => fetchOneByOne(requests))));
  await fetchAll(before);
  const spent = process.cpuUsage();
  const began = performance.now();
  await fetchAll(lanes);
  const ms = performance.now() - began;
  const { user, system } = process.cpuUsage(spent);
  process.send({ ms, cpu: (user + system) / 1000 });
  process.disconnect();
});
