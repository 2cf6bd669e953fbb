import { useEffect, useRef } from 'react';
import type { PlacedClaimFragment } from '../gql/graphql';
import { count, t } from '../i18n';
import { Empty, Outcome, StateChip } from '../ui/parts';
import { Legend } from './legend';

export type Show = 'all' | 'open' | 'disputed' | 'stale' | 'ready' | 'withdrawn';

export const fits = (claim: PlacedClaimFragment, show: Show): boolean => {
  switch (show) {
    case 'open':
      return claim.state === 'OPEN' || claim.state === 'IN_REVIEW';
    case 'disputed':
      return claim.summary.disputed === true;
    case 'stale':
      return claim.stale;
    case 'ready':
      return claim.state === 'READY';
    case 'withdrawn':
      return claim.state === 'WITHDRAWN';
    default:
      return claim.state !== 'WITHDRAWN';
  }
};

/** The claims beside the text, in the text's order. The list keeps step: the claims that can be seen are lit, and scroll into view. */
export function Margin({ claims, complete, show, onShow, selected, visible, onOpen, canMark }: {
  claims: PlacedClaimFragment[];
  complete: boolean;
  show: Show;
  onShow: (show: Show) => void;
  selected: string | undefined;
  visible: ReadonlySet<string>;
  onOpen: (claim: string) => void;
  canMark: boolean;
}) {
  const list = useRef<HTMLOListElement>(null);
  const shown = claims.filter((claim) => fits(claim, show));
  const first = shown.find((claim) => visible.has(claim.id))?.id;
  useEffect(() => {
    const box = list.current;
    const item = first && box?.querySelector<HTMLElement>(`[data-claim="${first}"]`);
    // Not scrollIntoView: that would move the page as well.
    if (box && item) box.scrollTo({ top: item.offsetTop - box.offsetTop - 8, behavior: 'auto' });
  }, [first]);
  const options: [Show, string][] = [
    ['all', t('All claims')],
    ['open', t('Needs more verdicts')],
    ['ready', t('Ready for a ruling')],
    ['disputed', t('Disputed')],
    ['stale', t('Words changed')],
    ['withdrawn', t('Withdrawn')],
  ];
  return (
    <section className="margin" aria-label={t('Claims in this article')}>
      <header>
        <h2>{count(shown.length, 'One claim', '{n} claims')}{complete ? '' : '…'}</h2>
        <label>
          <span className="hidden">{t('Show')}</span>
          <select value={show} onChange={(event) => onShow(event.target.value as Show)}>
            {options.map(([value, label]) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </select>
        </label>
      </header>
      {shown.length === 0 && complete && (
        <Empty title={show === 'all' ? t('Nothing is marked here yet.') : t('No claim fits.')}>
          {show === 'all' && canMark && <p>{t('Select the words that make a claim, with the mouse, a finger or the key s. Then press m to mark them.')}</p>}
        </Empty>
      )}
      <ol ref={list}>
        {shown.map((claim) => (
          <li key={claim.id} data-claim={claim.id} className={visible.has(claim.id) ? 'seen' : undefined}>
            <button type="button" onClick={() => onOpen(claim.id)} aria-current={claim.id === selected ? 'true' : undefined}>
              <span className="statement" dir="auto">{claim.statement}</span>
              {claim.claimant && <span className="claimant" dir="auto">{claim.claimant}</span>}
              <span className="chips">
                <StateChip claim={claim} />
                <Outcome claim={claim} />
              </span>
            </button>
          </li>
        ))}
      </ol>
      {claims.length > 0 && <Legend />}
    </section>
  );
}
