// Loaded into a server before all else: what waits between two attempts waits no longer than this.
const timers = require('node:timers/promises');

const MOST_MS = 5;
const { setTimeout: wait } = timers;
timers.setTimeout = (ms, ...rest) => wait(Math.min(ms ?? 0, MOST_MS), ...rest);
