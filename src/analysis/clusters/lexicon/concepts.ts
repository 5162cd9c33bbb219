/**
 * What goes wrong with voice and chat agents, as rules over senses. A rule counts fully when its senses stand in one
 * clause, less when they are spread over the sentence or the reason. Weights: 4 = says it outright, 3 = says it,
 * 2 = hints at it, 1 = leans to it.
 */
import type { Sense } from './senses.ts';

export interface Concept {
  id: string;
  /** How a cluster of it is called (the cluster's own words follow). */
  label: string;
  /** Does what it is about make the cause? Two invented facts are two causes; being rude twice is one. */
  object?: true;
  rules: readonly (readonly [weight: number, ...senses: Sense[]])[];
}

export const CONCEPTS: readonly Concept[] = [
  {
    id: 'identity',
    label: 'Identity not verified',
    rules: [
      [4, 'no', 'verify', 'identity'],
      [4.4, 'identity', 'read_back'],
      [3.5, 'verify', 'identity'],
      [3, 'no', 'identity'],
      [2.5, 'no', 'verify', 'caller'],
      [1.7, 'no', 'verify'],
      [1.5, 'identity'],
      [1, 'verify'],
    ],
  },
  {
    id: 'invented',
    object: true,
    label: 'Invented facts or policy',
    rules: [
      [4, 'invent', 'rule'],
      [3.8, 'invent'],
      [3, 'no', 'known'],
      [2, 'only_said', 'known'],
      [1.2, 'known'],
    ],
  },
  {
    id: 'wrong_price',
    object: true,
    label: 'Wrong price or amount',
    rules: [
      [4, 'wrong', 'price'],
      [3, 'price', 'two_numbers'],
      [2, 'money', 'two_numbers'],
      [2, 'money', 'wrong'],
      [1.6, 'two_numbers'],
      [1.2, 'price'],
    ],
  },
  {
    id: 'wrong_fact',
    object: true,
    label: 'Wrong information',
    rules: [
      [4, 'wrong', 'rule'],
      [2.8, 'rule', 'two_numbers'],
      [2, 'wrong', 'known'],
      [1.8, 'wrong', 'given'],
      [1.4, 'wrong'],
    ],
  },
  {
    id: 'no_authority',
    object: true,
    label: 'Promised without authority',
    rules: [
      [4.5, 'promise', 'authority'],
      [4, 'money_back', 'authority'],
      [3.8, 'promise', 'money_back'],
      [3.6, 'promise', 'no', 'verify'],
      [2.2, 'promise'],
      [2, 'authority'],
      [1.6, 'money_back'],
    ],
  },
  {
    id: 'tool_missing',
    object: true,
    label: 'Tool not called',
    rules: [
      [4.5, 'no', 'execute', 'tool'],
      [4.5, 'no', 'tool_name'],
      [4, 'no', 'tool'],
      [3, 'only_said', 'no', 'record'],
      [2.6, 'no', 'record'],
      [2.5, 'no', 'execute'],
      [2.2, 'assume', 'tool'],
      [2, 'tool_name'],
      [1.5, 'tool', 'execute'],
      [1, 'tool'],
    ],
  },
  {
    id: 'tool_arguments',
    object: true,
    label: 'Wrong tool arguments',
    rules: [
      [6, 'wrong', 'arguments', 'tool'],
      [5.5, 'wrong', 'arguments'],
      [5, 'wrong', 'tool_name'],
      [4.5, 'tool_name', 'two_numbers'],
      [5, 'wrong', 'tool', 'execute'],
      [3, 'wrong', 'tool'],
      [2, 'arguments'],
    ],
  },
  {
    id: 'tool_result',
    object: true,
    label: 'Tool result ignored or mishandled',
    rules: [
      [4.5, 'tool_result', 'ignore'],
      [3.5, 'tool_result', 'wrong'],
      [2.5, 'tool_result'],
    ],
  },
  {
    id: 'loop',
    label: 'Repeats itself',
    rules: [
      [4, 'repeat', 'question'],
      [3.6, 'repeat', 'times'],
      [3.5, 'repeat'],
      [2.5, 'times', 'collect'],
      [1.5, 'times'],
    ],
  },
  {
    id: 'memory',
    label: 'Forgot what was said',
    rules: [
      [4, 'forget', 'given'],
      [3.8, 'forget', 'earlier'],
      [3.6, 'forget'],
      [3, 'earlier', 'given', 'collect'],
      [2.4, 'earlier', 'given'],
      [1, 'earlier'],
    ],
  },
  {
    id: 'ignored',
    label: 'Ignored what was asked',
    rules: [
      [4.2, 'ignore', 'question'],
      [3.2, 'ignore'],
      [1.4, 'no', 'question'],
    ],
  },
  { id: 'interrupted', label: 'Talked over the caller', rules: [[4.2, 'interrupt']] },
  {
    id: 'hang_up',
    label: 'Ended the conversation too early',
    rules: [
      [4.4, 'hang_up', 'still'],
      [3.4, 'hang_up'],
    ],
  },
  {
    id: 'no_handover',
    label: 'No hand-over to a person',
    rules: [
      [4.5, 'no', 'transfer', 'human'],
      [4.2, 'refuse', 'transfer'],
      [3.5, 'transfer', 'human'],
      [3, 'no', 'transfer'],
      [3, 'no', 'human'],
      [2.5, 'human', 'wanted'],
      [2, 'transfer'],
      [1.5, 'human'],
    ],
  },
  {
    id: 'misrouted',
    label: 'Sent to the wrong place',
    rules: [
      [5, 'misroute'],
      [5, 'wrong', 'department'],
      [4.4, 'wrong', 'transfer'],
      [3.5, 'transfer', 'department'],
      [1.5, 'department'],
    ],
  },
  {
    id: 'emergency',
    label: 'Urgent case not escalated',
    rules: [
      [5, 'emergency', 'no', 'transfer'],
      [4.8, 'emergency', 'transfer'],
      [4.6, 'emergency', 'routine'],
      [4.2, 'emergency', 'no'],
      [3, 'emergency'],
    ],
  },
  {
    id: 'language',
    label: 'Wrong language',
    rules: [
      [5, 'english', 'language'],
      [4.6, 'wrong', 'language'],
      [4, 'english'],
      [2.5, 'language'],
    ],
  },
  {
    id: 'slow',
    label: 'Too slow',
    rules: [
      [5.2, 'slow', 'tool'],
      [4.7, 'slow', 'too'],
      [3.2, 'slow'],
    ],
  },
  {
    id: 'leak',
    label: 'Gave away private data',
    rules: [
      [5, 'leak', 'private'],
      [2.8, 'private'],
      [2.2, 'leak'],
    ],
  },
  {
    id: 'tone',
    label: 'Rude or cold tone',
    rules: [
      [4, 'rude'],
      [4.2, 'no', 'rude'],
    ],
  },
  {
    id: 'no_read_back',
    label: 'Details not read back',
    rules: [
      [4.4, 'no', 'read_back', 'commit'],
      [3.9, 'no', 'read_back'],
      [3.2, 'no', 'verify', 'details'],
      [2.2, 'read_back', 'commit'],
      [1.4, 'read_back'],
    ],
  },
  {
    id: 'wrong_date',
    label: 'Wrong date or time',
    rules: [
      [4.6, 'wrong', 'date'],
      [4.4, 'two_dates'],
      [4.2, 'wanted', 'entered', 'date'],
      [2, 'entered', 'date'],
      [1, 'date'],
    ],
  },
  {
    id: 'advice',
    object: true,
    label: 'Advice it may not give',
    rules: [
      [5, 'advice', 'expert'],
      [4, 'advice', 'scope'],
      [4, 'advice', 'authority'],
      [3, 'expert', 'scope'],
      [2.6, 'advice'],
      [2.2, 'expert'],
      [2, 'scope'],
    ],
  },
  {
    id: 'disclosure',
    object: true,
    label: 'Required statement left out',
    rules: [
      [5, 'no', 'disclosure', 'mandatory'],
      [4.4, 'no', 'disclosure'],
      [3.6, 'disclosure', 'mandatory'],
      [2.4, 'disclosure'],
    ],
  },
  { id: 'misheard', label: 'Misheard the caller', rules: [[4.6, 'mishear']] },
  {
    id: 'wordy',
    label: 'Too wordy',
    rules: [
      [4.2, 'wordy', 'too'],
      [3, 'wordy'],
    ],
  },
  {
    id: 'not_collected',
    object: true,
    label: 'Needed details not collected',
    rules: [
      [4.2, 'no', 'collect', 'details'],
      [3.6, 'no', 'details', 'mandatory'],
      [2.6, 'no', 'collect'],
      [2.4, 'no', 'details'],
      [2, 'collect', 'details'],
    ],
  },
  {
    id: 'unresolved',
    object: true,
    label: 'Left unresolved',
    rules: [
      [3.2, 'no', 'resolve'],
      [2.4, 'resolve'],
    ],
  },
  {
    id: 'refused',
    object: true,
    label: 'Refused a valid request',
    rules: [
      [5, 'refuse', 'legitimate'],
      [2.8, 'refuse'],
      [1.5, 'legitimate'],
    ],
  },
  { id: 'duplicate', object: true, label: 'Did it twice', rules: [[4, 'duplicate']] },
  {
    id: 'not_told',
    object: true,
    label: 'Did not mention what it must',
    rules: [
      [4, 'no', 'mention', 'price'],
      [3.2, 'no', 'mention'],
      [2.6, 'no', 'price'],
      [1.2, 'mention'],
    ],
  },
  {
    id: 'limit_ignored',
    object: true,
    label: 'Accepted what the rules exclude',
    rules: [
      [4, 'accept', 'limit', 'despite'],
      [3.8, 'accept', 'limit'],
      [3.2, 'limit', 'despite'],
      [2.8, 'no', 'limit'],
      [2.6, 'limit', 'ignore'],
      [1.8, 'limit'],
    ],
  },
  {
    id: 'wrong_item',
    object: true,
    label: 'Wrong item recorded',
    rules: [
      [4.6, 'wrong', 'thing'],
      [3.2, 'wanted', 'thing', 'entered'],
      [2.4, 'thing', 'entered'],
      [1.6, 'wanted', 'entered'],
      [1.2, 'thing'],
    ],
  },
  { id: 'contradiction', label: 'Contradicts itself', rules: [[2.8, 'contradict']] },
  { id: 'unclear', label: 'Hard to understand', rules: [[3, 'unclear']] },
  { id: 'jailbreak', label: 'Broke character or its instructions', rules: [[4, 'jailbreak']] },
  { id: 'selling', label: 'Pushed a sale', rules: [[2.6, 'sell']] },
  {
    id: 'no_alternative',
    object: true,
    label: 'No alternative offered',
    rules: [
      [3.6, 'no', 'alternative'],
      [1.5, 'alternative'],
    ],
  },
  {
    id: 'greeting',
    label: 'Greeting missing or wrong',
    rules: [
      [3.2, 'no', 'greeting'],
      [2, 'wrong', 'greeting'],
    ],
  },
  { id: 'assumed', object: true, label: 'Assumed instead of asking', rules: [[2.4, 'assume']] },
];
