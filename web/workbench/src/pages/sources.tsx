import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { type FormEvent, type ReactNode, useId, useState } from 'react';
import { run, touch, useData } from '../api/client';
import type { ApiError } from '../api/errors';
import type { SourcesSearch } from '../app/search';
import { atLeast, usePlace } from '../app/session';
import { type ListedSourceFragment, MergeSourcesDocument, SourceCitationsDocument, SourcesDocument, type SourcesQuery, UnmergeSourcesDocument } from '../gql/graphql';
import { count, t } from '../i18n';
import { Pages } from '../ui/pages';
import { Dialog, Empty, ErrorNote, errorText, Field, kindName, Loading, OutLink, RatingChip, say, stanceMeaning, stanceName, useSending, useTitle } from '../ui/parts';
import { FilterText } from './articles';

type Source = NonNullable<SourcesQuery['newsroom']>['sources']['nodes'][number];
type PageInfo = NonNullable<SourcesQuery['newsroom']>['sources']['pageInfo'];

const nameOf = (source: ListedSourceFragment) => source.title ?? (source.kind === 'WEB' ? source.url : source.description) ?? source.description ?? source.url ?? kindName(source.kind);

/** What verdicts rest on. An editor merges sources that are one page or document. */
export default function Sources() {
  const { slug, role } = usePlace();
  const { url } = useSearch({ strict: false }) as SourcesSearch;
  const navigate = useNavigate();
  const [chosen, setChosen] = useState<ReadonlyMap<string, Source>>(new Map());
  const [merging, setMerging] = useState(false);
  useTitle(t('Sources'));
  const edits = atLeast(role, 'EDITOR');
  const choose = (source: Source, on: boolean) => {
    const next = new Map(chosen);
    if (on) next.set(source.id, source);
    else next.delete(source.id);
    setChosen(next);
  };
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
        render={(after, more, at) => <SourcePage key={after} url={url} after={after} more={more} head={at === 0} chosen={edits ? chosen : undefined} onChoose={choose} />}
      />
      {chosen.size > 0 && (
        <div className="chosen-bar" role="status">
          <span>{count(chosen.size, 'One source is ticked.', '{n} sources are ticked.')}</span>
          <button type="button" className="primary" disabled={chosen.size < 2} onClick={() => setMerging(true)}>{t('Merge them')}</button>
          <button type="button" onClick={() => setChosen(new Map())}>{t('Untick all')}</button>
        </div>
      )}
      <Dialog open={merging} onClose={() => setMerging(false)} title={t('Merge sources')}>
        <Merge
          sources={[...chosen.values()]}
          onDone={() => {
            setMerging(false);
            setChosen(new Map());
          }}
        />
      </Dialog>
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

/** The sources that were merged into one, and how to take them apart again. */
function Merged({ source }: { source: Source }) {
  const { role } = usePlace();
  const { sending, error, send } = useSending();
  const takeApart = (merged: ListedSourceFragment) =>
    void send(async () => {
      await run(UnmergeSourcesDocument, { input: { sources: [merged.id] } });
      say(t('The source stands by itself again.'));
      touch();
    });
  return (
    <div className="merged">
      <p className="quiet small">{t('Merged into it:')}</p>
      <ul>
        {source.mergedSources.map((merged) => (
          <li key={merged.id}>
            <bdi className="url">{nameOf(merged)}</bdi>
            {atLeast(role, 'EDITOR') && <button type="button" className="quiet-button" disabled={sending} onClick={() => takeApart(merged)}>{t('Take apart')}</button>}
          </li>
        ))}
      </ul>
      <ErrorNote error={error} />
    </div>
  );
}

function Merge({ sources, onDone }: { sources: Source[]; onDone: () => void }) {
  const group = useId();
  // The one that is cited most is kept, unless the editor says otherwise.
  const [into, setInto] = useState(() => [...sources].sort((a, b) => b.citationCount - a.citationCount)[0]?.id);
  const [reason, setReason] = useState('');
  const { sending, error, send } = useSending();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void send(async () => {
      if (!into) return;
      const merged = sources.map(({ id }) => id).filter((id) => id !== into);
      await run(MergeSourcesDocument, { input: { into, sources: merged, reason: reason.trim() || null } });
      const undo = () => void run(UnmergeSourcesDocument, { input: { sources: merged } }).then(touch, (failed: ApiError) => say(errorText(failed), { bad: true }));
      say(t('The sources are merged. You can take them apart again.'), { action: { label: t('Undo'), run: undo } });
      touch();
      onDone();
    });
  };
  return (
    <form className="stack" onSubmit={submit}>
      <p>{t('Citations stay as their reviewers wrote them. They count for the source that you keep.')}</p>
      <fieldset className="choices">
        <legend>{t('Keep')}</legend>
        {sources.map((source) => (
          <label key={source.id}>
            <input type="radio" name={group} checked={into === source.id} onChange={() => setInto(source.id)} />
            <span className="grow">
              <bdi>{nameOf(source)}</bdi> <span className="quiet small">{count(source.citationCount, 'Cited once', 'Cited {n} times')}</span>
              {source.url && source.url !== nameOf(source) && <span className="address">{source.url}</span>}
            </span>
          </label>
        ))}
      </fieldset>
      <Field label={t('Why')} hint={t('It is kept in the audit log. You can leave it empty.')}>
        {(id, described) => <input id={id} aria-describedby={described} dir="auto" maxLength={1000} value={reason} onChange={(event) => setReason(event.target.value)} />}
      </Field>
      <ErrorNote error={error} />
      <button type="submit" className="primary" disabled={sending || !into}>{t('Merge them')}</button>
    </form>
  );
}
