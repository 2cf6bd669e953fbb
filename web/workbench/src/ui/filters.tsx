import { type ReactNode, useState } from 'react';
import { t } from '../i18n';

/** The filters of a list. On a small screen they are folded unless one is set, so that the list itself is seen. */
export function FilterBox({ active, children }: { active: boolean; children: ReactNode }) {
  const [open, setOpen] = useState(active);
  return (
    <>
      <button type="button" className="filter-toggle" aria-expanded={open} onClick={() => setOpen(!open)}>{t('Filters')}</button>
      <div className={open ? 'filters' : 'filters folded'} role="search">{children}</div>
    </>
  );
}
