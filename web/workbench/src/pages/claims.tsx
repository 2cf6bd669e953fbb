import { useNavigate, useSearch } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useData } from '../api/client';
import type { ClaimsSearch } from '../app/search';
import { usePlace } from '../app/session';
import { type ClaimFilter, type ClaimOrder, ClaimsDocument, type ClaimsQuery, type ClaimState } from '../gql/graphql';
import { count, t } from '../i18n';
import { Pages } from '../ui/pages';
import { Empty, ErrorNote, Loading, stateName, useTitle } from '../ui/parts';
import { FilterText } from './articles';
import { ClaimRow } from './claim-row';

const STATES: ClaimState[] = ['OPEN', 'IN_REVIEW', 'READY', 'PUBLISHED', 'WITHDRAWN'];

export function toFilter(filters: ClaimsSearch): ClaimFilter {
  const states = filters.state?.filter((state): state is ClaimState => STATES.includes(state as ClaimState));
  return {
    text: filters.text ?? null,
    states: states?.length ? states : null,
    ratingKeys: filters.rating ?? null,
    tag: filters.tag ?? null,
    claimant: filters.claimant ?? null,
    disputed: filters.disputed ?? null,
    stale: filters.stale ?? null,
    unsourced: filters.unsourced ?? null,
    reviewedBy: filters.reviewer ?? null,
    assignedTo: filters.assigned ?? null,
    assignedToMe: filters.mine === 'assigned' ? true : null,
    notReviewedByMe: filters.mine === 'assigned' || filters.mine === 'unjudged' ? true : null,
    draftedByMe: filters.mine === 'drafts' ? true : null,
  };
}

export default function Claims() {
  const { slug, newsroom } = usePlace();
  const filters = useSearch({ strict: false }) as ClaimsSearch;
  const navigate = useNavigate();
  useTitle(t('Claims'));
  const set = (change: Partial<ClaimsSearch>) => void navigate({ to: '/n/$slug/claims', params: { slug }, search: { ...filters, ...change }, replace: true });
  const only = (name: 'disputed' | 'stale' | 'unsourced', label: string) => (
    <label className="tick">
      <input type="checkbox" checked={filters[name] ?? false} onChange={(event) => set({ [name]: event.target.checked || undefined })} />
      {label}
    </label>
  );
  const used = Object.entries(filters).filter(([name, value]) => value !== undefined && name !== 'order');
  return (
    <main id="main" className="page">
      <h1>{t('Claims')}</h1>
      <div className="filters" role="search">
        <FilterText label={t('Words')} value={filters.text} onChange={(text) => set({ text: text || undefined })} />
        <label className="filter">
          <span>{t('State')}</span>
          <select value={filters.state?.length === 1 ? filters.state[0] : filters.state ? 'several' : ''} onChange={(event) => set({ state: event.target.value ? [event.target.value] : undefined })}>
            <option value="">{t('Any')}</option>
            {filters.state && filters.state.length > 1 && <option value="several">{filters.state.map((state) => stateName(state as ClaimState)).join(', ')}</option>}
            {STATES.map((state) => (
              <option key={state} value={state}>
                {stateName(state)}
              </option>
            ))}
          </select>
        </label>
        <label className="filter">
          <span>{t('Rated')}</span>
          <select value={filters.rating?.[0] ?? ''} onChange={(event) => set({ rating: event.target.value ? [event.target.value] : undefined })}>
            <option value="">{t('Any')}</option>
            {newsroom.ratingScale.ratings.map((rating) => (
              <option key={rating.key} value={rating.key}>
                {rating.label}
              </option>
            ))}
          </select>
        </label>
        <label className="filter">
          <span>{t('Mine')}</span>
          <select value={filters.mine ?? ''} onChange={(event) => set({ mine: event.target.value || undefined })}>
            <option value="">{t('Any')}</option>
            <option value="assigned">{t('I am asked to judge')}</option>
            <option value="unjudged">{t('Not judged by me')}</option>
            <option value="drafts">{t('With a draft of mine')}</option>
          </select>
        </label>
        <FilterText label={t('Tag')} value={filters.tag} onChange={(tag) => set({ tag: tag || undefined })} short />
        <FilterText label={t('Claimant')} value={filters.claimant} onChange={(claimant) => set({ claimant: claimant || undefined })} />
        {only('disputed', t('Disputed'))}
        {only('stale', t('Words changed'))}
        {only('unsourced', t('A verdict without a source'))}
        <select aria-label={t('Order')} value={filters.order ?? ''} onChange={(event) => set({ order: (event.target.value || undefined) as 'OLDEST_FIRST' | undefined })}>
          <option value="">{t('Newest first')}</option>
          <option value="OLDEST_FIRST">{t('Oldest first')}</option>
        </select>
        {used.length > 0 && (
          <button type="button" onClick={() => void navigate({ to: '/n/$slug/claims', params: { slug }, search: {} })}>
            {t('Show all')}
          </button>
        )}
      </div>
      <Pages
        reset={JSON.stringify(filters)}
        render={(after, more, at) => (
          <ClaimPage key={after} slug={slug} filter={toFilter(filters)} order={filters.order ?? 'NEWEST_FIRST'} after={after} more={more} head={at === 0} filtered={used.length > 0} />
        )}
      />
    </main>
  );
}

type PageInfo = NonNullable<ClaimsQuery['newsroom']>['claims']['pageInfo'];

function ClaimPage({ slug, filter, order, after, more, head, filtered }: {
  slug: string;
  filter: ClaimFilter;
  order: ClaimOrder;
  after: string | null;
  more: (info: PageInfo | undefined) => ReactNode;
  head: boolean;
  filtered: boolean;
}) {
  const { data, error, reload } = useData(ClaimsDocument, { slug, filter, order, first: 25, after });
  const list = data?.newsroom?.claims;
  if (!list) return error ? <ErrorNote error={error} retry={reload} /> : <Loading />;
  if (list.totalCount === 0) {
    return <Empty title={filtered ? t('No claim fits.') : t('Nothing is marked yet.')}>{!filtered && <p>{t('Open an article, select the words that make a claim, and mark them.')}</p>}</Empty>;
  }
  return (
    <>
      {head && <p className="quiet">{count(list.totalCount, 'One claim', '{n} claims')}</p>}
      <ul className="claim-rows">
        {list.nodes.map((claim) => (
          <ClaimRow key={claim.id} claim={claim} />
        ))}
      </ul>
      {more(list.pageInfo)}
    </>
  );
}
