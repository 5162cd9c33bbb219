/** The platforms with another HTTP client between them and the network. */
import type { VendorHttp, VendorHttpOptions } from '../../src/http/types.ts';
import { PROVIDERS, type RegistryOptions } from '../../src/providers/registry.ts';

type MakeHttp = (options: VendorHttpOptions) => VendorHttp;
type Loaders = NonNullable<RegistryOptions['providers']>;

/**
 * Every loader of `PROVIDERS`, or the one of `only`, whose provider gets what `createHttp` makes; `make` makes what it would
 * get otherwise, which the registry knows of.
 */
export function loadersOver(
  createHttp: (options: VendorHttpOptions, make: MakeHttp) => VendorHttp,
  only?: string,
): Loaders {
  return PROVIDERS.filter(({ id }) => only === undefined || id === only).map((loader) => ({
    ...loader,
    async load() {
      const definition = await loader.load();
      return {
        ...definition,
        configure: (env, deps) =>
          definition.configure(env, { ...deps, createHttp: (options) => createHttp(options, deps.createHttp) }),
      };
    },
  }));
}
