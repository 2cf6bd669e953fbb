import { Navigate } from '@tanstack/react-router';
import { t } from '../i18n';
import { Empty } from '../ui/parts';
import { memory } from '../ui/store';
import { signOut, useViewer } from './session';

/** Leads to the newsroom that was open last, or the first. */
export function GoHome() {
  const viewer = useViewer();
  const last = memory.read<string>('newsroom');
  const target = viewer.memberships.find(({ newsroom }) => newsroom.slug === last) ?? viewer.memberships[0];
  if (target) return <Navigate to="/n/$slug" params={{ slug: target.newsroom.slug }} replace />;
  return (
    <main className="gate">
      <Empty title={t('You belong to no newsroom.')}>
        <p>{t('Ask an admin for an invitation.')}</p>
        <button type="button" onClick={() => void signOut(viewer)}>
          {t('Sign out')}
        </button>
      </Empty>
    </main>
  );
}
