import { useViewer } from '../app/session';
import type { ClaimDetailFragment } from '../gql/graphql';
import { t } from '../i18n';
import { Time } from '../ui/parts';

/** Whether somebody is asked to judge the claim, and by when. */
export function Asked({ claim, onAsk }: { claim: ClaimDetailFragment; onAsk: (() => void) | undefined }) {
  const viewer = useViewer();
  if (claim.assignments.length === 0 && !onAsk) return null;
  const me = claim.assignments.find((one) => one.reviewer.id === viewer.id);
  return (
    <div className={me ? 'note' : 'asked'}>
      {claim.assignments.map((one) => (
        <p key={one.reviewer.id}>
          {one.reviewer.id === viewer.id ? t('You are asked to judge this claim.') : <>{t('Asked:')} <bdi>{one.reviewer.displayName}</bdi>.</>}{' '}
          {one.dueAt && <>{t('Due')} <Time at={one.dueAt} />.</>} {one.note && <q dir="auto">{one.note}</q>}
        </p>
      ))}
      {onAsk && <button type="button" className="quiet-button" onClick={onAsk}>{t('Ask reviewers')}</button>}
    </div>
  );
}
