import { Link } from '@tanstack/react-router';
import { atLeast, usePlace, useViewer } from '../app/session';
import type { ListedClaimFragment } from '../gql/graphql';
import { day, t } from '../i18n';
import { Outcome, StateChip, Time } from '../ui/parts';

const isPast = (at: string) => new Date(at).getTime() < Date.now();

/** A claim in a list; it leads to its place in the article. With `ruledOnly` it shows a ruling, and no verdicts. */
export function ClaimRow({ claim, children, ruledOnly }: { claim: ListedClaimFragment; children?: React.ReactNode; ruledOnly?: boolean }) {
  const { slug, role } = usePlace();
  const viewer = useViewer();
  const due = claim.assignments.find((one) => one.reviewer.id === viewer.id)?.dueAt;
  // Editors see whom they asked, and who has judged it already.
  const others = atLeast(role, 'EDITOR') && claim.state !== 'PUBLISHED' && claim.state !== 'WITHDRAWN' ? claim.assignments.filter((one) => one.reviewer.id !== viewer.id) : [];
  const late = due && isPast(due);
  return (
    <li className="claim-row">
      <Link to="/n/$slug/articles/$article" params={{ slug, article: claim.article.id }} search={{ claim: claim.id }} className="cover">
        <span dir="auto">{claim.statement}</span>
      </Link>
      <p className="facts">
        {claim.claimant && <bdi>{claim.claimant}</bdi>}
        <bdi className="quiet">{claim.article.title}</bdi>
      </p>
      <p className="chips">
        <StateChip claim={claim} />
        {(!ruledOnly || claim.ruling?.state === 'PUBLISHED') && <Outcome claim={claim} />}
        {due && (
          <span className={late ? 'chip late' : 'chip due'}>
            {t('Due')} <Time at={due} />
          </span>
        )}
        {children}
      </p>
      {others.length > 0 && (
        <p className="facts small">
          {t('Asked:')}
          {others.map(({ reviewer, dueAt, judgedAt }) => (
            <span key={reviewer.id}>
              <bdi>{reviewer.displayName}</bdi>
              {judgedAt ? <>, {t('judged')}</> : dueAt && <span className={isPast(dueAt) ? 'late' : undefined}>, {t('by {day}', { day: day(dueAt) })}</span>}
            </span>
          ))}
        </p>
      )}
    </li>
  );
}
