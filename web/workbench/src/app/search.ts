// The filters that live in the address of each page.

export interface ArticlesSearch {
  text?: string | undefined;
  publisher?: string | undefined;
  language?: string | undefined;
  open?: true | undefined;
  withdrawn?: true | undefined;
  /** When they were imported: a day, or a moment. */
  since?: string | undefined;
  until?: string | undefined;
  order?: 'OLDEST_FIRST' | undefined;
}

export interface ReadingSearch {
  claim?: string | undefined;
  show?: string | undefined;
}

export interface RevisionsSearch {
  from?: number | undefined;
  to?: number | undefined;
  view?: 'side' | undefined;
  /** Opens the form to revise the text. */
  revise?: true | undefined;
}

export interface ClaimsSearch {
  text?: string | undefined;
  state?: string[] | undefined;
  rating?: string[] | undefined;
  tag?: string | undefined;
  claimant?: string | undefined;
  /** Claims that the viewer is asked to judge, also by when, has not judged, or has a draft on. */
  mine?: string | undefined;
  reviewer?: string | undefined;
  assigned?: string | undefined;
  disputed?: true | undefined;
  stale?: true | undefined;
  unsourced?: true | undefined;
  /** When they were marked: a day, or a moment. */
  since?: string | undefined;
  until?: string | undefined;
  article?: string | undefined;
  judged?: true | undefined;
  /** A reviewer changed the rating after the verdicts of others were open to them. */
  changed?: true | undefined;
  /** Ratings by their id, which tells those of different scales apart. */
  given?: string[] | undefined;
  /** A rating scale under which two reviewers judged the claim. */
  compared?: string | undefined;
  /** Somebody was asked to judge it by a time that is past. */
  overdue?: true | undefined;
  order?: 'OLDEST_FIRST' | undefined;
}

export interface SourcesSearch {
  /** The address of a page, or of an archived copy of it. */
  url?: string | undefined;
}

export interface RulingsSearch {
  /** When they were published: a day, or a moment. */
  since?: string | undefined;
  until?: string | undefined;
  tag?: string | undefined;
  claimant?: string | undefined;
  /** How many seconds they took at least, and less than how many. */
  least?: number | undefined;
  below?: number | undefined;
}

export interface DeskSearch {
  since?: string | undefined;
  until?: string | undefined;
  tag?: string | undefined;
  claimant?: string | undefined;
}

export interface LogSearch {
  claim?: string | undefined;
  actor?: string | undefined;
  kind?: string | undefined;
  since?: string | undefined;
  until?: string | undefined;
}
