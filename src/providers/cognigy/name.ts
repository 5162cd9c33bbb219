/** Id of the provider, as it stands in references. */
export const PROVIDER = 'cognigy';
