import { Link, useSearch } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useData } from '../api/client';
import type { RulingsSearch } from '../app/search';
import { usePlace } from '../app/session';
import { type RulingFilter, RulingsDocument, type RulingsQuery } from '../gql/graphql';
import { count, t } from '../i18n';
import { Pages } from '../ui/pages';
import { Empty, ErrorNote, Loading, RatingChip, Time, useTitle } from '../ui/parts';
import { endOf, periodName, span, startOf } from './period';

/** The filter of the API. */
export const rulingFilter = (filters: RulingsSearch): RulingFilter => ({
  publishedSince: startOf(filters.since),
  publishedUntil: endOf(filters.until),
  tag: filters.tag ?? null,
  claimant: filters.claimant ?? null,
  tookAtLeast: filters.least ?? null,
  tookLessThan: filters.below ?? null,
});

export default function Rulings() {
  const { slug } = usePlace();
  const filters = useSearch({ strict: false }) as RulingsSearch;
  useTitle(t('Rulings'));
  return (
    <main id="main" className="page">
      <h1>{t('Rulings')}</h1>
      <Narrowed filters={filters} />
      <Pages reset={JSON.stringify([slug, filters])} render={(after, more, at) => <RulingPage key={after} slug={slug} filter={rulingFilter(filters)} after={after} more={more} head={at === 0} />} />
    </main>
  );
}

/** What a link from a figure asked for. */
function Narrowed({ filters }: { filters: RulingsSearch }) {
  const { slug } = usePlace();
  const { least, below, tag, claimant } = filters;
  const period = periodName(filters);
  const took = least && below ? t('From mark to ruling: {from} to {to}.', { from: span(least), to: span(below) }) : least ? t('From mark to ruling: {from} or longer.', { from: span(least) }) : below ? t('From mark to ruling: less than {to}.', { to: span(below) }) : undefined;
  const notes = [period && t('Published {period}.', { period }), took, tag && t('Tag: {tag}.', { tag }), claimant && t('Claimant: {claimant}.', { claimant })].filter(Boolean);
  if (notes.length === 0) return null;
  return (
    <p className="note">
      {notes.join(' ')} <Link to="/n/$slug/rulings" params={{ slug }} search={{}}>{t('Show all')}</Link>
    </p>
  );
}

type List = NonNullable<RulingsQuery['publishedRulings']>;

function RulingPage({ slug, filter, after, more, head }: { slug: string; filter: RulingFilter; after: string | null; more: (info: List['pageInfo'] | undefined) => ReactNode; head: boolean }) {
  const { data, error, reload } = useData(RulingsDocument, { slug, filter, first: 25, after });
  const list = data?.publishedRulings;
  if (!list) return error ? <ErrorNote error={error} retry={reload} /> : <Loading />;
  if (list.totalCount === 0) {
    if (Object.values(filter).some(Boolean)) return <Empty title={t('No ruling fits.')} />;
    return (
      <Empty title={t('No ruling is published yet.')}>
        <p>{t('Once enough reviewers have judged a claim, an editor publishes the ruling on it.')}</p>
      </Empty>
    );
  }
  return (
    <>
      {head && <p className="quiet">{count(list.totalCount, 'One ruling', '{n} rulings')}</p>}
      <RulingRows rulings={list.nodes} />
      {more(list.pageInfo)}
    </>
  );
}

type Ruling = List['nodes'][number];

export function RulingRows({ rulings }: { rulings: Ruling[] }) {
  const { slug } = usePlace();
  return (
    <ul className="claim-rows">
      {rulings.map((ruling) => (
        <li key={ruling.id} className="claim-row">
          <p className="chips">
            <RatingChip rating={ruling.rating} />
            {ruling.state === 'RETRACTED' && <span className="chip late">{t('Retracted')}</span>}
            {ruling.corrections.length > 0 && <span className="chip">{count(ruling.corrections.length, 'corrected once', 'corrected {n} times')}</span>}
            <span className="quiet">
              <Time at={ruling.publishedAt} />
            </span>
          </p>
          {ruling.claim && (
            <Link className="cover" to="/n/$slug/articles/$article" params={{ slug, article: ruling.claim.article.id }} search={{ claim: ruling.claim.id }}>
              <span dir="auto">{ruling.claim.statement}</span>
            </Link>
          )}
          <p className="prose" dir="auto">{ruling.summary}</p>
          <p className="facts">
            {ruling.claim?.claimant && <bdi>{ruling.claim.claimant}</bdi>}
            {ruling.claim && <bdi className="quiet">{ruling.claim.article.title}</bdi>}
          </p>
        </li>
      ))}
    </ul>
  );
}
