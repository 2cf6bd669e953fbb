import { useState } from 'react';
import { useData } from '../api/client';
import { type ClaimDetailFragment, ClaimHistoryDocument } from '../gql/graphql';
import { t } from '../i18n';
import { ErrorNote, Loading, RatingChip, Time } from '../ui/parts';
import { Citations } from './citation';
import { RulingCard } from './ruling';

/** What the claim's verdicts, rulings and places were before. Loaded when it is opened. */
export default function History({ claim }: { claim: ClaimDetailFragment }) {
  const [open, setOpen] = useState(false);
  return (
    <details className="history" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{t('History')}</summary>
      {open && <Past claim={claim} />}
    </details>
  );
}

function Past({ claim }: { claim: ClaimDetailFragment }) {
  const { data, error, reload } = useData(ClaimHistoryDocument, { id: claim.id });
  if (data?.node?.__typename !== 'Claim') return error ? <ErrorNote error={error} retry={reload} /> : <Loading />;
  const past = data.node;
  const reviewers = new Map(claim.verdicts.map((verdict) => [verdict.id, verdict.reviewer.displayName]));
  const submissions = past.verdicts.flatMap((verdict) => verdict.history.map((submission) => ({ ...submission, who: reviewers.get(verdict.id) ?? '' })));
  submissions.sort((a, b) => b.submittedAt.localeCompare(a.submittedAt));
  const older = past.rulings.slice(1);
  return (
    <>
      <h4>{t('Every submission')}</h4>
      {submissions.length === 0 && <p className="quiet">{t('There is none that you may see.')}</p>}
      <ol className="timeline">
        {submissions.map((submission) => (
          <li key={submission.id}>
            <RatingChip rating={submission.rating} small /> · <bdi>{submission.who}</bdi> · <Time at={submission.submittedAt} />
            <p className="prose" dir="auto">{submission.rationale}</p>
            <Citations citations={submission.citations} />
          </li>
        ))}
      </ol>
      {older.length > 0 && (
        <>
          <h4>{t('Earlier rulings')}</h4>
          {older.map((ruling) => (
            <RulingCard key={ruling.id} ruling={ruling} />
          ))}
        </>
      )}
      <h4>{t('Where it was marked')}</h4>
      <ol className="timeline">
        {past.anchorHistory.nodes.map((anchor) => (
          <li key={anchor.id}>
            {t('Revision {number}', { number: anchor.revision.number })}: <q dir="auto">{anchor.exact}</q>
          </li>
        ))}
      </ol>
    </>
  );
}
