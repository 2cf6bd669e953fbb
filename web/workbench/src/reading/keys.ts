import type { PlacedClaimFragment } from '../gql/graphql';
import { useKeys } from '../ui/parts';
import { readSentences, type Text } from './model';
import type { Head } from './page';
import { select } from './paper';
import { type Stretch, tidy, wordEnd, wordEndBefore, wordStart, wordStartAfter } from './text';

/** The keys of the reading page: from claim to claim, from sentence to sentence, and the ends of the selection. */
export function useReadingKeys({ text, paper, selectedNow, begin, claims, claim, open, here, article }: {
  text: Text | undefined;
  paper: React.RefObject<HTMLElement | null>;
  selectedNow: () => Stretch | undefined;
  begin: () => void;
  claims: PlacedClaimFragment[];
  claim: string | undefined;
  open: (claim: string | undefined) => void;
  here: () => void;
  article: Head;
}) {
  const sentence = async (forward: boolean) => {
    if (!text || !paper.current) return;
    const all = await readSentences(article.revision.id);
    if (!paper.current) return;
    const selection = selectedNow();
    const from = selection ? (forward ? selection.end : selection.start) : firstVisible(paper.current, text);
    const next = forward ? all.find((one) => one.start >= from) : all.findLast((one) => one.end <= from);
    const found = next && tidy(text.text, next);
    if (found && paper.current) select(paper.current, text, found);
  };
  useKeys((event) => {
    if (event.ctrlKey || event.metaKey || !text || !paper.current) return;
    const selection = selectedNow();
    const take = (stretch: Stretch) => {
      event.preventDefault();
      if (stretch.start < stretch.end && paper.current) select(paper.current, text, stretch);
    };
    const at = claims.findIndex((one) => one.id === claim);
    switch (event.key) {
      case 'j':
      case 'k': {
        const next = claims[event.key === 'j' ? at + 1 : at < 0 ? claims.length - 1 : at - 1];
        if (next) open(next.id);
        break;
      }
      case 's':
      case 'S':
        event.preventDefault();
        void sentence(event.key === 's');
        break;
      case 'm':
        if (selection) {
          event.preventDefault();
          begin();
        }
        break;
      case 'Escape':
        here();
        if (selection) window.getSelection()?.removeAllRanges();
        else if (claim) open(undefined);
        break;
      case 'ArrowRight':
        if (selection && event.altKey) take({ ...selection, start: wordStartAfter(text.text, selection.start) });
        else if (selection && event.shiftKey) take({ ...selection, end: wordEnd(text.text, selection.end) });
        break;
      case 'ArrowLeft':
        if (selection && event.altKey) take({ ...selection, start: wordStart(text.text, selection.start) });
        else if (selection && event.shiftKey) take({ ...selection, end: wordEndBefore(text.text, selection.end) });
        break;
    }
  });
}

/** Where the text that can be seen begins. */
function firstVisible(paper: HTMLElement, text: Text): number {
  for (const holder of paper.querySelectorAll<HTMLElement>('[data-block]')) {
    if (holder.getBoundingClientRect().bottom > 90) return text.blocks[Number(holder.dataset.block)]?.start ?? 0;
  }
  return 0;
}
