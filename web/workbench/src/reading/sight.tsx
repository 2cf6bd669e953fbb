import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { PlacedClaimFragment } from '../gql/graphql';
import { t } from '../i18n';
import { blockAt, type Text } from './model';

/** Brings the claim that is opened into sight, once its mark is drawn. */
export function useInSight(claim: string | undefined, list: PlacedClaimFragment[], text: Text | undefined, paper: React.RefObject<HTMLElement | null>) {
  const shownClaim = useRef<string>(undefined);
  useEffect(() => {
    if (!claim || shownClaim.current === claim || !paper.current) return;
    const found = list.find((one) => one.id === claim)?.anchors[0];
    if (!found || !text) return;
    const at = blockAt(text.blocks, found.start);
    const tryIt = (left: number) => {
      const mark = paper.current?.querySelector(`mark[data-claims~="${claim}"]`) ?? paper.current?.querySelector(`[data-block="${at}"]`);
      if (mark) {
        shownClaim.current = claim;
        const box = mark.getBoundingClientRect();
        if (box.top < 90 || box.bottom > window.innerHeight - 160) mark.scrollIntoView({ block: 'center' });
      } else if (left > 0) setTimeout(() => tryIt(left - 1), 60);
    };
    tryIt(20);
  }, [claim, list, text, paper]);
  useEffect(() => {
    if (!claim) shownClaim.current = undefined;
  }, [claim]);
}

/** Which claims have words in the blocks that can be seen. */
export function useVisibleClaims(marks: ReadonlyMap<number, { claim: string }[]>) {
  const [[first, last], setBlocks] = useState<[number, number]>([0, 0]);
  const tell = useCallback((from: number, to: number) => setBlocks((old) => (old[0] === from && old[1] === to ? old : [from, to])), []);
  const claims = useMemo(() => {
    const seen = new Set<string>();
    for (let at = first; at <= last; at += 1) for (const mark of marks.get(at) ?? []) seen.add(mark.claim);
    return seen;
  }, [marks, first, last]);
  return { claims, tell };
}

/** The claims that stand on the same words. */
export function HereList({ at, claims, onOpen, onClose }: { at: { x: number; y: number }; claims: PlacedClaimFragment[]; onOpen: (claim: string) => void; onClose: () => void }) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!box.current) return;
    box.current.style.top = `${Math.min(at.y + 12, window.innerHeight - 220)}px`;
    box.current.style.left = `${Math.max(8, Math.min(at.x - 40, window.innerWidth - 340))}px`;
    box.current.querySelector('button')?.focus({ preventScroll: true });
    const away = (event: Event) => {
      if (!box.current?.contains(event.target as Node)) onClose();
    };
    const timer = setTimeout(() => document.addEventListener('click', away));
    return () => {
      clearTimeout(timer);
      document.removeEventListener('click', away);
    };
  }, [at, onClose]);
  return (
    <div ref={box} className="here-list" role="group" aria-label={t('Claims on these words')} onKeyDown={(event) => event.key === 'Escape' && onClose()}>
      <p className="quiet">{t('Claims on these words')}</p>
      {claims.map((claim) => (
        <button key={claim.id} type="button" onClick={() => onOpen(claim.id)} dir="auto">
          {claim.statement}
        </button>
      ))}
    </div>
  );
}
