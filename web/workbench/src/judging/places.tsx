import { Link } from '@tanstack/react-router';
import { run, touch } from '../api/client';
import { usePlace } from '../app/session';
import { type ClaimDetailFragment, ReanchorDocument } from '../gql/graphql';
import { t } from '../i18n';
import type { Text } from '../reading/model';
import { type Stretch, tidy } from '../reading/text';
import { ErrorNote, say, useSending } from '../ui/parts';
import { ChangedWords, readBefore } from './changed-words';

/** The article's words that the claim is marked on, where a revision changed them. */
export function Places({ claim, edits, text, selection, revision }: { claim: ClaimDetailFragment; edits: boolean; text: Text | undefined; selection: Stretch | undefined; revision: number }) {
  const { slug } = usePlace();
  const { sending, error, send } = useSending();
  const changed = claim.anchors.filter((anchor) => anchor.status !== 'EXACT' && anchor.status !== 'MOVED');
  if (changed.length === 0 && !claim.stale) return null;
  const statuses = {
    EXACT: '',
    MOVED: '',
    REWORDED: t('The sentence around these words changed.'),
    CHANGED: t('These words themselves changed.'),
    ORPHANED: t('These words are gone from the article.'),
  };
  const from = readBefore(claim.verdicts, revision);
  const range = text && selection ? tidy(text.text, selection) : undefined;
  const reanchor = () =>
    void send(async () => {
      if (!text || !range) return;
      await run(ReanchorDocument, {
        input: { claim: claim.id, expectedVersion: claim.version, ranges: [{ ...range, exact: text.text.slice(range.start, range.end), unit: 'UTF16' }] },
      });
      window.getSelection()?.removeAllRanges();
      say(t('The claim stands on the words that you selected. Its reviewers are asked to read them.'));
      touch();
    });
  return (
    <div className="note warn">
      <p>
        <strong>{t('A revision changed the words under this claim.')}</strong>
      </p>
      {changed.map((anchor) => (
        <p key={anchor.id}>
          <ChangedWords words={anchor} article={claim.article.id} from={from} to={revision} /> <span className="quiet">{statuses[anchor.status]}</span>
        </p>
      ))}
      <p>
        <Link to="/n/$slug/articles/$article/revisions" params={{ slug, article: claim.article.id }} search={{ from, to: revision }}>
          {t('See what changed')}
        </Link>
      </p>
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
