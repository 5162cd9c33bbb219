/** The official client of the newer era, held to 2026-07-28. */
import { connect as connectModern } from './sdk-v2.mjs';

export const connect = (server) => connectModern(server, { pin: '2026-07-28' });
