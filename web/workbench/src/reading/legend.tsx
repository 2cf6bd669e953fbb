// What the marks, states and stances mean: a short line that is always there, and a full list behind it.
import { useState } from 'react';
import { usePlace } from '../app/session';
import type { ClaimState, Stance } from '../gql/graphql';
import { t } from '../i18n';
import { RatingChip, stanceMeaning, stanceName, stateName } from '../ui/parts';
import { memory } from '../ui/store';

const STATES: ClaimState[] = ['OPEN', 'IN_REVIEW', 'READY', 'PUBLISHED', 'WITHDRAWN'];
const STANCES: Stance[] = ['SUPPORTS', 'REFUTES', 'CONTEXT'];

const stateMeaning = (state: ClaimState): string =>
  ({
    OPEN: t('Nobody has judged it yet.'),
    IN_REVIEW: t('It has a verdict, and needs more.'),
    READY: t('It has enough verdicts: an editor can rule on it.'),
    PUBLISHED: t('Its ruling is published.'),
    WITHDRAWN: t('It is withdrawn. The article does not show it.'),
  })[state];

interface Sample {
  look: string;
  colour: string;
  short: string;
  meaning: string;
}

/** Each look of a mark, as `look` in model.ts gives it. */
const samples = (rated: string): Sample[] => [
  { look: 'open', colour: 'var(--mark-open)', short: t('Open'), meaning: t('Dotted: nobody has judged it yet.') },
  { look: 'judged', colour: 'var(--mark-review)', short: t('Judged'), meaning: t('Solid: it is judged. In the colour of a rating, if you may see the verdicts and all give that rating.') },
  { look: 'disputed', colour: 'var(--mark-disputed)', short: t('Disputed'), meaning: t('Dashed: reviewers differ.') },
  { look: 'ruled', colour: rated, short: t('Ruling'), meaning: t('Double: a ruling is published, in the colour of its rating.') },
  { look: 'judged stale', colour: 'var(--mark-review)', short: t('Words changed'), meaning: t('Wavy: its words changed, so its reviewers must read them again.') },
];

const Swatch = ({ look, colour, text }: { look: string; colour: string; text: string }) => (
  <span className={`mark ${look}`} style={{ '--c': colour, '--c2': 'var(--mark-disputed)' } as React.CSSProperties}>
    {text}
  </span>
);

export function Legend() {
  const { newsroom } = usePlace();
  const [open, setOpen] = useState(() => memory.read<boolean>('legend') ?? false);
  const { ratings } = newsroom.ratingScale;
  const all = samples(ratings[0]?.colour ?? 'var(--good)');
  return (
    <details
      className="legend-box"
      open={open}
      onToggle={(event) => {
        setOpen(event.currentTarget.open);
        memory.write('legend', event.currentTarget.open || undefined);
      }}
    >
      <summary>
        <span className="legend-name">{t('Legend')}</span>
        <span className="legend-line">
          {all.map(({ look, colour, short }) => (
            <Swatch key={look} look={look} colour={colour} text={short} />
          ))}
        </span>
      </summary>
      <div className="legend-body">
        <h3>{t('Marks')}</h3>
        <dl>
          {all.map(({ look, colour, short, meaning }) => (
            <div key={look}>
              <dt><Swatch look={look} colour={colour} text={short} /></dt>
              <dd>{meaning}</dd>
            </div>
          ))}
          <div>
            <dt><Swatch look="judged overlap" colour="var(--mark-review)" text={t('Several')} /></dt>
            <dd>{t('Several claims on the same words. Choose them to see a list.')}</dd>
          </div>
        </dl>
        <h3>{t('States')}</h3>
        <dl>
          {STATES.map((state) => (
            <div key={state}>
              <dt><span className={`chip state-${state}`}>{stateName(state)}</span></dt>
              <dd>{stateMeaning(state)}</dd>
            </div>
          ))}
        </dl>
        <h3>{t('Ratings')}</h3>
        <dl>
          {ratings.map((rating) => (
            <div key={rating.key}>
              <dt><RatingChip rating={rating} small /></dt>
              <dd dir="auto">{rating.description}</dd>
            </div>
          ))}
        </dl>
        <h3>{t('What a source says about the claim')}</h3>
        <dl>
          {STANCES.map((stance) => (
            <div key={stance}>
              <dt><span className={`stance-tag ${stance}`}>{stanceName(stance)}</span></dt>
              <dd>{stanceMeaning(stance)}</dd>
            </div>
          ))}
        </dl>
      </div>
    </details>
  );
}

/** Says once that words can be selected, and how. It stays until somebody has marked a claim or closed it. */
export function MarkHint({ onClose }: { onClose: () => void }) {
  return (
    <div className="mark-hint" role="note">
      <p>
        <strong>{t('Select words to mark a claim.')}</strong>{' '}
        <span className="by-mouse">{t('Drag over them with the mouse, or press s to select the next sentence.')}</span>
        <span className="by-touch">{t('Hold a finger on a word, then drag the handles.')}</span>
      </p>
      <button type="button" className="quiet-button" onClick={onClose}>{t('Got it')}</button>
    </div>
  );
}

export const hintKey = (viewer: string) => `seen.${viewer}.marking`;
