import { Link } from '@tanstack/react-router';
import { type FormEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { run, touch, useData } from '../api/client';
import { usePlace } from '../app/session';
import { ClaimantsDocument, LinkClaimDocument, MarkClaimDocument, type PlacedClaimFragment, SimilarClaimsDocument, type SimilarClaimsQuery } from '../gql/graphql';
import { count, percent, t } from '../i18n';
import { ErrorNote, errorText, Field, Growing, Icon, Outcome, say, useSending } from '../ui/parts';
import { CheckedElsewhere } from '../ui/elsewhere';
import { memory } from '../ui/store';
import type { Text } from './model';
import { type Stretch, tidy } from './text';

/** A claim that is marked on the same words. */
export interface Twin {
  id: string;
  statement: string;
}

export interface Marking {
  ranges: Stretch[];
  statement: string;
  claimant: string;
  claimedOn: string;
  tags: string;
}

/** Claims that are less alike than this have little in common but a few words. */
const ALIKE = 0.3;

type Similar = Pick<NonNullable<SimilarClaimsQuery['newsroom']>['similarClaims'], 'edges' | 'outsideReviews'>;

const NONE: Similar = { edges: [], outsideReviews: [] };

/** What is typed here is kept in this browser until the claim is marked. */
export const markingKey = (viewer: string, revision: string) => `draft.${viewer}.marking.${revision}`;

export function MarkForm({ article, text, viewer, marking, onChange, onDone, onCancel, claims }: {
  article: { id: string; language?: string | null };
  text: Text;
  viewer: string;
  marking: Marking;
  onChange: (marking: Marking) => void;
  onDone: (claim: PlacedClaimFragment, duplicates: Twin[]) => void;
  onCancel: () => void;
  claims: PlacedClaimFragment[];
}) {
  const { slug } = usePlace();
  const { sending, error, setError, send } = useSending();
  const key = useRef({ content: '', key: '' });
  const [repeats, setRepeats] = useState<string>();
  const similar = useSimilar(slug, marking.statement);
  // Those of the article first, then those with the most claims.
  const { data: known } = useData(ClaimantsDocument, { slug, first: 100, after: null }, { still: true });
  const here = claims.map((claim) => claim.claimant).filter((one): one is string => !!one);
  const claimants = [...new Set([...here, ...(known?.newsroom?.claimants.nodes.map((one) => one.name) ?? [])])];
  const listId = useId();
  const area = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    area.current?.focus({ preventScroll: true });
    area.current?.select();
  }, []);
  const set = (change: Partial<Marking>) => {
    setError(undefined);
    const next = { ...marking, ...change };
    onChange(next);
    memory.write(markingKey(viewer, text.revision), next);
  };
  const submit = (event?: FormEvent) => {
    event?.preventDefault();
    const input = {
      article: article.id,
      statement: marking.statement.trim(),
      claimant: marking.claimant.trim() || null,
      claimedOn: marking.claimedOn || null,
      tags: marking.tags.split(',').map((tag) => tag.trim()).filter(Boolean),
      ranges: marking.ranges.map(({ start, end }) => ({ start, end, exact: text.text.slice(start, end), unit: 'UTF16' as const })),
    };
    const content = JSON.stringify(input);
    if (key.current.content !== content) key.current = { content, key: crypto.randomUUID() };
    void send(async () => {
      const { markClaim } = await run(MarkClaimDocument, { input }, { key: key.current.key });
      memory.write(markingKey(viewer, text.revision), undefined);
      let { claim } = markClaim;
      if (repeats) {
        claim = (await run(LinkClaimDocument, { input: { claim: claim.id, repeats } })).linkClaim.claim;
      }
      say(t('The claim is marked.'));
      touch();
      onDone(claim, markClaim.duplicates);
    });
  };
  const twins = claims.filter(
    (claim) => claim.state !== 'WITHDRAWN' && claim.anchors.some((anchor) => marking.ranges.some((range) => range.start === anchor.start && range.end === anchor.end)),
  );
  const fieldError = (field: string) => (error?.field === field || error?.field === `input.${field}` ? errorText(error) : undefined);
  return (
    <section className="panel" aria-label={t('Mark a claim')}>
      <header className="panel-head">
        <h2>{t('Mark a claim')}</h2>
        <button type="button" className="plain" aria-label={t('Cancel')} onClick={onCancel}>
          <Icon name="close" />
        </button>
      </header>
      <form
        className="stack"
        onSubmit={submit}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) submit();
        }}
      >
        {marking.ranges.map((range, at) => (
          <blockquote key={`${range.start}-${range.end}`} className="quote" lang={article.language ?? undefined} dir="auto">
            {text.text.slice(range.start, range.end)}
            {marking.ranges.length > 1 && (
              <button type="button" className="plain" aria-label={t('Leave these words out')} onClick={() => set({ ranges: marking.ranges.filter((_, other) => other !== at) })}>
                <Icon name="close" />
              </button>
            )}
          </blockquote>
        ))}
        {twins.length > 0 && <TwinNote twins={twins} article={article.id} />}
        <p className="hint">{t('Is the claim made in several places? Select further words while this form is open.')}</p>
        <Field label={t('What is claimed')} hint={t('One sentence that can be judged, and understood without the article.')} error={fieldError('statement')}>
          {(id, described) => (
            <Growing ref={area} id={id} aria-describedby={described} required maxLength={1000} value={marking.statement} onChange={(event) => set({ statement: event.target.value })} />
          )}
        </Field>
        <SimilarList similar={similar} repeats={repeats} onRepeats={setRepeats} />
        <p className="hint">{t('Everything below is optional.')}</p>
        <div className="pair">
          <Field label={t('Who claims it')} error={fieldError('claimant')}>
            {(id) => <input id={id} dir="auto" list={listId} maxLength={200} value={marking.claimant} onChange={(event) => set({ claimant: event.target.value })} />}
          </Field>
          <datalist id={listId}>
            {claimants.map((name) => (
              <option key={name} value={name} />
            ))}
          </datalist>
          <Field label={t('Date of the claim')} error={fieldError('claimedOn')}>
            {(id) => <input id={id} type="date" value={marking.claimedOn} onChange={(event) => set({ claimedOn: event.target.value })} />}
          </Field>
        </div>
        <Field label={t('Tags')} hint={t('Separated by commas.')} error={fieldError('tags')}>
          {(id, described) => <input id={id} aria-describedby={described} dir="auto" value={marking.tags} onChange={(event) => set({ tags: event.target.value })} />}
        </Field>
        <ErrorNote error={error} />
        <div className="actions">
          <button type="submit" className="primary" disabled={sending || marking.ranges.length === 0}>
            {sending ? t('Marking…') : t('Mark the claim')}
          </button>
          <button type="button" onClick={onCancel}>
            {t('Cancel')}
          </button>
        </div>
      </form>
    </section>
  );
}

/** Warns of claims on the same words. */
export function TwinNote({ twins, article, children }: { twins: Twin[]; article: string; children?: ReactNode }) {
  const { slug } = usePlace();
  return (
    <div className="note warn" role="status">
      <p>
        <strong>{count(twins.length, 'A claim is already marked on these words:', '{n} claims are already marked on these words:')}</strong>
      </p>
      <ul>
        {twins.map((twin) => (
          <li key={twin.id}>
            <Link to="/n/$slug/articles/$article" params={{ slug, article }} search={{ claim: twin.id }} target={children ? undefined : '_blank'}>
              <bdi>{twin.statement}</bdi>
            </Link>
          </li>
        ))}
      </ul>
      {children}
    </div>
  );
}

function useSimilar(slug: string, statement: string): Similar {
  const [similar, setSimilar] = useState(NONE);
  useEffect(() => {
    const text = statement.trim();
    if (text.length < 8) {
      setSimilar(NONE);
      return;
    }
    let here = true;
    const timer = setTimeout(() => {
      run(SimilarClaimsDocument, { slug, text: text.slice(0, 2000) }).then(
        ({ newsroom }) => {
          const alike = <One extends { score: number }>(all: One[] | undefined) => all?.filter(({ score }) => score >= ALIKE) ?? [];
          if (here) setSimilar({ edges: alike(newsroom?.similarClaims.edges), outsideReviews: alike(newsroom?.similarClaims.outsideReviews) });
        },
        () => undefined,
      );
    }, 350);
    return () => {
      here = false;
      clearTimeout(timer);
    };
  }, [slug, statement]);
  return similar;
}

function SimilarList({ similar, repeats, onRepeats }: { similar: Similar; repeats: string | undefined; onRepeats: (claim: string | undefined) => void }) {
  const { slug } = usePlace();
  if (similar.edges.length + similar.outsideReviews.length === 0) return null;
  return (
    <fieldset className="similar">
      <legend>{t('Was this claimed before?')}</legend>
      <ul>
        {similar.edges.map(({ node, score }) => (
          <li key={node.id}>
            <label>
              <input type="checkbox" checked={repeats === node.id} onChange={(event) => onRepeats(event.target.checked ? node.id : undefined)} />
              <span dir="auto">{node.statement}</span>
            </label>
            <span className="chips">
              <span className="quiet">{t('{share} alike', { share: percent(score) })}</span>
              <Outcome claim={node} />
              <Link to="/n/$slug/articles/$article" params={{ slug, article: node.article.id }} search={{ claim: node.id }} target="_blank">
                {t('Open the claim')}
              </Link>
            </span>
          </li>
        ))}
        {similar.outsideReviews.map(({ node }) => (
          <li key={node.id} className="elsewhere">
            <CheckedElsewhere review={node} />
          </li>
        ))}
      </ul>
      {similar.edges.length > 0 && <p className="hint">{t('Tick one to link this claim to it as a repeat.')}</p>}
    </fieldset>
  );
}

/** Starts a claim on selected words. */
export function startMarking(text: Text, stretch: Stretch): Marking | undefined {
  const range = tidy(text.text, stretch);
  if (!range) return undefined;
  const quote = text.text.slice(range.start, range.end).replace(/\s+/g, ' ').slice(0, 1000);
  return { ranges: [range], statement: quote, claimant: '', claimedOn: '', tags: '' };
}
