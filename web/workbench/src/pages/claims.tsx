import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { useData } from '../api/client';
import type { ClaimsSearch } from '../app/search';
import { atLeast, usePlace, useViewer } from '../app/session';
import { type ClaimFilter, type ClaimOrder, ClaimsDocument, type ClaimsQuery, type ClaimState, DueClaimsDocument, ReviewersDocument } from '../gql/graphql';
import { count, t } from '../i18n';
import { Pages } from '../ui/pages';
import { Empty, ErrorNote, Icon, Loading, stateName, useTitle } from '../ui/parts';
import { FilterBox } from '../ui/filters';
import { FilterText } from './articles';
import { ClaimRow } from './claim-row';
import { endOf, periodName, startOf } from './period';

const STATES: ClaimState[] = ['OPEN', 'IN_REVIEW', 'READY', 'PUBLISHED', 'WITHDRAWN'];

/** The filter of the API. What is overdue is overdue by `now`. */
export function toFilter(filters: ClaimsSearch, now: string): ClaimFilter {
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
    // A claim waits for those who are asked until they have judged it.
    notReviewedBy: filters.assigned ?? null,
    dueBefore: filters.overdue ? now : null,
    article: filters.article ?? null,
    markedSince: startOf(filters.since),
    markedUntil: endOf(filters.until),
    judged: filters.judged ?? null,
    changedAfterReading: filters.changed ?? null,
    ratings: filters.given ?? null,
    comparedUnder: filters.compared ?? null,
    notReviewedByMe: filters.mine === 'assigned' || filters.mine === 'unjudged' ? true : null,
    draftedByMe: filters.mine === 'drafts' ? true : null,
  };
}

export default function Claims() {
  const { slug } = usePlace();
  const filters = useSearch({ strict: false }) as ClaimsSearch;
  const navigate = useNavigate();
  const [now] = useState(() => new Date().toISOString());
  useTitle(t('Claims'));
  const go = (search: ClaimsSearch) => void navigate({ to: '/n/$slug/claims', params: { slug }, search, replace: true });
  const due = filters.mine === 'overdue' || filters.mine === 'soon' ? filters.mine : undefined;
  const filtered = Object.entries(filters).some(([name, value]) => value !== undefined && name !== 'order');
  return (
    <main id="main" className="page">
      <header className="section-head">
        <h1>{t('Claims')}</h1>
        <span className="actions">
          <Link to="/n/$slug/claimants" params={{ slug }}>{t('Claimants')}</Link>
          <Link className="narrow-only" to="/n/$slug/sources" params={{ slug }}>{t('Sources')}</Link>
        </span>
      </header>
      <FilterBox active={filtered}>
        {due ? <MineFilter filters={filters} go={go} /> : <Filters filters={filters} go={go} />}
        {filtered && <button type="button" onClick={() => go({})}>{t('Show all')}</button>}
      </FilterBox>
      <Narrowed filters={filters} go={go} />
      <Pages
        reset={JSON.stringify(filters)}
        render={(after, more, at) =>
          due ? (
            <DuePage key={after} overdue={due === 'overdue'} after={after} more={more} head={at === 0} />
          ) : (
            <ClaimPage key={after} slug={slug} filter={toFilter(filters, now)} order={filters.order ?? 'NEWEST_FIRST'} after={after} more={more} head={at === 0} filtered={filtered} />
          )
        }
      />
    </main>
  );
}

interface FilterProps {
  filters: ClaimsSearch;
  go: (search: ClaimsSearch) => void;
}

/** What the viewer has to do with a claim. What is due is a list of its own: no other filter narrows it. */
function MineFilter({ filters, go }: FilterProps) {
  const choose = (mine: string) => go(/^(overdue|soon)$/.test(mine) ? { mine } : { ...filters, mine: mine || undefined });
  return (
    <label className="filter">
      <span>{t('Mine')}</span>
      <select value={filters.mine ?? ''} onChange={(event) => choose(event.target.value)}>
        <option value="">{t('Any')}</option>
        <option value="assigned">{t('I am asked to judge')}</option>
        <option value="overdue">{t('Overdue')}</option>
        <option value="soon">{t('Due within three days')}</option>
        <option value="unjudged">{t('Not judged by me')}</option>
        <option value="drafts">{t('With a draft of mine')}</option>
      </select>
    </label>
  );
}

function Filters({ filters, go }: FilterProps) {
  const { newsroom } = usePlace();
  const set = (change: Partial<ClaimsSearch>) => go({ ...filters, ...change });
  const tick = (name: 'disputed' | 'stale' | 'unsourced', label: string) => (
    <label className="tick">
      <input type="checkbox" checked={filters[name] ?? false} onChange={(event) => set({ [name]: event.target.checked || undefined })} />
      {label}
    </label>
  );
  const choice = (label: string, value: string, options: [string, string][], onChange: (value: string) => void) => (
    <label className="filter">
      <span>{label}</span>
      <select value={value} onChange={(event) => onChange(event.target.value)}>
        {options.map(([key, name]) => (
          <option key={key} value={key}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
  const any: [string, string] = ['', t('Any')];
  const several: [string, string][] = filters.state && filters.state.length > 1 ? [['several', filters.state.map((state) => stateName(state as ClaimState)).join(', ')]] : [];
  const state = filters.state?.length === 1 ? (filters.state[0] ?? '') : filters.state ? 'several' : '';
  return (
    <>
      <FilterText label={t('Words')} value={filters.text} onChange={(text) => set({ text: text || undefined })} />
      {choice(t('State'), state, [any, ...several, ...STATES.map((one): [string, string] => [one, stateName(one)])], (value) => set({ state: value ? [value] : undefined }))}
      {choice(t('Rated'), filters.rating?.[0] ?? '', [any, ...newsroom.ratingScale.ratings.map((one): [string, string] => [one.key, one.label])], (value) => set({ rating: value ? [value] : undefined }))}
      <MineFilter filters={filters} go={go} />
      <FilterText label={t('Tag')} value={filters.tag} onChange={(tag) => set({ tag: tag || undefined })} short />
      <FilterText label={t('Claimant')} value={filters.claimant} onChange={(claimant) => set({ claimant: claimant || undefined })} />
      {choice(t('Order'), filters.order ?? '', [['', t('Newest first')], ['OLDEST_FIRST', t('Oldest first')]], (value) => set({ order: (value || undefined) as 'OLDEST_FIRST' | undefined }))}
      {tick('disputed', t('Disputed'))}
      {tick('stale', t('Words changed'))}
      {tick('unsourced', t('A verdict without a source'))}
    </>
  );
}

/** What a link from a figure asked for, and no field above shows. Each can be left out again. */
function Narrowed({ filters, go }: FilterProps) {
  const { newsroom } = usePlace();
  const person = usePerson(filters.reviewer ?? filters.assigned);
  const labels = filters.given?.map((id) => newsroom.ratingScale.ratings.find((one) => one.id === id)?.label);
  const period = periodName(filters);
  const notes: [string | false | undefined, ClaimsSearch][] = [
    [period && t('Only claims marked {period}.', { period }), { since: undefined, until: undefined }],
    [filters.article && t('Only claims of one article.'), { article: undefined }],
    [filters.judged && t('Only claims that somebody has judged.'), { judged: undefined }],
    [labels && (labels.every(Boolean) ? t('Only claims that were rated: {ratings}.', { ratings: labels.join(', ') }) : t('Only claims with ratings of an older scale.')), { given: undefined }],
    [filters.compared && t('Only claims that two reviewers judged under the same scale.'), { compared: undefined }],
    [filters.changed && t('Only claims on which a reviewer changed the rating after reading others.'), { changed: undefined }],
    [filters.overdue && t('Only claims that somebody was asked to judge, and has not judged in time.'), { overdue: undefined }],
    [filters.reviewer && person && t('Only claims that {name} has judged.', { name: person }), { reviewer: undefined }],
    [filters.assigned && person && t('Only claims that {name} is asked to judge, and has not judged yet.', { name: person }), { assigned: undefined }],
  ];
  const shown = notes.filter(([text]) => text);
  if (shown.length === 0) return null;
  return (
    <ul className="narrowed">
      {shown.map(([text, without]) => (
        <li key={text as string} className="note">
          <span>{text}</span>
          <button type="button" className="plain" aria-label={t('Leave out: {what}', { what: text as string })} onClick={() => go({ ...filters, ...without })}>
            <Icon name="close" />
          </button>
        </li>
      ))}
    </ul>
  );
}

/** The name of a reviewer. Only editors have links that name one. */
function usePerson(id: string | undefined): string | undefined {
  const { slug, role } = usePlace();
  const viewer = useViewer();
  const { data } = useData(ReviewersDocument, { slug }, { pause: !id || !atLeast(role, 'EDITOR') });
  return id === viewer.id ? viewer.displayName : data?.newsroom?.reviewers?.find((one) => one.id === id)?.displayName;
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

/** The claims that the viewer is asked to judge, and that are overdue or due soon. */
function DuePage({ overdue, after, more, head }: { overdue: boolean; after: string | null; more: (info: PageInfo | undefined) => ReactNode; head: boolean }) {
  const { newsroom } = usePlace();
  const { data, error, reload } = useData(DueClaimsDocument, { newsroom: newsroom.id, overdue, after });
  const work = data?.viewer?.work;
  const list = overdue ? work?.overdue : work?.dueSoon;
  if (!list) return error ? <ErrorNote error={error} retry={reload} /> : <Loading />;
  if (list.totalCount === 0) return <Empty title={overdue ? t('Nothing of yours is overdue.') : t('Nothing of yours is due within three days.')} />;
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
