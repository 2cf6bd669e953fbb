import { useEffect } from 'react';
import { t } from '../i18n';

/** Shown where a page failed to draw, or a part of it failed to load: after an upgrade of the server, its files have changed. */
export function Broken({ error }: { error: unknown }) {
  useEffect(() => console.error(error), [error]);
  return (
    <main id="main" className="page narrow">
      <div className="note bad" role="alert">
        <p>
          <strong>{t('This page failed.')}</strong> {t('What you typed is kept. Reload the page to go on.')}
        </p>
        <button type="button" onClick={() => window.location.reload()}>{t('Reload')}</button>
        <p className="small quiet mono">{error instanceof Error ? error.message : String(error)}</p>
      </div>
    </main>
  );
}
