import { Link, useParams } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { atLeast, usePlace } from '../app/session';
import { t } from '../i18n';
import { Empty, useTitle } from '../ui/parts';
import { AuditLog } from './log';
import { Invitations, Members, Tokens } from './people';
import { PolicyTab, ScaleTab } from './rules';
import { Webhooks } from './webhooks';

const TABS = [
  ['members', () => t('Members'), Members],
  ['invitations', () => t('Invitations'), Invitations],
  ['policy', () => t('Policy'), PolicyTab],
  ['scale', () => t('Rating scale'), ScaleTab],
  ['tokens', () => t('API tokens'), Tokens],
  ['webhooks', () => t('Webhooks'), Webhooks],
  ['log', () => t('Audit log'), AuditLog],
] as const;

export default function Admin() {
  const { slug, role } = usePlace();
  const { tab } = useParams({ strict: false }) as { tab: string };
  const [, name, Tab] = TABS.find(([key]) => key === tab) ?? TABS[0];
  useTitle(name());
  const tabs = useRef<HTMLElement>(null);
  // On a small screen the row of tabs scrolls; the one that is open is always seen.
  useEffect(() => {
    tabs.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'center' });
  }, [tab]);
  if (!atLeast(role, 'ADMIN')) {
    return (
      <main id="main" className="page">
        <Empty title={t('This page is for admins.')} />
      </main>
    );
  }
  return (
    <main id="main" className="page broad">
      <h1>{t('Admin')}</h1>
      <nav ref={tabs} className="tabs" aria-label={t('Admin')}>
        {TABS.map(([key, label]) => (
          <Link key={key} to="/n/$slug/admin/$tab" params={{ slug, tab: key }} search={{}} activeOptions={{ includeSearch: false }} activeProps={{ 'aria-current': 'page' }}>
            {label()}
          </Link>
        ))}
      </nav>
      <Tab />
    </main>
  );
}
