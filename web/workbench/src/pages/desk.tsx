import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useData } from '../api/client';
import type { ArticlesSearch, ClaimsSearch, DeskSearch } from '../app/search';
import { atLeast, usePlace } from '../app/session';
import { DeskStatesDocument, type DeskStatesQuery, DeskSummaryDocument, type SummedFragment } from '../gql/graphql';
import { count, number, t } from '../i18n';
import { ErrorNote, Loading, RatingChip, useTitle } from '../ui/parts';
import { FilterText } from './articles';
import { Bars, Chart } from './chart';
import { Agreement, Coverage, Overdue, OverTime, TimeToRuling, Workload } from './desk-charts';
import { endOf, startOf } from './period';

/** What the newsroom's checks come to. Each figure leads to the claims behind it; each picture has its table. */
export default function Desk() {
  const { slug } = usePlace();
  const filters = useSearch({ strict: false }) as DeskSearch;
  const navigate = useNavigate();
  useTitle(t('Figures'));
  const set = (change: DeskSearch) => void navigate({ to: '/n/$slug/desk', params: { slug }, search: { ...filters, ...change }, replace: true });
  const variables = { slug, since: startOf(filters.since), until: endOf(filters.until), tag: filters.tag ?? null, claimant: filters.claimant ?? null };
  const { data, error, reload } = useData(DeskSummaryDocument, variables);
  const wanted = { tag: variables.tag, claimant: variables.claimant, markedSince: variables.since, markedUntil: variables.until };
  const { data: states } = useData(DeskStatesDocument, {
    slug,
    open: { ...wanted, states: ['OPEN'] },
    inReview: { ...wanted, states: ['IN_REVIEW'] },
    ready: { ...wanted, states: ['READY'] },
    published: { ...wanted, states: ['PUBLISHED'] },
  });
  const summary = data?.newsroom?.summary;
  const date = (label: string, name: 'since' | 'until') => (
    <label className="filter">
      <span>{label}</span>
      <input type="date" value={filters[name] ?? ''} onChange={(event) => set({ [name]: event.target.value || undefined })} />
    </label>
  );
  return (
    <main id="main" className="page broad">
      <h1>{t('Figures')}</h1>
      <div className="filters" role="search">
        {date(t('Claims marked since'), 'since')}
        {date(t('Until'), 'until')}
        <FilterText label={t('Tag')} value={filters.tag} onChange={(tag) => set({ tag: tag || undefined })} short />
        <FilterText label={t('Claimant')} value={filters.claimant} onChange={(claimant) => set({ claimant: claimant || undefined })} />
      </div>
      {!summary ? error ? <ErrorNote error={error} retry={reload} /> : <Loading /> : <Summed summary={summary} filters={filters} states={states?.newsroom} />}
    </main>
  );
}

type States = NonNullable<DeskStatesQuery['newsroom']>;

function Summed({ summary, filters, states }: { summary: SummedFragment; filters: DeskSearch; states: States | null | undefined }) {
  const { role } = usePlace();
  const edits = atLeast(role, 'EDITOR');
  // A list has only the claims that match. The figures of a tag or a claimant also count what is linked to them.
  const isLinked = Boolean(filters.tag || filters.claimant);
  return (
    <>
      <Cards summary={summary} filters={filters} />
      {summary.hiddenVerdictCount > 0 && (
        <p className="note">{count(summary.hiddenVerdictCount, 'Blind review hides one verdict from you. It is not in the figures below.', 'Blind review hides {n} verdicts from you. They are not in the figures below.')}</p>
      )}
      {isLinked && <p className="hint">{t('A claim and its repeats count as one here. The lists behind the figures show each claim that matches.')}</p>}
      <div className="charts">
        {edits && <Overdue />}
        <Ratings summary={summary} search={filters} />
        <Progress states={states} search={filters} />
        <OverTime filters={filters} />
        <Agreement summary={summary} search={filters} />
        <TimeToRuling filters={filters} />
        {edits && <Workload />}
        <Coverage />
      </div>
    </>
  );
}

function Cards({ summary, filters }: { summary: SummedFragment; filters: DeskSearch }) {
  const { slug } = usePlace();
  const card = (value: number, label: string, search: ClaimsSearch) => (
    <Link className="figure-card" to="/n/$slug/claims" params={{ slug }} search={{ ...filters, ...search }}>
      <b>{number(value)}</b>
      <span>{label}</span>
    </Link>
  );
  const { since, until } = filters;
  const articles: ArticlesSearch = { since, until };
  return (
    <div className="figures">
      {filters.tag || filters.claimant ? (
        card(summary.articleCount, count(summary.articleCount, 'article', 'articles'), {})
      ) : (
        <Link className="figure-card" to="/n/$slug/articles" params={{ slug }} search={articles}>
          <b>{number(summary.articleCount)}</b>
          <span>{count(summary.articleCount, 'article', 'articles')}</span>
        </Link>
      )}
      {card(summary.claimCount, count(summary.claimCount, 'claim', 'claims'), {})}
      {card(summary.judgedClaimCount, count(summary.judgedClaimCount, 'claim judged', 'claims judged'), { judged: true })}
      {card(summary.verdictCount, `${count(summary.verdictCount, 'verdict', 'verdicts')} ${count(summary.judgedClaimCount, 'on one claim', 'on {n} claims')}`, { judged: true })}
      {card(summary.disputedClaimCount, count(summary.disputedClaimCount, 'claim on which reviewers differ', 'claims on which reviewers differ'), { disputed: true })}
      {card(summary.staleClaimCount, count(summary.staleClaimCount, 'claim whose words changed', 'claims whose words changed'), { stale: true })}
      {card(summary.unsourcedVerdictCount, count(summary.unsourcedVerdictCount, 'verdict without a source', 'verdicts without a source'), { unsourced: true })}
      {since || until || filters.tag || filters.claimant ? (
        card(summary.sourceCount, count(summary.sourceCount, 'different source', 'different sources'), { judged: true })
      ) : (
        <Link className="figure-card" to="/n/$slug/sources" params={{ slug }} search={{}}>
          <b>{number(summary.sourceCount)}</b>
          <span>{count(summary.sourceCount, 'different source', 'different sources')}</span>
        </Link>
      )}
      {card(summary.changedAfterReadingCount, count(summary.changedAfterReadingCount, 'rating changed after reading others', 'ratings changed after reading others'), { changed: true })}
    </div>
  );
}

function Ratings({ summary, search }: { summary: SummedFragment; search: ClaimsSearch }) {
  const { slug } = usePlace();
  const behind = (one: SummedFragment['verdictCounts'][number]): ClaimsSearch => ({ ...search, given: [one.rating.id] });
  const scales = new Set(summary.verdictCounts.map((one) => one.ratingScale.number)).size;
  return (
    <Chart
      title={t('Verdicts by rating')}
      columns={[t('Rating'), t('Scale'), t('Verdicts')]}
      rows={summary.verdictCounts.map((one) => [one.rating.label, one.ratingScale.number, one.count])}
      link={(row, column) => (column === 2 ? behind(summary.verdictCounts[row] as SummedFragment['verdictCounts'][number]) : undefined)}
      note={scales > 1 ? t('The newsroom replaced its scale. Ratings of each are counted apart.') : undefined}
    >
      <Bars
        bars={summary.verdictCounts.map((one) => ({
          name: (
            <Link to="/n/$slug/claims" params={{ slug }} search={behind(one)}>
              <RatingChip rating={one.rating} small />
            </Link>
          ),
          value: one.count,
          colour: one.rating.colour,
        }))}
      />
    </Chart>
  );
}

function Progress({ states, search }: { states: States | null | undefined; search: ClaimsSearch }) {
  const { slug } = usePlace();
  if (!states) return null;
  const rows: [string, number, string, string][] = [
    [t('Open'), states.open.totalCount, 'OPEN', 'var(--mark-open)'],
    [t('In review'), states.inReview.totalCount, 'IN_REVIEW', 'var(--mark-review)'],
    [t('Ready'), states.ready.totalCount, 'READY', 'var(--mark-ready)'],
    [t('Published'), states.published.totalCount, 'PUBLISHED', 'var(--good)'],
  ];
  return (
    <Chart title={t('Progress of the checks')} columns={[t('State'), t('Claims')]} rows={rows.map(([label, value]) => [label, value])} link={(row, column) => (column === 1 ? { ...search, state: [rows[row]?.[2] as string] } : undefined)}>
      <Bars
        bars={rows.map(([label, value, state, colour]) => ({
          name: (
            <Link to="/n/$slug/claims" params={{ slug }} search={{ ...search, state: [state] }}>
              {label}
            </Link>
          ),
          value,
          colour,
        }))}
      />
    </Chart>
  );
}

