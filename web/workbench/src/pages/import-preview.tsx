import { Link } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { run, useData } from '../api/client';
import { usePlace } from '../app/session';
import { ArticlePreviewDocument, ArticlesByAddressDocument, type ArticlesByAddressQuery, type SpanKind } from '../gql/graphql';
import { t } from '../i18n';
import { Empty, Time } from '../ui/parts';
import type { Draft, Preview } from './import-draft';

/** A longer text is not sent with each pause in typing. */
const MOST = 200_000;

/** The text as the server cuts it, a moment after it was typed. */
export function usePreview({ title, body, language, state }: Draft): Preview | undefined {
  const { slug } = usePlace();
  const [typed, setTyped] = useState({ title: '', body: '', language: '' });
  useEffect(() => {
    const timer = setTimeout(() => setTyped({ title: title.trim(), body, language: language.trim() }), 400);
    return () => clearTimeout(timer);
  }, [title, body, language]);
  const isComplete = typed.title !== '' && typed.body.trim() !== '' && typed.body.length < MOST && state !== 'done';
  const { data, isCurrent } = useData(ArticlePreviewDocument, { slug, input: { title: typed.title, body: typed.body, language: typed.language || null } }, { pause: !isComplete, still: true });
  const isFresh = typed.title === title.trim() && typed.body === body && typed.language === language.trim();
  return isComplete && isCurrent && isFresh ? (data?.newsroom?.articlePreview ?? undefined) : undefined;
}

const TAGS: Record<SpanKind, 'h1' | 'h2' | 'p'> = { TITLE: 'h1', HEADING: 'h2', PARAGRAPH: 'p', CAPTION: 'p', SENTENCE: 'p' };

/** The article as it will be read. Until the server has cut it, as it most likely will. */
export function PreviewPane({ draft, preview }: { draft: Draft; preview: Preview | undefined }) {
  const spans: { kind: SpanKind; text: string }[] = preview?.spans ?? [{ kind: 'TITLE', text: draft.title }, ...blocks(draft.body)];
  return (
    <section aria-label={t('Preview')}>
      <h2>{t('Preview')}</h2>
      {draft.title || draft.body ? (
        <div className="preview" tabIndex={0}>
          <div className="paper" lang={draft.language || undefined} dir="auto">
            {spans.map(({ kind, text }, at) => {
              const Tag = TAGS[kind];
              return <Tag key={`${at}-${text.length}`} className={`block ${kind.toLowerCase()}`} dir="auto">{text}</Tag>;
            })}
          </div>
        </div>
      ) : (
        <Empty title={t('The article appears here as it will be read.')}>
          <p>{t('The server cuts it into headings, captions, paragraphs and sentences. Its text never changes after that.')}</p>
        </Empty>
      )}
    </section>
  );
}

function blocks(body: string): { kind: SpanKind; text: string }[] {
  const lines = body.split(/\r\n?|\n/).map((line) => line.trim()).filter(Boolean).slice(0, 400);
  return lines.map((text, at) => {
    if (/^(photo|image|illustration)s?: |\((photo|image|illustration)[^)]*\)$/i.test(text)) return { kind: 'CAPTION', text };
    const short = text.length <= 100 && text.split(' ').length <= 12;
    const heading = short && at + 1 < lines.length && !/[.!?…。؟:;]["”»)']*$/.test(text) && !/^([-–—−•*·‣▪●○◦+>→]|\d+[.)])/.test(text);
    return { kind: heading ? 'HEADING' : 'PARAGRAPH', text };
  });
}

type KnownArticles = NonNullable<ArticlesByAddressQuery['newsroom']>['articles']['nodes'];

/** Warns, before the import, that the newsroom has an article with this address, or with these words. */
export function Known({ url, sameWords }: { url: string; sameWords: KnownArticles }) {
  const { slug } = usePlace();
  const [known, setKnown] = useState<KnownArticles>([]);
  useEffect(() => {
    setKnown([]);
    const address = url.trim();
    if (!/^https?:\/\/\S+\.\S/.test(address) || address.length > 2000) return;
    let here = true;
    const timer = setTimeout(() => {
      // An address that the server refuses is said when the article is sent.
      run(ArticlesByAddressDocument, { slug, url: address }).then(({ newsroom }) => here && setKnown(newsroom?.articles.nodes ?? []), () => undefined);
    }, 350);
    return () => {
      here = false;
      clearTimeout(timer);
    };
  }, [slug, url]);
  const byWords = sameWords.filter((article) => !known.some((other) => other.id === article.id));
  return (
    <div role="status">
      {known.length > 0 && <KnownList title={t('The newsroom has an article with this address already:')} articles={known} />}
      {byWords.length > 0 && <KnownList title={t('The newsroom has an article with the same words already:')} articles={byWords} />}
    </div>
  );
}

function KnownList({ title, articles }: { title: string; articles: KnownArticles }) {
  const { slug } = usePlace();
  return (
    <div className="note warn">
      <p>{title}</p>
      <ul>
        {articles.map((article) => (
          <li key={article.id}>
            <Link to="/n/$slug/articles/$article" params={{ slug, article: article.id }} search={{}} target="_blank">
              <bdi>{article.title}</bdi>
            </Link>{' '}
            <span className="quiet">
              {t('Imported')} <Time at={article.importedAt} />
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}
