/**
 * Who may say yes to runs beyond the budget of the hour. `ask` = the client is asked, and where it cannot ask, the token of a
 * preview counts. `person` = only a client that asks. `off` = no yes is needed, only the caps hold.
 */
export const CONFIRM_MODES = ['ask', 'person', 'off'] as const;
export type ConfirmMode = (typeof CONFIRM_MODES)[number];
