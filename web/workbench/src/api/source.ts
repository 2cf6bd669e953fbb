// A source of a verdict as it is typed: every field is a text, empty where nothing is given.
import type { AnswerType, CitationInput, SourceKind, Stance } from '../gql/graphql';

export interface Source {
  id: string;
  url: string;
  quote: string;
  /** Empty until the reviewer chooses one. */
  stance: Stance | '';
  title: string;
  publisher: string;
  archiveUrl: string;
  accessedAt: string;
  kind: SourceKind;
  /** Where a source that is no web page is found: the issue and the page, or the person and the day. */
  description: string;
  doi: string;
  isbn: string;
  issn: string;
  /** The question that the source answers, if the verdict asks one. */
  question: string;
  answer: string;
  answerType: AnswerType | '';
}

export const emptySource = (): Source => ({
  id: crypto.randomUUID(),
  url: '',
  quote: '',
  stance: '',
  title: '',
  publisher: '',
  archiveUrl: '',
  accessedAt: today(),
  kind: 'WEB',
  description: '',
  doi: '',
  isbn: '',
  issn: '',
  question: '',
  answer: '',
  answerType: '',
});

function today(): string {
  const now = new Date();
  return new Date(now.getTime() - now.getTimezoneOffset() * 60_000).toISOString().slice(0, 10);
}

const TEXTS = ['url', 'quote', 'title', 'description', 'doi', 'isbn', 'issn', 'question', 'answer'] as const;
export const isBlank = (source: Source) => TEXTS.every((name) => !source[name].trim());

export type AnyCitation = { [Name in keyof Omit<CitationInput, 'stance' | 'kind' | 'answerType'>]?: string | null } & { stance: Stance; kind?: SourceKind; answerType?: AnswerType | null };

export const toSource = (citation: AnyCitation): Source => ({
  id: crypto.randomUUID(),
  url: citation.url ?? '',
  quote: citation.quote ?? '',
  stance: citation.stance,
  title: citation.title ?? '',
  publisher: citation.publisher ?? '',
  archiveUrl: citation.archiveUrl ?? '',
  accessedAt: citation.accessedAt?.slice(0, 10) ?? '',
  kind: citation.kind ?? 'WEB',
  description: citation.description ?? '',
  doi: citation.doi ?? '',
  isbn: citation.isbn ?? '',
  issn: citation.issn ?? '',
  question: citation.question ?? '',
  answer: citation.answer ?? '',
  answerType: citation.answerType ?? '',
});
