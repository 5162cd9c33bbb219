/**
 * One client on a server of its own, with a home of its own: `node run.mjs <driver> <bin> <home> <tools>`. Its last line is
 * what was seen, as JSON. A process for each client, since they keep timers, patch what others load and write to stdout.
 */
import { join } from 'node:path';
import { walk } from './script.mjs';

const [name, bin, home, tools] = process.argv.slice(2);
const server = {
  command: process.execPath,
  // Every start needs a yes, and a conversation is over at once.
  args: [bin, 'serve', '--sandbox', '--seed', '3', '--speed', '3000', '--confirm-above', '0'],
  env: {
    PATH: process.env.PATH ?? '',
    HOME: home,
    AGENT_SIM_HOME: home,
    // Keeps the server out of the keychain of whoever runs the tests.
    DBUS_SESSION_BUS_ADDRESS: 'unix:path=/dev/null',
  },
  cwd: home,
};
const { connect } = await import(`./drivers/${name}.mjs`);
const seen = await walk(() => connect(server), { tools: tools.split(','), book: join(home, 'failure-modes.json') });
process.stdout.write(`\n${JSON.stringify(seen)}\n`, () => process.exit());
