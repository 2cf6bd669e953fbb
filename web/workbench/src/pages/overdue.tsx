// Which reviewer owes a verdict on which claim, and since when. Only editors see this.
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useData } from '../api/client';
import type { ClaimsSearch } from '../app/search';
import { usePlace } from '../app/session';
import { type ListedClaimFragment, OverdueClaimsDocument } from '../gql/graphql';
import { t } from '../i18n';
import { Time } from '../ui/parts';

/** A ruling on these claims is still to come. */
export const WAITING = ['OPEN', 'IN_REVIEW', 'READY'] as const;

export const OVERDUE: ClaimsSearch = { overdue: true, state: [...WAITING] };

interface Debt {
  claim: ListedClaimFragment;
  reviewer: ListedClaimFragment['assignments'][number]['reviewer'];
  dueAt: string;
}

/** The overdue assignments, the longest overdue first, of a number of claims. */
export function useOverdue(first: number, pause = false) {
  const { slug } = usePlace();
  const [now] = useState(() => new Date().toISOString());
  const { data } = useData(OverdueClaimsDocument, { slug, filter: { dueBefore: now, states: [...WAITING] }, first }, { pause });
  const list = data?.newsroom?.claims;
  const debts = (list?.nodes ?? []).flatMap((claim) =>
    claim.assignments.flatMap(({ reviewer, dueAt, judgedAt }): Debt[] => (dueAt && !judgedAt && dueAt < now ? [{ claim, reviewer, dueAt }] : [])),
  );
  debts.sort((a, b) => new Date(a.dueAt).getTime() - new Date(b.dueAt).getTime());
  return { debts, claims: list?.totalCount ?? 0 };
}

export function Debts({ debts }: { debts: Debt[] }) {
  const { slug } = usePlace();
  return (
    <ul className="debts">
      {debts.map(({ claim, reviewer, dueAt }) => (
        <li key={`${claim.id} ${reviewer.id}`}>
          <Link to="/n/$slug/claims" params={{ slug }} search={{ ...OVERDUE, assigned: reviewer.id }} aria-label={t('What {name} owes', { name: reviewer.displayName })}>
            <bdi>{reviewer.displayName}</bdi>
          </Link>
          <Link to="/n/$slug/articles/$article" params={{ slug, article: claim.article.id }} search={{ claim: claim.id }}>
            <bdi>{claim.statement}</bdi>
          </Link>
          <span className="chip late">
            {t('Due')} <Time at={dueAt} />
          </span>
        </li>
      ))}
    </ul>
  );
}
