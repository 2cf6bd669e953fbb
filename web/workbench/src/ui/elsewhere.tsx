import type { ReactNode } from 'react';
import type { CheckedElsewhereFragment } from '../gql/graphql';
import { t } from '../i18n';
import { Icon } from './parts';

/** A fact-check of another publisher, marked as theirs. It opens on their page. */
export function CheckedElsewhere({ review, snippet }: { review: CheckedElsewhereFragment; snippet?: ReactNode }) {
  return (
    <a href={review.url} target="_blank" rel="noopener nofollow">
      <Icon name="claim" />
      <span>
        <span dir="auto" className="found-title">{review.statement}</span>
        <span className="chips">
          <span className="quiet">
            {t('Checked by {publisher}, not by us:', { publisher: review.by })} <bdi>{review.rating}</bdi>
          </span>
        </span>
        {snippet}
      </span>
    </a>
  );
}
