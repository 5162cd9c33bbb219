/** The secrets of this process, and the one redactor of everything that leaves it: answers, log, files, crashes. */
import { nearMisses } from '../config/near-misses.ts';
import { type Env, SETTINGS } from '../config/settings.ts';
import { present } from '../config/values.ts';
import { proxySecrets } from '../http/proxies.ts';
import { createRedactor } from '../http/secrets/redact.ts';
import { isPlaceholder } from '../model/placeholder.ts';

export const secrets = createRedactor();

/** Also those under a name that is almost right: they are as secret. */
export function registerSecrets(env: Env): void {
  const names = SETTINGS.filter((setting) => setting.secret).map((setting) => setting.name);
  const misnamed = nearMisses(env).filter(({ meant }) => names.includes(meant));
  for (const name of [...names, ...misnamed.map(({ found }) => found)]) {
    const value = present(env[name]);
    if (value === undefined || isPlaceholder(value)) continue;
    secrets.register(value);
    // Pasted as a whole header value; the key is what is sent on.
    secrets.register(value.replace(/^Bearer\s+/i, ''));
  }
  for (const value of proxySecrets(env)) secrets.register(value);
}
