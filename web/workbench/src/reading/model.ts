// The article on the reading page: its text, which never changes within a revision, and its claims, which do.
import { useEffect, useMemo, useState } from 'react';
import { untilRead } from '../api/again';
import { fetchOnce, pulse, run } from '../api/client';
import { ApiError } from '../api/errors';
import { gaps, onActivity } from '../api/live';
import {
  ArticleClaimsDocument,
  type ArticleClaimsQuery,
  ClaimsByIdDocument,
  type PlacedClaimFragment,
  RevisionSentencesDocument,
  RevisionTextDocument,
  type SpanKind,
} from '../gql/graphql';
import { createStore, type Store, useStore } from '../ui/store';
import type { Mark, Stretch } from './text';

export interface Block extends Stretch {
  id: string;
  kind: SpanKind;
}

export interface Text {
  revision: string;
  text: string;
  blocks: Block[];
}

const texts = new Map<string, Promise<Text>>();
const sentences = new Map<string, Promise<Stretch[]>>();

function once<T>(cache: Map<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
  let made = cache.get(key);
  if (!made) {
    made = make();
    cache.set(key, made);
    made.catch(() => cache.delete(key));
    if (cache.size > 8) cache.delete(cache.keys().next().value as string);
  }
  return made;
}

const readText = (revision: string) =>
  once(texts, revision, async () => {
    const { node } = await fetchOnce(RevisionTextDocument, { id: revision });
    if (node?.__typename !== 'Revision') throw new ApiError('', 'NOT_FOUND');
    return { revision, text: node.text, blocks: node.spans };
  });

export const readSentences = (revision: string) =>
  once(sentences, revision, async () => {
    const { node } = await fetchOnce(RevisionSentencesDocument, { id: revision });
    return node?.__typename === 'Revision' ? node.spans : [];
  });

/** The text of a revision; while a newer one loads, the one before. */
export function useText(revision: string | undefined): { text: Text | undefined; error: ApiError | undefined } {
  const [state, setState] = useState<{ text?: Text; error?: ApiError }>({});
  useEffect(() => {
    if (!revision) return;
    let here = true;
    void untilRead(() => readText(revision), () => here, (error) => setState((old) => ({ ...old, error }))).then((text) => text && setState({ text }));
    return () => {
      here = false;
    };
  }, [revision]);
  return { text: state.text, error: state.error };
}

export interface Claims {
  list: PlacedClaimFragment[];
  complete: boolean;
  error?: ApiError;
}

const first = (claim: PlacedClaimFragment) => claim.anchors[0]?.start ?? Number.MAX_SAFE_INTEGER;
const inOrder = (list: PlacedClaimFragment[]) => list.sort((a, b) => first(a) - first(b) || (a.id < b.id ? -1 : 1));

class ClaimsModel {
  readonly store: Store<Claims> = createStore<Claims>({ list: [], complete: false });
  private readonly byId = new Map<string, PlacedClaimFragment>();
  private waiting = new Set<string>();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private turn = 0;

  constructor(private readonly article: string) {}

  private show(complete = this.store.get().complete) {
    this.store.set({ list: inOrder([...this.byId.values()]), complete });
  }

  /** Reads all claims, and shows each page of them as it comes. */
  async load() {
    const turn = ++this.turn;
    const isWanted = (): boolean => turn === this.turn;
    let after: string | null = null;
    const seen = new Set<string>();
    do {
      const from: string | null = after;
      const read: ArticleClaimsQuery | undefined = await untilRead(
        (): Promise<ArticleClaimsQuery> => fetchOnce(ArticleClaimsDocument, { id: this.article, first: from ? 100 : 50, after: from }),
        isWanted,
        (error) => this.store.set((old) => ({ ...old, error })),
      );
      if (!read?.article || !isWanted()) return;
      const { nodes, pageInfo }: NonNullable<ArticleClaimsQuery['article']>['claims'] = read.article.claims;
      for (const claim of nodes) {
        seen.add(claim.id);
        this.byId.set(claim.id, claim);
      }
      after = pageInfo.hasNextPage ? (pageInfo.endCursor ?? null) : null;
      this.show(after === null);
    } while (after !== null);
    for (const id of [...this.byId.keys()]) if (!seen.has(id)) this.byId.delete(id);
    this.show(true);
  }

  /** Nobody looks at the article any more. */
  leave() {
    this.turn += 1;
  }

  /** Takes in a claim as an answer has it. */
  put(claim: PlacedClaimFragment) {
    this.byId.set(claim.id, claim);
    this.show();
  }

  /** Reads some claims again, a moment later: several events in a row are one request. */
  refresh(id: string) {
    this.waiting.add(id);
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      const ids = [...this.waiting].slice(0, 100);
      this.waiting = new Set();
      run(ClaimsByIdDocument, { ids }).then(
        ({ nodes }) => {
          for (const node of nodes) {
            if (node?.__typename === 'Claim' && node.article.id === this.article) this.byId.set(node.id, node);
          }
          this.show();
        },
        () => undefined,
      );
    }, 150);
  }
}

export type { ClaimsModel };

/** An article's claims, kept up to date. */
export function useClaims(article: string, revision: string | undefined): [Claims, ClaimsModel] {
  const model = useMemo(() => new ClaimsModel(article), [article]);
  useEffect(() => {
    if (revision) void model.load();
    return () => model.leave();
  }, [model, revision]);
  useEffect(() => {
    const stop = onActivity((event) => {
      if (event.claim && event.claim.article.id === article) model.refresh(event.claim.id);
    });
    // Without events, a claim that changed is found when the connection comes back.
    let before = pulse.get();
    const stopPulse = pulse.subscribe(() => {
      if (pulse.get() !== before && model.store.get().error) void model.load();
      before = pulse.get();
    });
    // A claim that was marked after the list was read, and before events began to come, is in neither.
    const stopGaps = gaps.subscribe(() => void model.load());
    return () => {
      stop();
      stopGaps();
      stopPulse();
    };
  }, [model, article]);
  return [useStore(model.store), model];
}

const STATE_COLOURS = { OPEN: 'var(--mark-open)', IN_REVIEW: 'var(--mark-review)', READY: 'var(--mark-ready)', PUBLISHED: 'var(--mark-ready)', WITHDRAWN: 'var(--mark-open)' };

/** How a claim's mark is drawn: in the colour of its ruling, of the rating that all verdicts share, or of its state. */
export function look(claim: PlacedClaimFragment): { colour: string; look: string } {
  const { ruling, summary, state } = claim;
  const stale = claim.stale ? ' stale' : '';
  if (ruling && ruling.state === 'PUBLISHED') return { colour: ruling.rating.colour, look: `ruled${stale}` };
  const [only, ...others] = summary.verdictCounts;
  if (only && others.length > 0) return { colour: 'var(--mark-disputed)', look: `disputed${stale}` };
  if (only && summary.hiddenVerdictCount === 0) return { colour: only.rating.colour, look: `judged${stale}` };
  return { colour: STATE_COLOURS[state], look: (state === 'OPEN' ? 'open' : 'judged') + stale };
}

/** The marks of each block, by its place. A block whose marks did not change keeps its array, so that it is not drawn again. */
export function useMarks(text: Text | undefined, claims: Claims): ReadonlyMap<number, Mark[]> {
  const [memory] = useState(() => ({ marks: new Map<number, Mark[]>(), signs: new Map<number, string>() }));
  return useMemo(() => {
    const found = new Map<number, Mark[]>();
    if (!text) return found;
    for (const claim of claims.list) {
      if (claim.state === 'WITHDRAWN') continue;
      const drawn = look(claim);
      for (const { start, end } of claim.anchors) {
        if (start === end) continue;
        for (let at = blockAt(text.blocks, start); at < text.blocks.length; at += 1) {
          const block = text.blocks[at] as Block;
          if (block.start >= end) break;
          if (block.end <= start) continue;
          const list = found.get(at) ?? [];
          list.push({ claim: claim.id, start, end, ...drawn });
          found.set(at, list);
        }
      }
    }
    for (const [at, marks] of found) {
      const sign = `${text.revision} ${marks.map((mark) => Object.values(mark).join(' ')).join('|')}`;
      const before = memory.marks.get(at);
      if (before && memory.signs.get(at) === sign) found.set(at, before);
      else memory.signs.set(at, sign);
    }
    memory.marks = found;
    return found;
  }, [text, claims.list, memory]);
}

/** The first block that ends after an offset. */
export function blockAt(blocks: readonly Block[], offset: number): number {
  let [low, high] = [0, blocks.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((blocks[middle] as Block).end > offset) high = middle;
    else low = middle + 1;
  }
  return low;
}
