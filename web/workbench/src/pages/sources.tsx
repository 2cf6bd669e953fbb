import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { run, useData } from '../api/client';
import type { SourcesSearch } from '../app/search';
import { atLeast, usePlace } from '../app/session';
import { type ListedSourceFragment, MergeSourcesDocument, SourceCitationsDocument, SourcesDocument, type SourcesQuery, UnmergeSourcesDocument } from '../gql/graphql';
import { count, t } from '../i18n';
import { Pages } from '../ui/pages';
import { Empty, ErrorNote, kindName, Loading, OutLink, RatingChip, stanceMeaning, stanceName, useTitle } from '../ui/parts';
import { FilterText } from './articles';
import { MergeBar, MergedList, useTicked } from './merge';

type Source = NonNullable<SourcesQuery['newsroom']>['sources']['nodes'][number];
type PageInfo = NonNullable<SourcesQuery['newsroom']>['sources']['pageInfo'];

const nameOf = (source: ListedSourceFragment) => source.title ?? (source.kind === 'WEB' ? source.url : source.description) ?? source.description ?? source.url ?? kindName(source.kind);

/** What verdicts rest on. An editor merges sources that are one page or document. */
export default function Sources() {
  const { slug, role } = usePlace();
  const { url } = useSearch({ strict: false }) as SourcesSearch;
  const navigate = useNavigate();
  const { ticked, tick, untick } = useTicked<Source>();
  useTitle(t('Sources'));
  const edits = atLeast(role, 'EDITOR');
  return (
    <main id="main" className="page">
      <h1>{t('Sources')}</h1>
      <p className="quiet">{t('Every page and document that verdicts cite, with the claims that it is cited for.')}</p>
      <div className="filters" role="search">
        <FilterText label={t('Address of a page')} value={url} onChange={(next) => void navigate({ to: '/n/$slug/sources', params: { slug }, search: { url: next || undefined }, replace: true })} long />
        {edits && <p className="hint grow">{t('Are two of these one page? Tick both, then merge them, so that they count once.')}</p>}
      </div>
      <Pages
        reset={url ?? ''}
        render={(after, more, at) => <SourcePage key={after} url={url} after={after} more={more} head={at === 0} chosen={edits ? ticked : undefined} onChoose={(source, on) => tick(source.id, source, on)} />}
      />
      <MergeBar
        rows={[...ticked.values()].map((source) => ({ id: source.id, name: nameOf(source), uses: source.citationCount, about: <Uses source={source} /> }))}
        ticked={count(ticked.size, 'One source is ticked.', '{n} sources are ticked.')}
        onUntick={untick}
        title={t('Merge sources')}
        explanation={t('Citations stay as their reviewers wrote them. They count for the source that you keep.')}
        done={t('The sources are merged. You can take them apart again.')}
        merge={(into, sources, reason) => run(MergeSourcesDocument, { input: { into, sources, reason } })}
        unmerge={(sources) => run(UnmergeSourcesDocument, { input: { sources } })}
      />
    </main>
  );
}

function SourcePage({ url, after, more, head, chosen, onChoose }: {
  url: string | undefined;
  after: string | null;
  more: (info: PageInfo | undefined) => ReactNode;
  head: boolean;
  chosen: ReadonlyMap<string, Source> | undefined;
  onChoose: (source: Source, on: boolean) => void;
}) {
  const { slug } = usePlace();
  const { data, error, reload } = useData(SourcesDocument, { slug, filter: url ? { url } : null, after });
  const list = data?.newsroom?.sources;
  if (!list) return error ? <ErrorNote error={error} retry={reload} /> : <Loading />;
  if (list.totalCount === 0) {
    return (
      <Empty title={url ? t('No verdict that you may see cites this page.') : t('No source is cited yet.')}>
        <p>{url ? t('The address must be complete. An archived copy finds the page that it copies.') : t('Reviewers cite sources when they judge a claim.')}</p>
      </Empty>
    );
  }
  return (
    <>
      {head && <p className="quiet">{count(list.totalCount, 'One source', '{n} sources')}</p>}
      <ul className="claim-rows">
        {list.nodes.map((source) => (
          <SourceRow key={source.id} source={source} chosen={chosen?.has(source.id)} onChoose={(on) => onChoose(source, on)} />
        ))}
      </ul>
      {more(list.pageInfo)}
    </>
  );
}

function SourceRow({ source, chosen, onChoose }: { source: Source; chosen: boolean | undefined; onChoose: (on: boolean) => void }) {
  const name = nameOf(source);
  const [open, setOpen] = useState(false);
  return (
    <li className="source-row">
      {chosen !== undefined && <input type="checkbox" aria-label={t('Tick {source}', { source: name })} checked={chosen} onChange={(event) => onChoose(event.target.checked)} />}
      <div className="grow">
        <p className="source-name">{source.url ? <OutLink url={source.url}><bdi>{name}</bdi></OutLink> : <bdi>{name}</bdi>}</p>
        <Facts source={source} name={name} />
        <details onToggle={(event) => setOpen(event.currentTarget.open)}>
          <summary>{count(source.citationCount, 'Cited once', 'Cited {n} times')}</summary>
          {open && <Citations id={source.id} />}
        </details>
        {source.mergedSources.length > 0 && <Merged source={source} />}
      </div>
    </li>
  );
}

function Facts({ source, name }: { source: ListedSourceFragment; name: string }) {
  const { kind, url, publisher, description, doi, isbn, issn } = source;
  return (
    <p className="facts">
      {kind !== 'WEB' && <span className="chip">{kindName(kind)}</span>}
      {publisher && <bdi>{publisher}</bdi>}
      {description && description !== name && <bdi>{description}</bdi>}
      {isbn && <bdi>ISBN {isbn}</bdi>}
      {issn && <bdi>ISSN {issn}</bdi>}
      {doi && <bdi>DOI {doi}</bdi>}
      {url && url !== name && <bdi className="url quiet">{url}</bdi>}
    </p>
  );
}

function Citations({ id }: { id: string }) {
  const { slug } = usePlace();
  const { data, error, reload } = useData(SourceCitationsDocument, { id });
  const source = data?.node?.__typename === 'Source' ? data.node : undefined;
  if (!source) return error ? <ErrorNote error={error} retry={reload} /> : <Loading />;
  const rest = source.citationCount - source.citations.length;
  return (
    <>
      <ul className="cited-for">
        {source.citations.map(({ id: citation, stance, quote, verdict }) => (
          <li key={citation}>
            <p className="chips">
              <span className={`stance-tag ${stance}`} title={stanceMeaning(stance)}>{stanceName(stance)}</span>
              <RatingChip rating={verdict.rating} small />
              <bdi className="quiet">{verdict.reviewer.displayName}</bdi>
            </p>
            <Link to="/n/$slug/articles/$article" params={{ slug, article: verdict.claim.article.id }} search={{ claim: verdict.claim.id }}>
              <bdi>{verdict.claim.statement}</bdi>
            </Link>
            {quote && <q dir="auto">{quote}</q>}
          </li>
        ))}
      </ul>
      {rest > 0 && <p className="quiet small">{count(rest, 'One older citation is not shown.', '{n} older citations are not shown.')}</p>}
    </>
  );
}

function Merged({ source }: { source: Source }) {
  const { role } = usePlace();
  return (
    <MergedList
      rows={source.mergedSources.map((merged) => ({ id: merged.id, name: <bdi className="url">{nameOf(merged)}</bdi> }))}
      edits={atLeast(role, 'EDITOR')}
      said={t('The source is separate again.')}
      unmerge={(id) => run(UnmergeSourcesDocument, { input: { sources: [id] } })}
    />
  );
}

/** How often a source is cited, and its address where its name does not say it. */
function Uses({ source }: { source: Source }) {
  return (
    <>
      <span className="quiet small">{count(source.citationCount, 'Cited once', 'Cited {n} times')}</span>
      {source.url && source.url !== nameOf(source) && <span className="address">{source.url}</span>}
    </>
  );
}
