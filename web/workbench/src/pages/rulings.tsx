import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useData } from '../api/client';
import { usePlace } from '../app/session';
import { RulingsDocument, type RulingsQuery } from '../gql/graphql';
import { count, t } from '../i18n';
import { Pages } from '../ui/pages';
import { Empty, ErrorNote, Loading, RatingChip, Time, useTitle } from '../ui/parts';

export default function Rulings() {
  const { slug } = usePlace();
  useTitle(t('Rulings'));
  return (
    <main id="main" className="page">
      <h1>{t('Rulings')}</h1>
      <Pages reset={slug} render={(after, more, at) => <RulingPage key={after} slug={slug} after={after} more={more} head={at === 0} />} />
    </main>
  );
}

type PageInfo = NonNullable<RulingsQuery['newsroom']>['rulings']['pageInfo'];

function RulingPage({ slug, after, more, head }: { slug: string; after: string | null; more: (info: PageInfo | undefined) => ReactNode; head: boolean }) {
  const { data, error, reload } = useData(RulingsDocument, { slug, first: 25, after });
  const list = data?.newsroom?.rulings;
  if (!list) return error ? <ErrorNote error={error} retry={reload} /> : <Loading />;
  if (list.totalCount === 0) {
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

type Ruling = NonNullable<RulingsQuery['newsroom']>['rulings']['nodes'][number];

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
