/** What the receptionist is told to do: the playbook boiled down to switches and numbers. */

export interface OpeningHours {
  /** Minutes after midnight, or `closed`. */
  weekdays: [number, number] | 'closed';
  saturday: [number, number] | 'closed';
  sunday: [number, number] | 'closed';
}

export interface Policies {
  greeting: boolean;
  tone: boolean;
  use_tools: boolean;
  match_language: boolean;
  verify_identity: boolean;
  guard_third_parties: boolean;
  check_availability: boolean;
  ask_once: boolean;
  read_back: boolean;
  prices_from_list: boolean;
  no_coverage_promises: boolean;
  announce_lookups: boolean;
  no_medical_advice: boolean;
  escalate_emergencies: boolean;
  hand_over: boolean;
  proper_closing: boolean;
  /** Dollars for a late cancellation or a missed visit. */
  cancellation_fee?: number | undefined;
  /** Hours before a visit until which cancelling is free. */
  notice_hours?: number | undefined;
  hours?: OpeningHours | undefined;
}

export type Switch = {
  [K in keyof Policies]-?: Policies[K] extends boolean ? K : never;
}[keyof Policies];

/**
 * What the agent does where the playbook is silent. It has manners and common sense, but it does not know the clinic's
 * duties: those (identity, read-back, escalation, hand-over, closing, price list, no advice) must be written down.
 */
export const SILENT: Readonly<Policies> = {
  greeting: true,
  tone: true,
  use_tools: true,
  match_language: true,
  verify_identity: false,
  guard_third_parties: true,
  check_availability: true,
  ask_once: true,
  read_back: false,
  prices_from_list: false,
  no_coverage_promises: true,
  announce_lookups: true,
  no_medical_advice: false,
  escalate_emergencies: false,
  hand_over: false,
  proper_closing: false,
};

/** What is true of the clinic, whatever the playbook says; the judge measures against this. */
export const TRUTH = {
  clinic: 'Bright Harbor Dental',
  cancellation_fee: 40,
  notice_hours: 24,
  hours: { weekdays: [480, 1080], saturday: [540, 780], sunday: 'closed' },
} as const satisfies { clinic: string; cancellation_fee: number; notice_hours: number; hours: OpeningHours };

/** Why a criterion can fail. The first twelve are defects of the playbook as shipped; the others come with bad edits. */
export const CAUSES = [
  'wrong-language',
  'identity-check',
  'third-party-data',
  'unchecked-slot',
  'repeated-question',
  'no-read-back',
  'cancellation-fee',
  'invented-coverage',
  'dead-air',
  'emergency-escalation',
  'no-handover',
  'abrupt-ending',
  'invented-price',
  'opening-hours',
  'medical-advice',
  'no-greeting',
  'cut-short',
] as const;
export type Cause = (typeof CAUSES)[number];
