import { Link } from '@tanstack/react-router';
import { run, touch } from '../api/client';
import { usePlace } from '../app/session';
import { type ClaimDetailFragment, ReanchorDocument } from '../gql/graphql';
import { t } from '../i18n';
import type { Text } from '../reading/model';
import { type Stretch, tidy } from '../reading/text';
import { ErrorNote, say, useSending } from '../ui/parts';
import { ChangedWords, readBefore } from './changed-words';

type Anchor = ClaimDetailFragment['anchors'][number];

const isChanged = (anchor: Anchor) => anchor.status !== 'EXACT' && anchor.status !== 'MOVED';

/** What happened to the words, in one sentence. */
function headline(changed: Anchor[]): string {
  const is = (status: Anchor['status']) => changed.some((anchor) => anchor.status === status);
  if (is('ORPHANED')) return t('The words of this claim are gone from the article.');
  if (is('CHANGED')) return t('A revision changed the words of this claim.');
  if (is('REWORDED')) return t('A revision changed the sentence around this claim. Its own words stayed.');
  return t('The words of this claim changed since somebody judged it.');
}

/** What follows from it. */
function consequence({ stale, summary, verdicts }: ClaimDetailFragment): string {
  if (stale) return verdicts.some((verdict) => verdict.stale) || summary.verdictCount > 0 ? t('The reviewers who judged the earlier words must read the new ones.') : '';
  return summary.verdictCount > 0 ? t('Every verdict is about the new words.') : t('Nobody has judged it yet, so nothing has to be read again.');
}

/** The article's words that the claim is marked on, where a revision changed them. */
export function Places({ claim, edits, text, selection, revision, onAsk }: {
  claim: ClaimDetailFragment;
  edits: boolean;
  text: Text | undefined;
  selection: Stretch | undefined;
  revision: number;
  /** Asks those who judged the earlier words to read the new ones. */
  onAsk: (() => void) | undefined;
}) {
  const { slug } = usePlace();
  const { sending, error, send } = useSending();
  const changed = claim.anchors.filter(isChanged);
  if (changed.length === 0 && !claim.stale) return null;
  const statuses = {
    EXACT: '',
    MOVED: '',
    REWORDED: t('The sentence around these words changed.'),
    CHANGED: t('These words themselves changed.'),
    ORPHANED: t('These words are gone from the article.'),
  };
  const outdated = claim.verdicts.some((verdict) => verdict.stale && verdict.state === 'SUBMITTED');
  const from = readBefore(claim.verdicts, revision);
  const range = text && selection ? tidy(text.text, selection) : undefined;
  const reanchor = () =>
    void send(async () => {
      if (!text || !range) return;
      await run(ReanchorDocument, {
        input: { claim: claim.id, expectedVersion: claim.version, ranges: [{ ...range, exact: text.text.slice(range.start, range.end), unit: 'UTF16' }] },
      });
      window.getSelection()?.removeAllRanges();
      say(t('The claim is now on the words that you selected. Its reviewers are asked to read them.'));
      touch();
    });
  return (
    <div className={claim.stale ? 'note warn' : 'note'}>
      <p>
        <strong>{headline(changed)}</strong> {consequence(claim)}
      </p>
      {(changed.length > 0 ? changed : claim.anchors).map((anchor) => (
        <p key={anchor.id}>
          <ChangedWords words={anchor} article={claim.article.id} from={from} to={revision} /> {changed.length > 1 && <span className="quiet">{statuses[anchor.status]}</span>}
        </p>
      ))}
      <p>
        <Link to="/n/$slug/articles/$article/revisions" params={{ slug, article: claim.article.id }} search={{ from, to: revision }}>
          {t('See what changed')}
        </Link>
      </p>
      {onAsk && claim.stale && outdated && <button type="button" onClick={onAsk}>{t('Ask the reviewers to read it again')}</button>}
      {edits && changed.length > 0 && (
        <>
          <ErrorNote error={error} />
          <button type="button" disabled={!range || sending} onMouseDown={(event) => event.preventDefault()} onClick={reanchor}>
            {t('Put the claim on the words selected in the article')}
          </button>
          {!range && <p className="hint">{t('First select the words in the article.')}</p>}
        </>
      )}
    </div>
  );
}
