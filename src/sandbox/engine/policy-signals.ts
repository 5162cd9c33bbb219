/**
 * How policies are recognised in plain language: per policy, signals in order of priority. `action` is looked for in
 * the main clause and its polarity ("never", "do not", "without") is worked out; `also` and `unless` look at the whole
 * sentence. `yes` is what a positive sentence means, `no` what a negated one means; absent = says nothing.
 *
 * Sentences arrive normalised: lower case, no Markdown, "don't" as "do not", number words as digits, "_" as a space.
 */
import type { Switch } from './policies.ts';

export interface Signal {
  action: RegExp;
  also?: RegExp | undefined;
  unless?: RegExp | undefined;
  yes?: boolean | undefined;
  no?: boolean | undefined;
}

const IDENTITY =
  /\bidentit(?:y|ies)\b|\bdates? of birth\b|\bbirth ?(?:date|day)s?\b|\bdob\b|who (?:they|the caller) (?:is|are)/;
const URGENT =
  /emergenc|urgent|severe|swelling|swollen|bleed|knocked[- ]out|trauma|\bbreath|\bfever|accident|life[- ]threat|acute|infection|serious pain/;
const OTHERS =
  /relative|famil|spouse|partner|husband|wife|\bparents?\b|third[- ]part|other people|(?:any|some)(?:one|body) else|\bothers\b|(?:an)?other patient|other than the patient|friend|not the patient/;
const INSURANCE = /insur|coverage|\bcover(?:s|ed)?\b|\bbenefits?\b|co-?pay/;
const PRICE = /\bprices?\b|\bpricing\b|\bcosts?\b|\bquot/;
const MEDICAL = /medical|medicine|medication|\bdos(?:e|es|age|ing)\b|diagnos|antibiotic|painkiller|clinical|prescri/;
const FEE = /cancel|no[- ]show|missed/;

const TRANSFER =
  /\b(?:transfer|connect|escalat|forward)\w*|\bhand\w*(?: \w+){0,4} (?:over|off)|handover|hand-?off|\bput\w*(?: \w+){0,3} through|\bpass\w*(?: \w+){0,3} (?:on|to)\b|\boffer\w*(?: \w+){0,3} (?:human|person|colleague)/;
const HUMAN =
  /human|\bperson\b|people|staff|colleague|team|someone|somebody|receptionist|manager|front desk|representative|operator|\boffice\b|\bcallers\b/;

export const SIGNALS: Readonly<Record<Switch, readonly Signal[]>> = {
  greeting: [
    { action: /\b(?:greet|welcome|introduc)\w*/, yes: true, no: false },
    { action: /\b(?:answer|open|start|begin)\w*\b.*\b(?:clinic|bright harbor|practice)/, yes: true, no: false },
  ],
  tone: [
    {
      action:
        /friendly|polite|\bcalm|courteous|\bwarm|patiently|be patient|empath|concise|\bbrief|professional|\bkind\b|kindly|respectful/,
      yes: true,
      no: false,
    },
  ],
  use_tools: [
    {
      action: /\b(?:book|mov|cancel|reschedul)\w*/,
      also: /\btools?\b|calendar|scheduling system|booking system/,
      yes: true,
      no: false,
    },
  ],
  match_language: [
    {
      action: /\benglish\b/,
      also: /regardless|no matter|\bwhatever\b|\bwhichever\b|\beven (?:if|with|when|to)\b/,
      yes: false,
      no: true,
    },
    { action: /\benglish\b/, also: /\bunless\b|\bexcept\b|by default|otherwise/, yes: true },
    {
      action: /\b(?:answer|reply|respond|speak|stay|keep|stick|continue|talk|use)\w*\b[^,]*\benglish\b/,
      unless:
        /english(?:,| or| and|\/) ?(?:spanish|german)|(?:caller|customer|patient)'s language|\b(?:their|same) language/,
      yes: false,
      no: true,
    },
    { action: /\benglish[- ]only\b|\bonly english\b/, yes: false, no: true },
    {
      action:
        /(?:caller|customer|patient|their|same|whichever|whatever)\w*(?:'s?)?(?: \w+){0,2} languages?|languages? (?:that |which )?(?:the )?(?:caller|they|customer|patient)|\bin (?:spanish|german)\b|multilingual|bilingual/,
      yes: true,
      no: false,
    },
    {
      action: /\b(?:speak|answer|reply|respond|support|switch)\w*\b.*\b(?:spanish|german|languages?)\b/,
      yes: true,
      no: false,
    },
  ],
  verify_identity: [
    { action: /\b(?:enough|sufficient|suffices?|will do)\b/, also: /\b(?:name|phone|number)\b/, yes: false, no: true },
    {
      action: /\b(?:verif|confirm|check|validat|authenticat|ask|requir|request|collect|establish|identif|get|match)\w*/,
      also: IDENTITY,
      yes: true,
      no: false,
    },
    { action: new RegExp(`${IDENTITY.source}|identification`), yes: true, no: false },
    { action: /\b(?:verif|authenticat|identif)\w*\b[^,]*\b(?:caller|patient)/, yes: true, no: false },
  ],
  guard_third_parties: [
    { action: /consent|permission|authori[sz]ation|authori[sz]ed/, also: OTHERS, yes: true, no: false },
    { action: /\bonly\b(?: \w+){0,4} (?:with|to) (?:the )?patients?\b|\bonly the (?:\w+ )?patient\b/, yes: true },
    {
      action:
        /\b(?:shar|disclos|reveal|tell|giv|discuss|releas|talk|provid|mention|pass|informs?\b|informing|read out)\w*/,
      also: OTHERS,
      yes: false,
      no: true,
    },
    {
      action: /\b(?:shar|disclos|reveal|discuss|releas|giv)\w*\b.*(?:patient|personal|private|confidential)/,
      unless: IDENTITY,
      no: true,
    },
  ],
  check_availability: [
    {
      action: /\b(?:check|verif|confirm|look|consult|search|see|use|query)\w*/,
      also: /availab|\bfree slots?\b|calendar|open slots?|\bschedule\b/,
      yes: true,
      no: false,
    },
    { action: /\bavailab\w+/, also: /\bonly\b|really|actual/, yes: true },
    {
      action: /\b(?:promis|guarante|offer|assur|squeez|tell)\w*/,
      also: /same[- ]day|\btoday\b|\bslots?\b|\broom\b/,
      unless: /vague|unsure|options|alternatives|choices|flexible|preference|\bnext\b/,
      yes: false,
      no: true,
    },
  ],
  ask_once: [
    {
      action: /(?:at most|only|no more than|a maximum of|max) (?:once|twice|1 time|2 times)/,
      also: /\bask|question/,
      yes: true,
      no: false,
    },
    {
      action:
        /\b(?:keep|continue|go on) (?:on )?(?:asking|repeating)|\binsist\w*|\bask(?: \w+){0,4} (?:repeatedly|again|until)/,
      yes: false,
      no: true,
    },
    {
      action:
        /more than (?:once|twice|1|2)|same (?:question|information|thing|detail)|repeat\w*(?: \w+){0,3} questions?|\btwice\b/,
      also: /\bask|question|repeat/,
      yes: false,
      no: true,
    },
    {
      action: /\b(?:offer|suggest|propos|giv)\w*/,
      also: /vague|unsure|preference|flexible|not sure|undecided|does not know|exact time|\b2 (?:\w+ )?(?:options|times|slots|choices)/,
      yes: true,
    },
  ],
  read_back: [
    {
      action:
        /\bread\w*(?: [\w,']+){0,8} back|\bread-?backs?\b|\brepeat\w*|\brecap\w*|\bsummar\w+|\brestat\w+|\bplay\w*(?: \w+){0,4} back|\bgo over\b|\bspell out\b/,
      also: /booking|appointment|\bdates?\b|\bday\b|\btimes?\b|details|\bslot|visit/,
      unless: /question|\bask\w* (?:again|twice|for the same)/,
      yes: true,
      no: false,
    },
    {
      action: /\bconfirm\w*/,
      also: /booking|appointment|\bday\b|\btimes?\b|details|visit/,
      unless: /birth|identit|availab|\bdob\b|insur|cover|tool/,
      yes: true,
      no: false,
    },
  ],
  prices_from_list: [
    {
      action: /\blook\w*(?: \w+){0,5} up|price list|get price|price tool|\bcheck\w*/,
      also: PRICE,
      unless: FEE,
      yes: true,
      no: false,
    },
    {
      action: /\b(?:guess|estimat|invent|approximat|ballpark|make up)\w*/,
      also: PRICE,
      unless: FEE,
      yes: false,
      no: true,
    },
  ],
  no_coverage_promises: [
    {
      action:
        /(?:billing|insurers?|insurance compan\w+|team|office|plan)(?: \w+){0,4} (?:confirm|verif|check|answer|tell|decid)\w*|\bdepends?\b/,
      also: INSURANCE,
      yes: true,
    },
    { action: /\b(?:check|verif|look)\w*/, also: INSURANCE, yes: true, no: false },
    {
      action: /\b(?:tell|say|promis|guarante|assur|stat|claim|confirm|invent|assum|guess|reassur)\w*/,
      also: INSURANCE,
      yes: false,
      no: true,
    },
  ],
  announce_lookups: [
    {
      action: /\b(?:silent|silence|quiet)\w*|without (?:saying|a word)|say nothing/,
      also: /\blook|search|check|tool|\bfind|lookup|system|\bwait|\bhold/,
      yes: false,
      no: true,
    },
    {
      action: /\b(?:tell|say|announc|let|inform|explain|warn|ask)\w*/,
      also: /\blook\w*(?: \w+){0,4} up|lookup|\bsearch|\ba (?:moment|second)|\bwait|while you (?:check|look)|\bon hold/,
      unless: /price|insur|cover|human|urgent|emergenc/,
      yes: true,
      no: false,
    },
  ],
  no_medical_advice: [
    { action: /\b(?:leave|refer|direct|pass)\w*/, also: MEDICAL, yes: true, no: false },
    {
      action: /\b(?:giv|offer|provid|shar|recommend|suggest|advis|diagnos|prescrib)\w*/,
      also: MEDICAL,
      yes: false,
      no: true,
    },
  ],
  escalate_emergencies: [
    {
      action:
        /\b(?:transfer|escalat|connect|forward|page|alert|refer|direct|send)\w*|on[- ]call|\b911\b|\b112\b|emergency (?:room|services?|department|line)|\bhand\w*(?: \w+){0,3} (?:over|off)|\bput\w*(?: \w+){0,3} through|ambulance|duty dentist|dentist on duty/,
      also: URGENT,
      yes: true,
      no: false,
    },
  ],
  hand_over: [
    { action: TRANSFER, also: HUMAN, unless: URGENT, yes: true },
    { action: /\byourself\b/, also: /\bhandl|\bsolve|\bdeal|every request|all requests/, yes: false, no: true },
    { action: TRANSFER, also: HUMAN, unless: URGENT, no: false },
  ],
  proper_closing: [
    {
      action:
        /anything else|any ?thing more|any other (?:question|request|concern)s?|further (?:questions?|help)|something else|more questions/,
      yes: true,
      no: false,
    },
    {
      action: /\b(?:end|finish|close|hang)\w*/,
      also: /as soon as|right away|immediately|quick|at once|first request|before the caller/,
      yes: false,
      no: true,
    },
    {
      action: /goodbye|let the caller (?:hang up|end)|caller (?:hangs up|ends)|thank\w*(?: \w+){0,4} for calling/,
      unless: /greet|begin|\bstart|\bopen/,
      yes: true,
      no: false,
    },
  ],
};
