// An article before it is imported: what a file or a pasted page says of it, as the server reads it.
import { run } from '../api/client';
import type { ApiError } from '../api/errors';
import { type ArticleFormat, ArticlePreviewDocument, type ArticlePreviewQuery, type ImportArticleMutation } from '../gql/graphql';
import { t } from '../i18n';

export interface Draft {
  id: string;
  /** What the article was read from. It is read again where somebody chooses another format. */
  source?: { name: string; text: string; format: ArticleFormat };
  title: string;
  body: string;
  url: string;
  publisher: string;
  author: string;
  language: string;
  /** A day, or the moment that the source gives. */
  publishedAt: string;
  /** What the server left out, in its words. */
  dropped: string[];
  state: 'new' | 'reading' | 'sending' | 'done' | 'failed';
  /** Why the source could not be read in its format. */
  unread?: ApiError | undefined;
  error?: ApiError | undefined;
  article?: string;
  /** Articles with the same address or the same words that the newsroom had before. */
  duplicates?: ImportArticleMutation['importArticle']['duplicates'];
}

export const blank = (): Draft => ({ id: crypto.randomUUID(), title: '', body: '', url: '', publisher: '', author: '', language: '', publishedAt: '', dropped: [], state: 'new' });

export const FORMATS: ArticleFormat[] = ['TEXT', 'HTML', 'MARKDOWN', 'NINJS', 'NEWSML_G2', 'NITF'];

export const formatName = (format: ArticleFormat): string =>
  ({ TEXT: t('Plain text'), HTML: t('Web page (HTML)'), MARKDOWN: 'Markdown', NINJS: 'ninjs', NEWSML_G2: 'NewsML-G2', NITF: 'NITF' })[format];

/** Names of files that can be read, for the browser's dialog. */
export const ACCEPT = '.txt,.text,.md,.markdown,.html,.htm,.xhtml,.json,.ninjs,.xml,.newsml,.nitf,text/plain,text/markdown,text/html,application/json,application/xml,text/xml';

/** Whether a text is the source of a page, not its words. */
export const isHtml = (text: string) => /^\s*<(!doctype|html|head|body|main|article|section|header|p|div|h[1-6]|ul|ol|figure|table)\b[^>]*>/i.test(text);

/** The format by the end of the name, and for names that can be anything by how the text begins. */
export function guessFormat(name: string, text: string): ArticleFormat {
  const end = /\.(\w+)$/.exec(name)?.[1]?.toLowerCase() ?? '';
  if (/^(html?|xhtml)$/.test(end)) return 'HTML';
  if (/^(md|markdown)$/.test(end)) return 'MARKDOWN';
  if (/^(json|ninjs)$/.test(end)) return 'NINJS';
  if (end === 'nitf') return 'NITF';
  const start = text.slice(0, 4000);
  if (/<(\w+:)?nitf[\s>]/i.test(start) && !/<(\w+:)?(newsItem|newsMessage)[\s>]/.test(start)) return 'NITF';
  if (/<(\w+:)?(newsItem|newsMessage|packageItem)[\s>]/.test(start)) return 'NEWSML_G2';
  if (isHtml(text)) return 'HTML';
  return end === 'xml' || end === 'newsml' ? 'NEWSML_G2' : 'TEXT';
}

export type Preview = NonNullable<NonNullable<ArticlePreviewQuery['newsroom']>['articlePreview']>;

type Read = Pick<Draft, 'title' | 'body' | 'url' | 'publisher' | 'author' | 'language' | 'publishedAt' | 'dropped'>;

/** Reads an article as the server does. With a title of one's own, that wins over the source's. */
export async function readSource(slug: string, format: ArticleFormat, text: string, title?: string): Promise<Read> {
  if (format === 'TEXT') return fromPlain(text);
  const ask = async (headline: string | null) => (await run(ArticlePreviewDocument, { slug, input: { format, body: text, title: headline } })).newsroom?.articlePreview;
  let found: Preview | null | undefined;
  try {
    found = await ask(title || null);
  } catch (failed) {
    // A part of a page that was copied has no headline. The words are read all the same.
    if (title || !(failed as ApiError).field?.endsWith('title')) throw failed;
    found = await ask('…');
    if (found) found = { ...found, title: '' , text: found.text.slice(1) };
  }
  if (!found) return fromPlain('');
  return {
    title: found.title,
    body: found.text.slice(found.title.length).trim(),
    url: found.url ?? '',
    publisher: found.publisher ?? '',
    author: found.author ?? '',
    language: found.language ?? '',
    publishedAt: found.publishedAt ?? '',
    dropped: found.dropped,
  };
}

function fromPlain(text: string): Read {
  const lines = text.replace(/^\ufeff/, '').replace(/\r\n?/g, '\n').split('\n').map((line) => line.trim()).filter(Boolean);
  const title = lines.shift() ?? '';
  return { title: title.slice(0, 500), body: lines.join('\n'), language: '', url: '', publisher: '', author: '', publishedAt: '', dropped: [] };
}
