import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { run, useData } from '../api/client';
import { atLeast, usePlace } from '../app/session';
import { ClaimantsDocument, type ClaimantsQuery, MergeClaimantsDocument, UnmergeClaimantsDocument } from '../gql/graphql';
import { count, t } from '../i18n';
import { Pages } from '../ui/pages';
import { Empty, ErrorNote, Loading, useTitle } from '../ui/parts';
import { MergeBar, MergedList, useTicked } from './merge';

type List = NonNullable<ClaimantsQuery['newsroom']>['claimants'];
type Claimant = List['nodes'][number];

/** The claimants and their claims. An editor merges names of one person or organisation. */
export default function Claimants() {
  const { slug, role, newsroom } = usePlace();
  const { ticked, tick, untick } = useTicked<Claimant>();
  useTitle(t('Claimants'));
  const edits = atLeast(role, 'EDITOR');
  return (
    <main id="main" className="page">
      <header className="section-head">
        <h1>{t('Claimants')}</h1>
        <Link to="/n/$slug/claims" params={{ slug }} search={{}}>{t('Claims')}</Link>
      </header>
      <p className="quiet">
        {t('Everybody who makes a claim, with their claims.')} {edits && t('Do two names mean the same? Tick both, then merge them, so that they count once.')}
      </p>
      <Pages reset={slug} render={(after, more, at) => <ClaimantPage key={after} after={after} more={more} head={at === 0} chosen={edits ? ticked : undefined} onChoose={(claimant, on) => tick(claimant.name, claimant, on)} />} />
      <MergeBar
        rows={[...ticked.values()].map(({ name, claimCount }) => ({ id: name, name, uses: claimCount, about: <span className="quiet small">{count(claimCount, 'One claim', '{n} claims')}</span> }))}
        ticked={count(ticked.size, 'One claimant is ticked.', '{n} claimants are ticked.')}
        onUntick={untick}
        title={t('Merge claimants')}
        explanation={t('Claims keep the names that they have. They count for the claimant that you keep.')}
        done={t('The claimants are merged. You can take them apart again.')}
        merge={(into, claimants, reason) => run(MergeClaimantsDocument, { input: { newsroom: newsroom.id, into, claimants, reason } })}
        unmerge={(claimants) => run(UnmergeClaimantsDocument, { input: { newsroom: newsroom.id, claimants } })}
      />
    </main>
  );
}

function ClaimantPage({ after, more, head, chosen, onChoose }: {
  after: string | null;
  more: (info: List['pageInfo'] | undefined) => ReactNode;
  head: boolean;
  chosen: ReadonlyMap<string, Claimant> | undefined;
  onChoose: (claimant: Claimant, on: boolean) => void;
}) {
  const { slug } = usePlace();
  const { data, error, reload } = useData(ClaimantsDocument, { slug, first: 50, after });
  const list = data?.newsroom?.claimants;
  if (!list) return error ? <ErrorNote error={error} retry={reload} /> : <Loading />;
  if (list.totalCount === 0) {
    return (
      <Empty title={t('No claim has a claimant yet.')}>
        <p>{t('Reviewers name the claimant when they mark a claim.')}</p>
      </Empty>
    );
  }
  return (
    <>
      {head && <p className="quiet">{count(list.totalCount, 'One claimant', '{n} claimants')}</p>}
      <ul className="claim-rows">
        {list.nodes.map((claimant) => (
          <ClaimantRow key={claimant.name} claimant={claimant} chosen={chosen?.has(claimant.name)} onChoose={(on) => onChoose(claimant, on)} />
        ))}
      </ul>
      {more(list.pageInfo)}
    </>
  );
}

function ClaimantRow({ claimant, chosen, onChoose }: { claimant: Claimant; chosen: boolean | undefined; onChoose: (on: boolean) => void }) {
  const { slug } = usePlace();
  return (
    <li className="source-row">
      {chosen !== undefined && <input type="checkbox" aria-label={t('Tick {claimant}', { claimant: claimant.name })} checked={chosen} onChange={(event) => onChoose(event.target.checked)} />}
      <div className="grow">
        <p className="source-name">
          <bdi>{claimant.name}</bdi>
        </p>
        <p className="facts">
          <Link to="/n/$slug/claims" params={{ slug }} search={{ claimant: claimant.name }}>{count(claimant.claimCount, 'One claim', '{n} claims')}</Link>
        </p>
        {claimant.mergedNames.length > 0 && <Merged names={claimant.mergedNames} />}
      </div>
    </li>
  );
}

function Merged({ names }: { names: string[] }) {
  const { role, newsroom } = usePlace();
  return (
    <MergedList
      rows={names.map((name) => ({ id: name, name: <bdi>{name}</bdi> }))}
      edits={atLeast(role, 'EDITOR')}
      said={t('The claimant is separate again.')}
      unmerge={(name) => run(UnmergeClaimantsDocument, { input: { newsroom: newsroom.id, claimants: [name] } })}
    />
  );
}
