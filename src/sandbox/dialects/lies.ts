/**
 * What a platform may say that is not so: switches that every dialect has beside its own, all honest by default. Positions
 * count from 0 in the order that is served, from the end where they are negative. The same switches tell the same lies
 * again. What they do to a page is in `lying-pages.ts`, to what is said of a run in `lying-words.ts`.
 */

/** Lists that may lie; `others` = agents, personas and the like. */
export type Listed = 'runs' | 'sessions' | 'tests' | 'metrics' | 'others';

export interface Lies {
  /** Which lists lie about their pages and rows. */
  lying_lists: Listed[];

  /** Rows of a page at most, whatever is asked for and without a word; 0 = as many as are asked for. */
  clamp: number;
  /** Size by which a clamped page is found from its number; by the one `asked` for, the rows between pages are on none. */
  clamp_by: 'served' | 'asked';
  /** The count of a list; `low` and `high` are two off, `of_the_page` counts the rows of the page. */
  count_form: 'number' | 'text' | 'null' | 'absent' | 'low' | 'high' | 'of_the_page';
  /** The number of pages, where the vendor tells one. */
  pages_form: 'number' | 'text' | 'absent';
  /** What tells the end of a list: everything the vendor has, the way to the next page alone, or nothing. */
  end_marks: 'all' | 'next_only' | 'none';
  /** Is the place that is asked for heeded, or does the first page come again and again? */
  place: 'honoured' | 'ignored';
  /** The way to the next page: as it is, as a number, the one that led here, or not handed out though more follows. */
  token_form: 'text' | 'number' | 'repeated' | 'lost';
  /** Pages after which a token is `repeated` or `lost`. */
  token_pages: number;

  /** A row shown in place of another, which is on no page. */
  swapped: { at: number; shows: number }[];
  /** Rows that are counted and on no page. */
  dropped: number[];
  /** Rows of which the id is null. */
  without_id: number[];
  /** Rows that came as something else than an object. */
  no_objects: number[];
  /** Rows that come as they were before they ended, and once more, as they are, behind the last. */
  twice: number[];
  /** Lists are empty, whatever the parent counts. */
  emptied: boolean;

  /** Runs that the parent counts beyond those there are; fewer where negative. */
  parent_more: number;
  /** Of those, the ones that broke. */
  parent_broken: number;
  /** A list that comes with 200 and an error in its body: without its rows, or with them. */
  error_with_200: 'no' | 'without_rows' | 'with_rows';

  /** How verdicts are written, instead of the vendor's way. */
  verdict_form:
    | 'documented'
    | 'punctuated'
    | 'with_a_reason'
    | 'other_word'
    | 'number'
    | 'text_number'
    | 'list'
    | 'object'
    | 'choice'
    | 'unknown_object'
    | 'empty';
  /** Only verdicts that did not pass are written in that form. */
  verdict_form_of: 'all' | 'failed';
  /** Names of evaluations: all of one name, or every other has none. */
  evaluation_names: 'unique' | 'duplicate' | 'missing';
  /** The result of the first evaluation never comes. */
  result_never_comes: boolean;

  /** What was said: not to be had, counted but not sent, or in another form. */
  transcript_form:
    | 'documented'
    | 'failing'
    | 'forbidden'
    | 'counted_only'
    | 'items'
    | 'json_text'
    | 'object_content'
    | 'unknown_speakers'
    | 'audio';
}

/** No lies. */
export function honest(): Lies {
  return {
    lying_lists: ['runs'],
    clamp: 0,
    clamp_by: 'served',
    count_form: 'number',
    pages_form: 'number',
    end_marks: 'all',
    place: 'honoured',
    token_form: 'text',
    token_pages: 1,
    swapped: [],
    dropped: [],
    without_id: [],
    no_objects: [],
    twice: [],
    emptied: false,
    parent_more: 0,
    parent_broken: 0,
    error_with_200: 'no',
    verdict_form: 'documented',
    verdict_form_of: 'all',
    evaluation_names: 'unique',
    result_never_comes: false,
    transcript_form: 'documented',
  };
}
