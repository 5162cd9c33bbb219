/**
 * The playbook as shipped: a file beside this module (the build copies it next to the bundle), so that people can read
 * it. The history of the sandbox is played with it, whatever the copy in use says.
 */
import { fileURLToPath } from 'node:url';

export const SHIPPED_PLAYBOOK = fileURLToPath(new URL('./playbook.md', import.meta.url));
