// The pictures of the figures that need more than the summary.
import { Link } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { pulse, run, useData } from '../api/client';
import type { ApiError } from '../api/errors';
import type { ClaimsSearch, DeskSearch, RulingsSearch } from '../app/search';
import { usePlace } from '../app/session';
import { ArticlesDocument, DeskPeriodDocument, type DeskPeriodQuery, DeskReviewerDocument, DeskTimeDocument, ReviewersDocument, type RulingFilter, type SummedFragment } from '../gql/graphql';
import { count, day, language, locale, number, percent, t } from '../i18n';
import { ErrorNote, RatingChip } from '../ui/parts';
import { useStore } from '../ui/store';
import { Bars, Chart, Columns } from './chart';
import { Debts, OVERDUE, useOverdue, WAITING } from './overdue';
import { endOf, span, startOf } from './period';
import { rulingFilter } from './rulings';

/** It is there only while something is overdue. */
export function Overdue() {
  const { slug } = usePlace();
  const { debts, claims } = useOverdue(50);
  if (debts.length === 0) return null;
  return (
    <Chart
      span
      title={t('Overdue verdicts')}
      columns={[t('Reviewer'), t('Claim'), t('Due')]}
      rows={debts.map(({ claim, reviewer, dueAt }) => [reviewer.displayName, claim.statement, day(dueAt)])}
      note={<Link to="/n/$slug/claims" params={{ slug }} search={OVERDUE}>{count(claims, 'One claim waits for a verdict that is overdue.', '{n} claims wait for verdicts that are overdue.')}</Link>}
    >
      <Debts debts={debts} />
    </Chart>
  );
}

/** Reads several answers, and again whenever something changed. */
function useMany<T>(key: string, read: () => Promise<T>): { data: T | undefined; error: ApiError | undefined } {
  const beat = useStore(pulse);
  const [state, setState] = useState<{ data?: T; error?: ApiError }>({});
  useEffect(() => {
    let here = true;
    read().then(
      (data) => here && setState({ data }),
      (error: ApiError) => here && setState((old) => ({ ...old, error })),
    );
    return () => {
      here = false;
    };
    // `key` stands for everything that `read` uses.
  }, [key, beat]);
  return { data: state.data, error: state.error };
}

export function OverTime({ filters }: { filters: DeskSearch }) {
  const { slug } = usePlace();
  useStore(language);
  const { data, error } = useMany(JSON.stringify([slug, filters]), () =>
    Promise.all(
      stretches(filters).map(async ({ from, to }) => {
        const { newsroom } = await run(DeskPeriodDocument, { slug, since: from.toISOString(), until: to.toISOString(), tag: filters.tag ?? null, claimant: filters.claimant ?? null });
        return { from, to, summary: newsroom?.summary };
      }),
    ),
  );
  if (!data) return error ? <ErrorNote error={error} /> : null;
  const long = data.length > 1 && (data[0] as { from: Date; to: Date }).to.getTime() - (data[0] as { from: Date }).from.getTime() > 20 * 86_400_000;
  const name = new Intl.DateTimeFormat(locale(), long ? { month: 'short', year: '2-digit' } : { day: 'numeric', month: 'short' });
  type Counted = NonNullable<NonNullable<DeskPeriodQuery['newsroom']>['summary']>['verdictCounts'][number];
  const seen = new Map<string, Counted['rating']>();
  for (const one of data) for (const counted of one.summary?.verdictCounts ?? []) seen.set(counted.rating.id, counted.rating);
  const ratings = [...seen.values()];
  const value = (one: (typeof data)[number], id: string) => one.summary?.verdictCounts.find((counted) => counted.rating.id === id)?.count ?? 0;
  const behind = (one: (typeof data)[number], more: ClaimsSearch): ClaimsSearch => ({ ...filters, since: one.from.toISOString(), until: one.to.toISOString(), ...more });
  const columns = data.map((one) => {
    const judged = one.summary?.verdictCounts.reduce((sum, counted) => sum + counted.count, 0) ?? 0;
    return {
      name: name.format(one.from),
      label: `${name.format(one.from)}: ${count(judged, 'one verdict', '{n} verdicts')}`,
      search: behind(one, { judged: true }),
      parts: ratings.map((rating) => ({ label: rating.label, value: value(one, rating.id), colour: rating.colour, search: behind(one, { given: [rating.id] }) })),
    };
  });
  return (
    <Chart
      title={t('Ratings over time')}
      columns={[t('From'), t('Claims'), ...ratings.map((rating) => rating.label)]}
      rows={data.map((one) => [name.format(one.from), one.summary?.claimCount ?? 0, ...ratings.map((rating) => value(one, rating.id))])}
      link={(row, column) => (column === 0 ? undefined : behind(data[row] as (typeof data)[number], column === 1 ? {} : { given: [(ratings[column - 2] as Counted['rating']).id] }))}
      note={t('Verdicts on claims, by when the claims were marked.')}
    >
      <Columns columns={columns} label={t('Ratings over time')} />
      <div className="legend">
        {ratings.map((rating) => (
          <Link key={rating.id} to="/n/$slug/claims" params={{ slug }} search={{ ...filters, given: [rating.id] }}>
            <RatingChip rating={rating} small />
          </Link>
        ))}
      </div>
    </Chart>
  );
}

/** Eight stretches of time: of weeks, or of the time that is chosen. */
function stretches({ since, until }: DeskSearch): { from: Date; to: Date }[] {
  const end = until ? new Date(endOf(until) as string) : tomorrow();
  const start = since ? new Date(startOf(since) as string) : new Date(end.getTime() - 8 * 7 * 86_400_000);
  const step = Math.max(86_400_000, (end.getTime() - start.getTime()) / 8);
  const list: { from: Date; to: Date }[] = [];
  for (let at = start.getTime(); at < end.getTime() && list.length < 8; at += step) list.push({ from: new Date(at), to: new Date(Math.min(at + step, end.getTime())) });
  return list;
}

function tomorrow(): Date {
  const now = new Date();
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1);
}

/** With fewer claims than this, one more verdict can turn the figure around. */
const FEW = 10;

export function Agreement({ summary, search }: { summary: SummedFragment; search: ClaimsSearch }) {
  const { slug } = usePlace();
  const { agreement } = summary;
  const alpha = agreement.alphaOrdinal ?? agreement.alphaNominal;
  const meaning =
    alpha === null || alpha === undefined
      ? agreement.undefinedReason === 'ONE_CATEGORY'
        ? t('Every rating is the same, so agreement cannot be told from a scale that nobody uses.')
        : t('No claim has two verdicts that could agree or differ yet.')
      : agreement.unitCount < FEW
        ? count(agreement.unitCount, 'Only one claim has two verdicts or more. That is too few to say how well reviewers agree.', 'Only {n} claims have two verdicts or more. That is too few to say how well reviewers agree.')
      : alpha >= 0.8
        ? t('Reviewers agree: their ratings can be relied on.')
        : alpha >= 0.667
          ? t('Reviewers agree mostly: draw careful conclusions.')
          : alpha > 0
            ? t('Reviewers agree little: the scale or the instructions may be read in different ways.')
            : t('Reviewers agree no more than by chance.');
  const rows: (string | number)[][] = [];
  if (typeof agreement.observedAgreement === 'number') rows.push([t('Pairs of ratings that are the same'), percent(agreement.observedAgreement)]);
  if (typeof agreement.alphaNominal === 'number') rows.push([t('Alpha, same or different'), agreement.alphaNominal]);
  if (typeof agreement.alphaOrdinal === 'number') rows.push([t('Alpha, by distance on the scale'), agreement.alphaOrdinal]);
  rows.push([t('Claims with two verdicts or more'), agreement.unitCount], [t('Reviewers'), agreement.raterCount]);
  const scale = agreement.ratingScale?.id;
  const older = summary.verdictCounts.filter((one) => one.ratingScale.id !== scale).map((one) => one.rating.id);
  if (agreement.leftOut > 0) rows.push([t('Verdicts of older scales, left out'), agreement.leftOut]);
  const behind = (row: number): ClaimsSearch | undefined => (agreement.leftOut > 0 && row === rows.length - 1 ? { ...search, given: older } : scale ? { ...search, compared: scale } : undefined);
  return (
    <Chart title={t('Agreement among reviewers')} columns={[t('Figure'), t('Value')]} rows={rows} note={meaning} link={(row, column) => (column === 1 ? behind(row) : undefined)}>
      <svg className="picture" viewBox="0 0 400 46" role="img" aria-label={typeof alpha === 'number' ? t('Alpha is {alpha}, on a scale from 0, chance, to 1, perfect.', { alpha: number(alpha, 2) }) : meaning}>
        <rect x="8" y="14" width="384" height="8" rx="4" fill="var(--line)" />
        <rect x={8 + 384 * 0.667} y="14" width={384 * 0.133} height="8" fill="var(--warn)" opacity="0.5" />
        <rect x={8 + 384 * 0.8} y="14" width={384 * 0.2} height="8" rx="4" fill="var(--good)" opacity="0.6" />
        {typeof alpha === 'number' && <circle cx={8 + 384 * Math.max(0, Math.min(1, alpha))} cy="18" r="8" fill="var(--accent)" stroke="var(--sheet)" strokeWidth="2" />}
        <text x="8" y="42">{t('0, chance')}</text>
        <text x="392" y="42" textAnchor="end">{t('1, perfect')}</text>
      </svg>
      <dl>
        {rows.map(([label, value], at) => {
          const text = typeof value === 'number' ? number(value, 2) : value;
          const found = behind(at);
          return (
            <div key={label} className="section-head">
              <dt className="quiet">{label}</dt>
              <dd>{found ? <Link to="/n/$slug/claims" params={{ slug }} search={found}>{text}</Link> : text}</dd>
            </div>
          );
        })}
      </dl>
    </Chart>
  );
}

const DAY = 86_400;

/** By when rulings came: the groups of the picture, in seconds. */
const GROUPS: { name: 'day' | 'days' | 'week' | 'month' | 'later'; least?: number; below?: number }[] = [
  { name: 'day', below: DAY },
  { name: 'days', least: DAY, below: 3 * DAY },
  { name: 'week', least: 3 * DAY, below: 7 * DAY },
  { name: 'month', least: 7 * DAY, below: 30 * DAY },
  { name: 'later', least: 30 * DAY },
];

/** Quartiles of fewer rulings than this say nothing more. */
const SOME = 8;

/** How long the rulings took that were published in the chosen time. */
export function TimeToRuling({ filters }: { filters: DeskSearch }) {
  const { slug } = usePlace();
  const searches = GROUPS.map(({ least, below }): RulingsSearch => ({ ...filters, least, below }));
  const [one, days, week, month, later] = searches.map(rulingFilter) as [RulingFilter, RulingFilter, RulingFilter, RulingFilter, RulingFilter];
  const { data } = useData(DeskTimeDocument, { slug, all: rulingFilter(filters), day: one, days, week, month, later });
  const figure = data?.newsroom?.timeToRuling;
  if (!data || !figure) return null;
  const labels = [t('within a day'), t('within three days'), t('within a week'), t('within a month'), t('later')];
  const rows = GROUPS.map(({ name }, at): [string, number] => [labels[at] as string, data[name]?.totalCount ?? 0]);
  const { median, lowerQuartile, upperQuartile } = figure;
  const known = typeof median === 'number' && typeof lowerQuartile === 'number' && typeof upperQuartile === 'number';
  return (
    <Chart
      title={t('From mark to ruling')}
      columns={[t('Time'), t('Rulings')]}
      rows={figure.count === 0 ? [] : rows}
      note={
        known && (
          <>
            {figure.count < SOME
              ? t('Half of the rulings come within {median}.', { median: span(median) })
              : t('A quarter of the rulings come within {lower}, half within {median}, and three quarters within {upper}.', { lower: span(lowerQuartile), median: span(median), upper: span(upperQuartile) })}{' '}
            <Link to="/n/$slug/rulings" params={{ slug }} search={filters}>{count(figure.count, 'One ruling', '{n} rulings')}</Link>
          </>
        )
      }
    >
      <Bars
        bars={rows.map(([name, value], at) => ({
          name: (
            <Link to="/n/$slug/rulings" params={{ slug }} search={searches[at] as RulingsSearch}>{name}</Link>
          ),
          value,
        }))}
      />
    </Chart>
  );
}

export function Workload() {
  const { slug } = usePlace();
  const [now] = useState(() => new Date().toISOString());
  const { data: people } = useData(ReviewersDocument, { slug });
  const reviewers = (people?.newsroom?.reviewers ?? []).slice(0, 30);
  const { data } = useMany(JSON.stringify([slug, reviewers.map((person) => person.id)]), () =>
    Promise.all(
      reviewers.map(async (person) => {
        const { newsroom } = await run(DeskReviewerDocument, {
          slug,
          waiting: { assignedTo: person.id, notReviewedBy: person.id, states: [...WAITING] },
          overdue: { assignedTo: person.id, notReviewedBy: person.id, dueBefore: now, states: [...WAITING] },
          judged: { reviewedBy: person.id },
        });
        return { person, waiting: newsroom?.waiting.totalCount ?? 0, overdue: newsroom?.overdue.totalCount ?? 0, judged: newsroom?.judged.totalCount ?? 0 };
      }),
    ),
  );
  if (!people || !data || data.length !== reviewers.length) return null;
  return (
    <Chart
      title={t('Workload by reviewer')}
      columns={[t('Reviewer'), t('Asked, not judged yet'), t('Overdue'), t('Claims judged')]}
      rows={data.map((one) => [one.person.displayName, one.waiting, one.overdue, one.judged])}
      link={(row, column) => {
        const id = data[row]?.person.id as string;
        return [undefined, { assigned: id, state: [...WAITING] }, { assigned: id, overdue: true as const, state: [...WAITING] }, { reviewer: id }][column];
      }}
    >
      <Bars
        bars={data.map((one) => ({
          name: (
            <Link to="/n/$slug/claims" params={{ slug }} search={{ reviewer: one.person.id }}>
              <bdi>{one.person.displayName}</bdi>
            </Link>
          ),
          value: one.judged,
          text: (
            <>
              {count(one.judged, 'one judged', '{n} judged')},{' '}
              <Link to="/n/$slug/claims" params={{ slug }} search={{ assigned: one.person.id, state: [...WAITING] }}>
                {count(one.waiting, 'one waits', '{n} wait')}
              </Link>
              {one.overdue > 0 && (
                <>
                  ,{' '}
                  <Link className="late" to="/n/$slug/claims" params={{ slug }} search={{ assigned: one.person.id, overdue: true, state: [...WAITING] }}>
                    {count(one.overdue, 'one overdue', '{n} overdue')}
                  </Link>
                </>
              )}
            </>
          ),
        }))}
      />
    </Chart>
  );
}

export function Coverage() {
  const { slug } = usePlace();
  const { data } = useData(ArticlesDocument, { slug, filter: null, order: 'NEWEST_FIRST', first: 20, after: null });
  const articles = data?.newsroom?.articles.nodes;
  if (!articles) return null;
  return (
    <Chart
      span
      title={t('Coverage of the newest articles')}
      columns={[t('Article'), t('Claims'), t('Judged'), t('Verdicts'), t('Disputed')]}
      link={(row, column) => {
        const article = articles[row]?.id;
        return [undefined, { article }, { article, judged: true as const }, { article, judged: true as const }, { article, disputed: true as const }][column];
      }}
      rows={articles.map(({ title, summary }) => [title, summary.claimCount, summary.judgedClaimCount, summary.verdictCount, summary.disputedClaimCount])}
    >
      <Bars
        bars={articles.map(({ id, title, summary }) => ({
          name: (
            <Link to="/n/$slug/articles/$article" params={{ slug, article: id }} search={{}}>
              <bdi>{title.length > 70 ? `${title.slice(0, 70)}…` : title}</bdi>
            </Link>
          ),
          value: summary.judgedClaimCount,
          whole: summary.claimCount,
          text:
            summary.claimCount === 0 ? (
              t('No claims yet')
            ) : (
              <>
                <Link to="/n/$slug/claims" params={{ slug }} search={{ article: id, judged: true }}>{t('{judged} of {all} judged', { judged: summary.judgedClaimCount, all: summary.claimCount })}</Link>
                {summary.disputedClaimCount > 0 && (
                  <>
                    ,{' '}
                    <Link to="/n/$slug/claims" params={{ slug }} search={{ article: id, disputed: true }}>{count(summary.disputedClaimCount, 'one disputed claim', '{n} disputed claims')}</Link>
                  </>
                )}
              </>
            ),
        }))}
      />
    </Chart>
  );
}
