import { useEffect, useRef, useState } from 'react';
import { t } from '../i18n';
import { Icon } from '../ui/parts';
import type { Text } from './model';
import { rangeOf, selectedStretch } from './paper';
import type { Stretch } from './text';

/** The words that are selected in the article, as soon as the reader has chosen them. */
export function useSelection(paper: React.RefObject<HTMLElement | null>, text: Text | undefined): Stretch | undefined {
  const [selection, setSelection] = useState<Stretch>();
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    // While the mouse is dragged nothing is offered: it would be in the way of the words.
    let dragging = false;
    const look = () => {
      clearTimeout(timer);
      if (!dragging) timer = setTimeout(() => setSelection(paper.current && text ? selectedStretch(paper.current, text) : undefined), 60);
    };
    const press = (event: PointerEvent) => {
      dragging = event.pointerType === 'mouse' && !!paper.current?.contains(event.target as Node);
      if (dragging) setSelection(undefined);
    };
    const release = () => {
      if (!dragging) return;
      dragging = false;
      look();
    };
    document.addEventListener('selectionchange', look);
    document.addEventListener('pointerdown', press);
    document.addEventListener('pointerup', release);
    document.addEventListener('pointercancel', release);
    return () => {
      clearTimeout(timer);
      document.removeEventListener('selectionchange', look);
      document.removeEventListener('pointerdown', press);
      document.removeEventListener('pointerup', release);
      document.removeEventListener('pointercancel', release);
    };
  }, [paper, text]);
  return selection;
}

/** Offers to mark what is selected: beside the words, or at the foot of a small screen. */
export function SelectionBar({ selection, paper, text, marking, onMark }: {
  selection: Stretch | undefined;
  paper: React.RefObject<HTMLElement | null>;
  text: Text | undefined;
  marking: boolean;
  onMark: () => void;
}) {
  const bar = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const place = () => {
      const range = selection && paper.current && text && rangeOf(paper.current, text, selection);
      if (!bar.current || !range) return;
      const rects = range.getClientRects();
      const box = rects[rects.length - 1] ?? range.getBoundingClientRect();
      bar.current.style.top = `${Math.min(window.innerHeight - 60, Math.max(64, box.bottom + 8))}px`;
      bar.current.style.left = `${Math.max(8, Math.min(window.innerWidth - 240, box.left + box.width / 2 - 90))}px`;
    };
    place();
    window.addEventListener('scroll', place, { passive: true });
    return () => window.removeEventListener('scroll', place);
  }, [selection, paper, text]);
  if (!selection) return null;
  return (
    // The press must not take the selection away before it is read.
    <div ref={bar} className="selection-bar" onMouseDown={(event) => event.preventDefault()}>
      <button type="button" className="primary" onClick={onMark} aria-keyshortcuts="m">
        <Icon name="mark" />
        {marking ? t('Add these words') : t('Mark as a claim')}
        <kbd>m</kbd>
      </button>
    </div>
  );
}
