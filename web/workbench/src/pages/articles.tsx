import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { useData } from '../api/client';
import type { ArticlesSearch } from '../app/search';
import { atLeast, usePlace } from '../app/session';
import { type ArticleFilter, ArticlesDocument, type ArticlesQuery } from '../gql/graphql';
import { count, t } from '../i18n';
import { FilterBox } from '../ui/filters';
import { Pages } from '../ui/pages';
import { Empty, ErrorNote, Icon, Loading, useTitle } from '../ui/parts';
import { ArticleRow } from './article-row';
import { endOf, periodName, startOf } from './period';

export default function Articles() {
  const { slug, role } = usePlace();
  const filters = useSearch({ strict: false }) as ArticlesSearch;
  const navigate = useNavigate();
  useTitle(t('Articles'));
  const set = (change: Partial<ArticlesSearch>) => void navigate({ to: '/n/$slug/articles', params: { slug }, search: { ...filters, ...change }, replace: true });
  const filter: ArticleFilter = {
    text: filters.text ?? null,
    publisher: filters.publisher ?? null,
    language: filters.language ?? null,
    hasOpenClaims: filters.open ?? null,
    withdrawn: filters.withdrawn ?? null,
    importedSince: startOf(filters.since),
    importedUntil: endOf(filters.until),
  };
  return (
    <main id="main" className="page">
      <header className="section-head">
        <h1>{t('Articles')}</h1>
        {atLeast(role, 'EDITOR') && (
          <Link className="button primary" to="/n/$slug/import" params={{ slug }}>
            <Icon name="plus" /> {t('Import')}
          </Link>
        )}
      </header>
      <FilterBox active={Object.values(filters).some((value) => value !== undefined)}>
        <FilterText label={t('Words in the headline')} value={filters.text} onChange={(text) => set({ text })} />
        <FilterText label={t('Publisher')} value={filters.publisher} onChange={(publisher) => set({ publisher })} />
        <FilterText label={t('Language')} value={filters.language} onChange={(language) => set({ language })} short />
        <label className="filter">
          <span>{t('Order')}</span>
          <select value={filters.order ?? ''} onChange={(event) => set({ order: event.target.value || undefined } as Partial<ArticlesSearch>)}>
            <option value="">{t('Newest first')}</option>
            <option value="OLDEST_FIRST">{t('Oldest first')}</option>
          </select>
        </label>
        <label className="tick">
          <input type="checkbox" checked={filters.open ?? false} onChange={(event) => set({ open: event.target.checked || undefined } as Partial<ArticlesSearch>)} />
          {t('With claims to judge')}
        </label>
        <label className="tick">
          <input type="checkbox" checked={filters.withdrawn ?? false} onChange={(event) => set({ withdrawn: event.target.checked || undefined } as Partial<ArticlesSearch>)} />
          {t('Withdrawn')}
        </label>
      </FilterBox>
      {(filters.since || filters.until) && (
        <p className="note">
          {t('Only articles imported {period}.', { period: periodName(filters) })} <button type="button" className="quiet-button" onClick={() => set({ since: undefined, until: undefined })}>{t('Show all')}</button>
        </p>
      )}
      <Pages
        reset={JSON.stringify(filters)}
        render={(after, more, at) => (
          <ArticlePage
            key={after}
            slug={slug}
            filter={filter}
            order={filters.order ?? 'NEWEST_FIRST'}
            after={after}
            more={more}
            head={at === 0}
            filtered={Object.values(filters).some((value) => value !== undefined)}
          />
        )}
      />
    </main>
  );
}

type PageInfo = NonNullable<ArticlesQuery['newsroom']>['articles']['pageInfo'];

function ArticlePage({ slug, filter, order, after, more, head, filtered }: {
  slug: string;
  filter: ArticleFilter;
  order: 'NEWEST_FIRST' | 'OLDEST_FIRST';
  after: string | null;
  more: (info: PageInfo | undefined) => ReactNode;
  head: boolean;
  filtered: boolean;
}) {
  const { data, error, reload } = useData(ArticlesDocument, { slug, filter, order, first: 25, after });
  const list = data?.newsroom?.articles;
  if (!list) return error ? <ErrorNote error={error} retry={reload} /> : <Loading />;
  if (list.totalCount === 0) {
    return <Empty title={filtered ? t('No article fits.') : t('There is no article yet.')}>{!filtered && <p>{t('An editor imports articles: paste the text, or drop a file.')}</p>}</Empty>;
  }
  return (
    <>
      {head && <p className="quiet">{count(list.totalCount, 'One article', '{n} articles')}</p>}
      <ul className="article-rows wide">
        {list.nodes.map((article) => (
          <ArticleRow key={article.id} article={article} />
        ))}
      </ul>
      {more(list.pageInfo)}
    </>
  );
}

/** A filter that is applied when the field is left, or with Enter. */
export function FilterText({ label, value, onChange, short, long }: { label: string; value: string | undefined; onChange: (value: string) => void; short?: boolean; long?: boolean }) {
  const [typed, setTyped] = useState(value ?? '');
  const [before, setBefore] = useState(value);
  if (before !== value) {
    setBefore(value);
    setTyped(value ?? '');
  }
  const apply = () => {
    if (typed !== (value ?? '')) onChange(typed);
  };
  return (
    <label className={short ? 'filter short' : long ? 'filter long' : 'filter'}>
      <span>{label}</span>
      <input type="search" dir="auto" value={typed} onChange={(event) => setTyped(event.target.value)} onBlur={apply} onKeyDown={(event) => event.key === 'Enter' && apply()} />
    </label>
  );
}
