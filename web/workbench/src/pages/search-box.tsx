import { Link } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { useData } from '../api/client';
import { usePlace } from '../app/session';
import { SearchDocument } from '../gql/graphql';
import { t } from '../i18n';
import { CheckedElsewhere } from '../ui/elsewhere';
import { Dialog, ErrorNote, Icon, Outcome, StateChip } from '../ui/parts';

/** Search across articles and claims; arrow keys go through what is found. */
export default function SearchBox({ onClose }: { onClose: () => void }) {
  const { slug } = usePlace();
  const [text, setText] = useState('');
  const [words, setWords] = useState('');
  const list = useRef<HTMLUListElement>(null);
  useEffect(() => {
    const timer = setTimeout(() => setWords(text.trim().slice(0, 200)), text.trim() ? 200 : 0);
    return () => clearTimeout(timer);
  }, [text]);
  const { data, error } = useData(SearchDocument, { slug, text: words }, { pause: !words, still: true });
  const edges = words ? data?.newsroom?.search.edges : undefined;
  const move = (by: number) => {
    const links = [...(list.current?.querySelectorAll<HTMLAnchorElement>('a') ?? [])];
    const at = links.indexOf(document.activeElement as HTMLAnchorElement);
    links[at + by]?.focus();
  };
  return (
    <Dialog open onClose={onClose} title={t('Search')} wide>
      <div
        className="search-box"
        onKeyDown={(event) => {
          if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
          event.preventDefault();
          move(event.key === 'ArrowDown' ? 1 : -1);
        }}
      >
        <input
          type="search"
          dir="auto"
          aria-label={t('Words to look for')}
          placeholder={t('Words in articles, claims, claimants or tags')}
          maxLength={200}
          value={text}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === 'Enter') list.current?.querySelector<HTMLAnchorElement>('a')?.click();
          }}
        />
        <ErrorNote error={words ? error : undefined} />
        <p className="hidden" role="status">{edges ? t('{n} found', { n: edges.length }) : ''}</p>
        {edges?.length === 0 && <p className="quiet">{t('Nothing has these words. Try fewer, or others.')}</p>}
        <ul ref={list}>
          {edges?.map(({ cursor, node, snippet }) => {
            if (node.__typename === 'OutsideReview') return <li key={cursor}><CheckedElsewhere review={node} snippet={snippet && <Lit text={snippet.text} matches={snippet.matches} />} /></li>;
            const article = node.__typename === 'Article' ? node.id : node.article.id;
            return (
              <li key={cursor}>
                <Link to="/n/$slug/articles/$article" params={{ slug, article }} search={node.__typename === 'Claim' ? { claim: node.id } : {}} onClick={onClose}>
                  <Icon name={node.__typename === 'Article' ? 'article' : 'claim'} />
                  <span>
                    <span dir="auto" className="found-title">{node.__typename === 'Article' ? node.title : node.statement}</span>
                    {node.__typename === 'Claim' && (
                      <span className="chips">
                        <StateChip claim={node} />
                        <Outcome claim={node} />
                      </span>
                    )}
                    {snippet && <Lit text={snippet.text} matches={snippet.matches} />}
                  </span>
                </Link>
              </li>
            );
          })}
        </ul>
      </div>
    </Dialog>
  );
}

function Lit({ text, matches }: { text: string; matches: { start: number; end: number }[] }) {
  const parts: React.ReactNode[] = [];
  let at = 0;
  for (const { start, end } of matches) {
    if (start < at) continue;
    parts.push(text.slice(at, start), <b key={start}>{text.slice(start, end)}</b>);
    at = end;
  }
  parts.push(text.slice(at));
  return <span dir="auto" className="snippet">{parts}</span>;
}
