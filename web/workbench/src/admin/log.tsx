import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useData } from '../api/client';
import type { LogSearch } from '../app/search';
import { usePlace } from '../app/session';
import { type AuditFilter, AuditLogDocument, type EventKind, MembersDocument } from '../gql/graphql';
import { count, t, time } from '../i18n';
import { ErrorNote, Icon, Loading, say } from '../ui/parts';
import { eventKinds, eventName } from './event-names';

export function AuditLog() {
  const { slug } = usePlace();
  const filters = useSearch({ strict: false }) as LogSearch;
  const navigate = useNavigate();
  const set = (change: LogSearch) => void navigate({ to: '/n/$slug/admin/$tab', params: { slug, tab: 'log' }, search: { ...filters, ...change }, replace: true });
  const { data: people } = useData(MembersDocument, { slug, after: null }, { still: true });
  const filter: AuditFilter = {
    claim: filters.claim ?? null,
    actor: filters.actor ?? null,
    kinds: filters.kind ? [filters.kind as EventKind] : null,
    since: filters.since ? new Date(`${filters.since}T00:00:00`).toISOString() : null,
    until: filters.until ? new Date(new Date(`${filters.until}T00:00:00`).getTime() + 86_400_000).toISOString() : null,
  };
  const [pages, setPages] = useState<(string | null)[]>([null]);
  const filtered = JSON.stringify(filters);
  useEffect(() => setPages([null]), [filtered]);
  return (
    <>
      <p className="quiet">{t('Everything that was done, in order. Each event carries the hash of the one before, so nothing can be changed unseen.')}</p>
      <div className="filters" role="search">
        <label className="filter">
          <span>{t('Who')}</span>
          <select value={filters.actor ?? ''} onChange={(event) => set({ actor: event.target.value || undefined })}>
            <option value="">{t('Anybody')}</option>
            {people?.newsroom?.members?.nodes.map(({ account }) => (
              <option key={account.id} value={account.id}>
                {account.displayName}
              </option>
            ))}
          </select>
        </label>
        <label className="filter">
          <span>{t('What')}</span>
          <select value={filters.kind ?? ''} onChange={(event) => set({ kind: event.target.value || undefined })}>
            <option value="">{t('Anything')}</option>
            {eventKinds().map(([kind, name]) => (
              <option key={kind} value={kind}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <label className="filter">
          <span>{t('Since')}</span>
          <input type="date" value={filters.since ?? ''} onChange={(event) => set({ since: event.target.value || undefined })} />
        </label>
        <label className="filter">
          <span>{t('Until')}</span>
          <input type="date" value={filters.until ?? ''} onChange={(event) => set({ until: event.target.value || undefined })} />
        </label>
      </div>
      {filters.claim && (
        <p className="note">
          {t('Only events about one claim.')} <button type="button" className="quiet-button" onClick={() => set({ claim: undefined })}>{t('Show all')}</button>
        </p>
      )}
      {pages.map((before, at) => (
        <LogPage key={before} slug={slug} filter={filter} before={before} head={at === 0} onMore={at === pages.length - 1 ? (cursor) => setPages([...pages, cursor]) : undefined} />
      ))}
    </>
  );
}

function LogPage({ slug, filter, before, head, onMore }: { slug: string; filter: AuditFilter; before: string | null; head: boolean; onMore: ((cursor: string) => void) | undefined }) {
  const { data, error, reload } = useData(AuditLogDocument, { slug, filter, last: 50, before });
  const log = data?.newsroom?.auditLog;
  if (!log) return error ? <ErrorNote error={error} retry={reload} /> : <Loading />;
  const events = [...log.nodes].reverse();
  return (
    <>
      {head && (
        <p className="actions">
          <span className="quiet">{count(log.totalCount, 'One event', '{n} events')}</span>
          <Linked events={events} />
        </p>
      )}
      <div className="table-scroll">
        <table aria-label={t('Audit log')}>
          <thead>
            <tr>
              <th scope="col" className="figure">{t('Number')}</th>
              <th scope="col">{t('When')}</th>
              <th scope="col">{t('Who')}</th>
              <th scope="col">{t('What')}</th>
              <th scope="col">{t('On')}</th>
            </tr>
          </thead>
          <tbody>
            {events.map((event) => (
              <tr key={event.number}>
                <td className="figure">{event.number}</td>
                <td>{time(event.at)}</td>
                <td>{event.actor ? <bdi>{event.actor.displayName}</bdi> : <span className="quiet">{t('command line')}</span>}</td>
                <td>
                  {eventName(event.kind, event.detail)}
                  <details>
                    <summary className="small quiet">{t('Detail')}</summary>
                    <p className="mono">{event.detail}</p>
                    <p className="mono quiet">{event.hash}</p>
                  </details>
                </td>
                <td>
                  {event.claim ? (
                    <Link to="/n/$slug/articles/$article" params={{ slug, article: event.claim.article.id }} search={{ claim: event.claim.id }}>
                      <bdi>{event.claim.statement}</bdi>
                    </Link>
                  ) : event.article ? (
                    <Link to="/n/$slug/articles/$article" params={{ slug, article: event.article.id }} search={{}}>
                      <bdi>{event.article.title}</bdi>
                    </Link>
                  ) : null}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {onMore && log.pageInfo.hasPreviousPage && log.pageInfo.startCursor && (
        <p className="more">
          <button type="button" onClick={() => onMore(log.pageInfo.startCursor as string)}>{t('Show more')}</button>
        </p>
      )}
    </>
  );
}

/** Whether each event shown names the hash of the one before it. The command line checks the hashes themselves. */
function Linked({ events }: { events: { number: number; hash: string; previousHash: string }[] }) {
  const check = () => {
    const broken = events.find((event, at) => {
      const before = events[at + 1];
      return before && before.number === event.number - 1 && before.hash !== event.previousHash;
    });
    if (broken) say(t('Event {number} does not follow from the one before. Run `claimspan audit verify`.', { number: broken.number }), { bad: true });
    else say(t('The events shown follow from one another. `claimspan audit verify` checks the whole log.'));
  };
  return (
    <button type="button" onClick={check}>
      <Icon name="check" /> {t('Check the chain')}
    </button>
  );
}
