import { Link } from '@tanstack/react-router';
import { type FormEvent, type ReactNode, useId, useState } from 'react';
import { run, touch, useData } from '../api/client';
import type { ApiError } from '../api/errors';
import { atLeast, usePlace } from '../app/session';
import { ClaimantsDocument, type ClaimantsQuery, MergeClaimantsDocument, UnmergeClaimantsDocument } from '../gql/graphql';
import { count, t } from '../i18n';
import { Pages } from '../ui/pages';
import { Dialog, Empty, ErrorNote, errorText, Field, Loading, say, useSending, useTitle } from '../ui/parts';

type List = NonNullable<ClaimantsQuery['newsroom']>['claimants'];
type Claimant = List['nodes'][number];

/** The claimants and their claims. An editor merges names of one person or organisation. */
export default function Claimants() {
  const { slug, role } = usePlace();
  const [chosen, setChosen] = useState<ReadonlyMap<string, Claimant>>(new Map());
  const [merging, setMerging] = useState(false);
  useTitle(t('Claimants'));
  const edits = atLeast(role, 'EDITOR');
  const choose = (claimant: Claimant, on: boolean) => {
    const next = new Map(chosen);
    if (on) next.set(claimant.name, claimant);
    else next.delete(claimant.name);
    setChosen(next);
  };
  return (
    <main id="main" className="page">
      <header className="section-head">
        <h1>{t('Claimants')}</h1>
        <Link to="/n/$slug/claims" params={{ slug }} search={{}}>{t('Claims')}</Link>
      </header>
      <p className="quiet">
        {t('Everybody who makes a claim, with their claims.')} {edits && t('Do two names mean the same? Tick both, then merge them, so that they count once.')}
      </p>
      <Pages reset={slug} render={(after, more, at) => <ClaimantPage key={after} after={after} more={more} head={at === 0} chosen={edits ? chosen : undefined} onChoose={choose} />} />
      {chosen.size > 0 && (
        <div className="chosen-bar" role="status">
          <span>{count(chosen.size, 'One claimant is ticked.', '{n} claimants are ticked.')}</span>
          <button type="button" className="primary" disabled={chosen.size < 2} onClick={() => setMerging(true)}>{t('Merge them')}</button>
          <button type="button" onClick={() => setChosen(new Map())}>{t('Untick all')}</button>
        </div>
      )}
      <Dialog open={merging} onClose={() => setMerging(false)} title={t('Merge claimants')}>
        <Merge
          claimants={[...chosen.values()]}
          onDone={() => {
            setMerging(false);
            setChosen(new Map());
          }}
        />
      </Dialog>
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

/** The names that were merged into one, and how to take them apart again. */
function Merged({ names }: { names: string[] }) {
  const { role, newsroom } = usePlace();
  const { sending, error, send } = useSending();
  const takeApart = (name: string) =>
    void send(async () => {
      await run(UnmergeClaimantsDocument, { input: { newsroom: newsroom.id, claimants: [name] } });
      say(t('The claimant stands alone again.'));
      touch();
    });
  return (
    <div className="merged">
      <p className="quiet small">{t('Merged into it:')}</p>
      <ul>
        {names.map((name) => (
          <li key={name}>
            <bdi>{name}</bdi>
            {atLeast(role, 'EDITOR') && <button type="button" className="quiet-button" disabled={sending} onClick={() => takeApart(name)}>{t('Take apart')}</button>}
          </li>
        ))}
      </ul>
      <ErrorNote error={error} />
    </div>
  );
}

function Merge({ claimants, onDone }: { claimants: Claimant[]; onDone: () => void }) {
  const { newsroom } = usePlace();
  const group = useId();
  // The one with the most claims is kept, unless the editor says otherwise.
  const [into, setInto] = useState(() => [...claimants].sort((a, b) => b.claimCount - a.claimCount)[0]?.name);
  const [reason, setReason] = useState('');
  const { sending, error, send } = useSending();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void send(async () => {
      if (!into) return;
      const merged = claimants.map(({ name }) => name).filter((name) => name !== into);
      await run(MergeClaimantsDocument, { input: { newsroom: newsroom.id, into, claimants: merged, reason: reason.trim() || null } });
      const undo = () => void run(UnmergeClaimantsDocument, { input: { newsroom: newsroom.id, claimants: merged } }).then(touch, (failed: ApiError) => say(errorText(failed), { bad: true }));
      say(t('The claimants are merged. You can take them apart again.'), { action: { label: t('Undo'), run: undo } });
      touch();
      onDone();
    });
  };
  return (
    <form className="stack" onSubmit={submit}>
      <p>{t('Claims keep the names that they have. They count for the claimant that you keep.')}</p>
      <fieldset className="choices">
        <legend>{t('Keep')}</legend>
        {claimants.map(({ name, claimCount }) => (
          <label key={name}>
            <input type="radio" name={group} checked={into === name} onChange={() => setInto(name)} />
            <span className="grow">
              <bdi>{name}</bdi> <span className="quiet small">{count(claimCount, 'One claim', '{n} claims')}</span>
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
