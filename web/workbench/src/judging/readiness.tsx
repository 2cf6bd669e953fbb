// What a ruling on a claim still needs, in words; and what to do about it.
import type { Place, Viewer } from '../app/session';
import { useData } from '../api/client';
import { atLeast, usePlace } from '../app/session';
import { type ClaimDetailFragment, type MissingCode, ReadinessDocument, type ReadinessQuery } from '../gql/graphql';
import { count, t } from '../i18n';
import type { Task } from './panel';

/** What keeps a viewer from publishing, whatever they write in the form. */
export type Barrier = 'TOO_FEW_VERDICTS' | 'STALE' | 'SECOND_READER' | 'ARTICLE_WITHDRAWN';

/** An editor who judged a claim may not publish its ruling alone. A verdict that was withdrawn counts, too. */
const isFirstReader = (claim: ClaimDetailFragment, { newsroom }: Place, viewer: Viewer) =>
  newsroom.policy.secondReader && claim.verdicts.some((verdict) => verdict.reviewer.id === viewer.id);

export function barriers(claim: ClaimDetailFragment, place: Place, viewer: Viewer): Barrier[] {
  const list: Barrier[] = [];
  if (claim.article.withdrawnAt) list.push('ARTICLE_WITHDRAWN');
  if (claim.state === 'OPEN' || claim.state === 'IN_REVIEW') list.push('TOO_FEW_VERDICTS');
  if (claim.stale) list.push('STALE');
  if (isFirstReader(claim, place, viewer)) list.push('SECOND_READER');
  return list;
}

/** Says to an editor what their own verdict costs them. Undefined where it costs nothing. */
export function costOfJudging(claim: ClaimDetailFragment, place: Place, viewer: Viewer): string | undefined {
  if (!atLeast(place.role, 'EDITOR') || !place.newsroom.policy.secondReader || isFirstReader(claim, place, viewer)) return undefined;
  if (claim.ruling?.state === 'PUBLISHED') return t('If you judge this claim, you cannot change the rating of its ruling: another editor must, even if you withdraw your verdict later.');
  return t('If you judge this claim, you cannot publish its ruling: another editor must, even if you withdraw your verdict later.');
}

type Readiness = Extract<ReadinessQuery['node'], { __typename: 'Claim' }>['readiness'];

/** What the server says of publishing a ruling with this rating; undefined until it has answered for this very rating. */
export function useReadiness(claim: string, rating: string): Readiness | undefined {
  const { data, isCurrent } = useData(ReadinessDocument, { id: claim, rating: rating || null, summary: null });
  return isCurrent && data?.node?.__typename === 'Claim' ? data.node.readiness : undefined;
}

/** A point of the readiness in the language of the interface. */
export function pointText(code: MissingCode, message: string): string {
  const texts: Partial<Record<MissingCode, string>> = {
    ARTICLE_WITHDRAWN: t('The article is withdrawn.'),
    CLAIM_WITHDRAWN: t('The claim is withdrawn.'),
    STALE: t('The words changed after they were judged. The reviewers must read them again.'),
    SECOND_READER: t('You judged this claim, so another editor must publish its ruling.'),
    SOURCE_REQUIRED: t('No verdict cites a source, and this rating needs one.'),
    NOT_ARCHIVED: t('Some sources have no archived copy. Their pages may change or disappear.'),
    OLDER_SCALE: t('Some verdicts use an older rating scale, so they cannot be compared with the ruling.'),
    DISPUTED: t('The reviewers gave different ratings.'),
    NO_ARTICLE_URL: t('The article has no address, so readers cannot find the words that the ruling is about.'),
    REAFFIRMED_ON_CHANGED_WORDS: t('Some reviewers judged earlier words, and reaffirmed their verdicts after the words changed.'),
    ALL_VERDICTS_DISSENT: t('No reviewer gave this rating.'),
  };
  return texts[code] ?? message;
}

/** In place of the form, while nothing that is written in it could be published: why, and what to do next. */
export function NotReady({ claim, found, onTask }: { claim: ClaimDetailFragment; found: Barrier[]; onTask: (task: Task) => void }) {
  const { newsroom } = usePlace();
  const left = Math.max(1, newsroom.policy.verdictsRequired - claim.summary.verdictCount);
  return (
    <section className="ruling" id="publish">
      <h3>{t('Not ready for a ruling')}</h3>
      <ul className="readiness">
        {found.map((barrier) => (
          <li key={barrier}>
            <div className="stack tight">
              <span>{barrier === 'TOO_FEW_VERDICTS' ? count(left, 'The claim needs one more verdict.', 'The claim needs {n} more verdicts.') : pointText(barrier, '')}</span>
              {barrier === 'TOO_FEW_VERDICTS' && <button type="button" onClick={() => onTask('assign')}>{t('Ask reviewers to judge it')}</button>}
              {barrier === 'SECOND_READER' && !found.includes('TOO_FEW_VERDICTS') && !found.includes('STALE') && (
                <span className="hint">{t('Other editors find it on their Home page under “Ready for a ruling”.')}</span>
              )}
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}
