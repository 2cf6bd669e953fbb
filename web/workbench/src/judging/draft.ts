// A verdict as it is typed. It is kept twice: in this browser with every key, and on the server a moment later, so that it is found again after a
// crash or on another computer.
import { useCallback, useEffect, useRef, useState } from 'react';
import { reachable, run, sessionEnded } from '../api/client';
import { ApiError } from '../api/errors';
import { type AnyCitation, emptySource, isBlank, type Source, toSource } from '../api/source';
import {
  type CitationInput,
  type ClaimDetailFragment,
  ClaimPanelDocument,
  DiscardVerdictDraftDocument,
  type DraftedFragment,
  SaveVerdictDraftDocument,
  type Stance,
} from '../gql/graphql';
import { memory } from '../ui/store';

export interface Content {
  rating: string;
  rationale: string;
  sources: Source[];
}

/** What this browser keeps. */
interface Kept {
  content: Content;
  /** The server's draft that it goes on from: its version, 0 where there was none. */
  base: number;
  saved: boolean;
  /** The key that a submission of just this content is sent with. */
  submission?: { content: string; key: string };
}

export type Saving = 'saved' | 'saving' | 'local' | 'incomplete' | 'empty';

const EMPTY: Content = { rating: '', rationale: '', sources: [] };
export const isEmpty = ({ rating, rationale, sources }: Content) => !rating && !rationale.trim() && sources.every(isBlank);

/** What this browser kept, also where an older page kept it. */
function readKept(key: string): Kept | undefined {
  type Older = Partial<Source> & { other?: AnyCitation };
  const kept = memory.read<Kept>(key);
  if (!kept) return undefined;
  const sources = (kept.content.sources as Older[]).map(({ other, ...source }) => ({ ...emptySource(), ...(other && toSource(other)), ...source }) as Source);
  return { ...kept, content: { ...kept.content, sources } };
}

export function fromDraft(draft: DraftedFragment): Content {
  return { rating: draft.rating?.key ?? '', rationale: draft.rationale ?? '', sources: draft.citations.map(toSource) };
}

export function fromVerdict(verdict: ClaimDetailFragment['verdicts'][number]): Content {
  return {
    rating: verdict.rating.key,
    rationale: verdict.rationale,
    sources: verdict.citations.map((citation) => toSource({ ...citation, title: citation.source.title ?? null, publisher: citation.source.publisher ?? null })),
  };
}

/** Whether an address can be sent: the server refuses a draft with half an address. */
export function isAddress(url: string): boolean {
  try {
    return /^https?:$/.test(new URL(url.trim()).protocol);
  } catch {
    return false;
  }
}

/** Whether a source says where it is: by an address, or by a description if it is no web page. */
export const isPlaced = (source: Source) => isAddress(source.url) || (source.kind !== 'WEB' && !source.url.trim() && !!source.description.trim());

/** Whether a source can be sent: it says where it is, and what it says of the claim. */
export const isWhole = (source: Source): source is Source & { stance: Stance } => isPlaced(source) && source.stance !== '';

const line = (text: string) => text.replace(/\s+/g, ' ').trim() || null;

export function toCitations(sources: Source[]): CitationInput[] {
  return sources
    .filter(isWhole)
    .map((source) => ({
      kind: source.kind,
      url: source.url.trim() || null,
      description: line(source.description),
      doi: line(source.doi),
      isbn: line(source.isbn),
      issn: line(source.issn),
      stance: source.stance,
      quote: source.quote.trim() || null,
      title: line(source.title),
      publisher: line(source.publisher),
      archiveUrl: source.archiveUrl.trim() || null,
      accessedAt: source.accessedAt ? `${source.accessedAt}T00:00:00Z` : null,
      question: line(source.question),
      answer: source.answer.trim() || null,
      answerType: source.answerType || null,
    }));
}

/** The field of a source that an error is about, by the source's id: the server counts only the sources that were sent. */
export function atSource(error: ApiError | undefined, sources: Source[]): { id: string; field: string } | undefined {
  const found = /(?:^|\.)citations\[(\d+)\]\.?(\w*)$/.exec(error?.field ?? '');
  const source = found && sources.filter(isWhole)[Number(found[1])];
  return source ? { id: source.id, field: found[2] ?? '' } : undefined;
}

export function useDraft(claim: ClaimDetailFragment, viewer: string) {
  const key = `draft.${viewer}.${claim.id}`;
  const [start] = useState(() => begin(claim, readKept(key), viewer));
  const [content, setContent] = useState(start.content);
  const [saving, setSaving] = useState<Saving>(!start.saved ? 'local' : claim.myDraft ? 'saved' : 'empty');
  const [problem, setProblem] = useState<ApiError>();
  /** Another draft of the same verdict, saved from elsewhere meanwhile. */
  const [other, setOther] = useState<DraftedFragment | undefined>(start.other);
  const state = useRef<Kept>({ content: start.content, base: start.base, saved: start.saved });
  const draftId = useRef(claim.myDraft?.id);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const busy = useRef(false);
  const done = useRef(false);

  const keep = useCallback(() => memory.write(key, state.current.saved ? undefined : state.current), [key]);

  const save = useCallback(async () => {
    if (busy.current || done.current || state.current.saved) return;
    busy.current = true;
    setSaving('saving');
    const sent = state.current.content;
    try {
      if (isEmpty(sent)) {
        if (draftId.current) await run(DiscardVerdictDraftDocument, { input: { draft: draftId.current } });
        draftId.current = undefined;
        state.current.base = 0;
      } else {
        const citations = toCitations(sent.sources);
        const { saveVerdictDraft } = await run(SaveVerdictDraftDocument, {
          input: { claim: claim.id, rating: sent.rating || null, rationale: sent.rationale || null, citations, expectedDraftVersion: state.current.base },
        });
        draftId.current = saveVerdictDraft.verdict.id;
        state.current.base = saveVerdictDraft.verdict.version;
      }
      setProblem(undefined);
      const whole = sent.sources.every((source) => isWhole(source) || isBlank(source));
      if (state.current.content === sent) {
        // Half a source stays in this browser alone.
        state.current.saved = whole;
        setSaving(isEmpty(sent) ? 'empty' : whole ? 'saved' : 'incomplete');
      }
      keep();
    } catch (failed) {
      const error = failed as ApiError;
      setSaving('local');
      if (error.code === 'CONFLICT') {
        const { node } = await run(ClaimPanelDocument, { id: claim.id }).catch(() => ({ node: null }));
        if (node?.__typename === 'Claim') {
          if (node.myDraft) setOther(node.myDraft);
          else state.current.base = 0;
        }
      } else if (!error.offline) setProblem(error);
    } finally {
      busy.current = false;
      if (state.current.content !== sent && !done.current) timer.current = setTimeout(() => void save(), 600);
    }
  }, [claim.id, keep]);

  const change = useCallback(
    (next: Content) => {
      setContent(next);
      state.current = { ...state.current, content: next, saved: false };
      keep();
      clearTimeout(timer.current);
      timer.current = setTimeout(() => void save(), 900);
    },
    [keep, save],
  );

  useEffect(() => {
    if (!state.current.saved && !start.other) timer.current = setTimeout(() => void save(), 500);
    const again = () => {
      if (reachable.get() && !sessionEnded.get() && !state.current.saved) void save();
    };
    const stops = [reachable.subscribe(again), sessionEnded.subscribe(again)];
    return () => {
      for (const stop of stops) stop();
      clearTimeout(timer.current);
      if (!done.current) void save();
    };
  }, [save, start.other]);

  /** Goes on with one of two drafts. */
  const settle = (mine: boolean) => {
    if (!other) return;
    state.current.base = other.version;
    draftId.current = other.id;
    setOther(undefined);
    if (mine) {
      state.current.saved = false;
      void save();
    } else {
      const taken = fromDraft(other);
      setContent(taken);
      state.current = { content: taken, base: other.version, saved: true };
      setSaving('saved');
      keep();
    }
  };

  /** The key for submitting just this content, the same however often it is tried. */
  const submissionKey = (input: unknown) => {
    const text = JSON.stringify(input);
    if (state.current.submission?.content !== text) {
      state.current.submission = { content: text, key: crypto.randomUUID() };
      memory.write(key, { ...state.current, saved: false });
    }
    return state.current.submission.key;
  };

  /** Forgets what was typed: it is submitted, waits to be sent, or is thrown away. */
  const finish = () => {
    done.current = true;
    clearTimeout(timer.current);
    memory.write(key, undefined);
  };

  const discard = async () => {
    finish();
    if (draftId.current) await run(DiscardVerdictDraftDocument, { input: { draft: draftId.current } });
  };

  return { content, change, saving, problem, other, settle, submissionKey, finish, discard };
}

function begin(claim: ClaimDetailFragment, kept: Kept | undefined, viewer: string): Kept & { other?: DraftedFragment } {
  const draft = claim.myDraft;
  if (kept && !kept.saved) {
    // Typed here and not saved; and if the server's draft has gone on from another computer, one must choose.
    if (draft && draft.version > kept.base && JSON.stringify(strip(fromDraft(draft))) !== JSON.stringify(strip(kept.content))) return { ...kept, other: draft };
    return { ...kept, base: draft?.version ?? 0 };
  }
  if (draft) return { content: fromDraft(draft), base: draft.version, saved: true };
  const mine = claim.verdicts.find((verdict) => verdict.reviewer.id === viewer && verdict.state === 'SUBMITTED');
  return { content: mine ? fromVerdict(mine) : EMPTY, base: 0, saved: true };
}

const strip = ({ sources, ...rest }: Content) => ({ ...rest, sources: sources.map(({ id: _, ...source }) => source) });

/** What of a pasted text is the address, and what the quote. */
export function takeApart(pasted: string): Partial<Source> | undefined {
  const found = /https?:\/\/[^\s<>"“”«»]+/.exec(pasted);
  if (!found) return undefined;
  const url = found[0].replace(/[.,;:)\]]+$/, '');
  const rest = (pasted.slice(0, found.index) + pasted.slice(found.index + found[0].length)).replace(/\s+/g, ' ').trim().replace(/^["“«']|["”»']$/g, '').trim();
  // A copy in the Internet Archive names the page that it copies.
  const archived = /^https?:\/\/web\.archive\.org\/web\/\d+[a-z_]*\/(https?:\/\/.+)$/.exec(url);
  return { url: archived?.[1] ?? url, ...(archived ? { archiveUrl: url } : {}), ...(rest ? { quote: rest } : {}) };
}
