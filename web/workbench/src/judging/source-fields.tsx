import { useEffect, useId, useState } from 'react';
import type { Source } from '../api/source';
import type { AnswerType, SourceKind, Stance } from '../gql/graphql';
import { t } from '../i18n';
import { Field, Growing, Icon, kindName, stanceMeaning, stanceName } from '../ui/parts';
import { isAddress, isPlaced, takeApart } from './draft';

const KINDS: SourceKind[] = ['WEB', 'DOCUMENT', 'PRINT', 'BROADCAST', 'INTERVIEW', 'DATASET', 'OTHER'];
const STANCES: Stance[] = ['SUPPORTS', 'REFUTES', 'CONTEXT'];

type Name = 'url' | 'description' | 'doi' | 'isbn' | 'issn';

/** The fields that fit each kind. A field that is filled in is shown in any case, so that nothing is sent unseen. */
const FITTING: Record<SourceKind, Name[]> = {
  WEB: ['url'],
  DOCUMENT: ['description', 'url', 'doi'],
  PRINT: ['description', 'isbn', 'issn'],
  BROADCAST: ['description', 'url'],
  INTERVIEW: ['description'],
  DATASET: ['description', 'url', 'doi'],
  OTHER: ['description', 'url'],
};

const descriptionHint = (kind: SourceKind): string =>
  ({
    WEB: '',
    DOCUMENT: t('Which document it is, who keeps it, and the page.'),
    PRINT: t('The issue or the edition, and the page.'),
    BROADCAST: t('The programme, the station, the day and the minute.'),
    INTERVIEW: t('Who said it, to whom, and when.'),
    DATASET: t('Which data set and which version, and the rows that matter.'),
    OTHER: t('What a reader needs to find it.'),
  })[kind];

export interface SourceError {
  field: string;
  message: string;
}

export function SourceFields({ source, at, asked, error, onChange, onRemove }: {
  source: Source;
  at: number;
  /** Whether the verdict was to be submitted, and something is missing. */
  asked: boolean;
  error: SourceError | undefined;
  onChange: (next: Partial<Source>) => void;
  onRemove: () => void;
}) {
  const group = useId();
  const shows = (name: Name) => FITTING[source.kind].includes(name) || source[name] !== '';
  const errorAt = (name: string) => (error?.field === name ? error.message : undefined);
  const text = (name: Exclude<keyof Source, 'id' | 'kind' | 'stance' | 'answerType'>, label: string, hint: string | undefined, attributes: React.ComponentProps<'input'> = {}) => (
    <Field label={label} hint={hint} error={errorAt(name)} id={`${name}-${source.id}`}>
      {(id, described) => <input id={id} aria-describedby={described} dir="auto" value={source[name]} onChange={(event) => onChange({ [name]: event.target.value })} {...attributes} />}
    </Field>
  );
  const known = ['kind', 'stance', 'url', 'description', 'doi', 'isbn', 'issn', 'quote', 'title', 'publisher', 'archiveUrl', 'accessedAt', 'question', 'answer', 'answerType'];
  return (
    <fieldset className="source" data-source={source.id}>
      <legend>{t('Source {n}', { n: at + 1 })}</legend>
      <button type="button" className="plain remove" aria-label={t('Remove source {n}', { n: at + 1 })} onClick={onRemove}>
        <Icon name="close" />
      </button>
      <Field label={t('Kind of source')} error={errorAt('kind')} id={`kind-${source.id}`}>
        {(id, described) => (
          <select id={id} aria-describedby={described} value={source.kind} onChange={(event) => onChange({ kind: event.target.value as SourceKind })}>
            {KINDS.map((kind) => (
              <option key={kind} value={kind}>
                {kindName(kind)}
              </option>
            ))}
          </select>
        )}
      </Field>
      {shows('description') && (
        <Field label={t('Where it is found')} hint={descriptionHint(source.kind)} error={errorAt('description')} id={`description-${source.id}`}>
          {(id, described) => <Growing id={id} aria-describedby={described} rows={2} maxLength={1000} value={source.description} onChange={(event) => onChange({ description: event.target.value })} />}
        </Field>
      )}
      {shows('url') && <Address source={source} error={errorAt('url')} onChange={onChange} />}
      {(shows('doi') || shows('isbn') || shows('issn')) && (
        <div className="numbers">
          {shows('isbn') && text('isbn', 'ISBN', undefined, { inputMode: 'numeric', autoComplete: 'off', spellCheck: false, dir: 'ltr' })}
          {shows('issn') && text('issn', 'ISSN', undefined, { autoComplete: 'off', spellCheck: false, placeholder: '0378-5955', dir: 'ltr' })}
          {shows('doi') && text('doi', 'DOI', undefined, { autoComplete: 'off', spellCheck: false, placeholder: '10.1000/182', dir: 'ltr' })}
        </div>
      )}
      <fieldset className="stances" aria-describedby={source.stance ? undefined : `${group}-hint`}>
        <legend>{t('What it says about the claim')}</legend>
        {STANCES.map((stance) => (
          <label key={stance} className={`stance ${stance}`} title={stanceMeaning(stance)}>
            <input type="radio" name={group} checked={source.stance === stance} onChange={() => onChange({ stance })} />
            <span>{stanceName(stance)}</span>
          </label>
        ))}
        {!source.stance && (
          <p id={`${group}-hint`} className={asked && isPlaced(source) ? 'bad-text small' : 'hint'}>{t('Choose one. Until then, the saved draft leaves this source out.')}</p>
        )}
      </fieldset>
      <Field label={t('Words that matter')} error={errorAt('quote')} id={`quote-${source.id}`}>
        {(id, described) => <Growing id={id} aria-describedby={described} rows={2} maxLength={5000} value={source.quote} onChange={(event) => onChange({ quote: event.target.value })} />}
      </Field>
      <details open={!!(source.title || source.archiveUrl || (error && ['title', 'publisher', 'archiveUrl', 'accessedAt'].includes(error.field))) || undefined}>
        <summary>{t('Title, publisher, archived copy')}</summary>
        <div className="stack">
          {text('title', t('Title'), undefined, { maxLength: 500 })}
          {text('publisher', t('Publisher'), undefined, { maxLength: 200 })}
          {text('archiveUrl', t('Archived copy'), t('Pages change. An archived copy keeps what you read.'), { type: 'url', maxLength: 2000 })}
          {text('accessedAt', t('Read on'), undefined, { type: 'date' })}
        </div>
      </details>
      <Answer source={source} errorAt={errorAt} onChange={onChange} />
      {error && !known.includes(error.field) && <p className="bad-text small" role="alert">{error.message}</p>}
    </fieldset>
  );
}

const ANSWERS: AnswerType[] = ['EXTRACTIVE', 'ABSTRACTIVE', 'BOOLEAN', 'UNANSWERABLE'];

const answerTypeName = (type: AnswerType): string =>
  ({
    EXTRACTIVE: t('Words of the source'),
    ABSTRACTIVE: t('In my own words'),
    BOOLEAN: t('Yes or no'),
    UNANSWERABLE: t('No answer was found'),
  })[type];

/** The question that a source answers. Few verdicts ask one, so it is folded until it is used. */
function Answer({ source, errorAt, onChange }: { source: Source; errorAt: (name: string) => string | undefined; onChange: (next: Partial<Source>) => void }) {
  const used = !!(source.question || source.answer || source.answerType || errorAt('question') || errorAt('answer') || errorAt('answerType'));
  return (
    <details open={used || undefined}>
      <summary>{t('A question that it answers')}</summary>
      <div className="stack">
        <Field label={t('Question')} error={errorAt('question')} id={`question-${source.id}`}>
          {(id, described) => <input id={id} aria-describedby={described} dir="auto" maxLength={500} value={source.question} onChange={(event) => onChange({ question: event.target.value })} />}
        </Field>
        <Field label={t('Kind of answer')} error={errorAt('answerType')} id={`answerType-${source.id}`}>
          {(id, described) => (
            <select id={id} aria-describedby={described} value={source.answerType} onChange={(event) => onChange({ answerType: event.target.value as AnswerType | '' })}>
              <option value="">{t('Choose')}</option>
              {ANSWERS.map((type) => (
                <option key={type} value={type}>
                  {answerTypeName(type)}
                </option>
              ))}
            </select>
          )}
        </Field>
        {source.answerType !== 'UNANSWERABLE' && (
          <Field label={t('Answer')} error={errorAt('answer')} id={`answer-${source.id}`}>
            {(id, described) => <Growing id={id} aria-describedby={described} rows={2} maxLength={5000} value={source.answer} onChange={(event) => onChange({ answer: event.target.value })} />}
          </Field>
        )}
      </div>
    </details>
  );
}

function Address({ source, error, onChange }: { source: Source; error: string | undefined; onChange: (next: Partial<Source>) => void }) {
  const wrong = source.url !== '' && !isAddress(source.url);
  const [left, setLeft] = useState(false);
  useEffect(() => {
    if (!wrong) setLeft(false);
  }, [wrong]);
  const isWeb = source.kind === 'WEB';
  return (
    <Field
      label={t('Address')}
      hint={isWeb ? t('Paste a link, or a link with the words that matter.') : t('If it is on the web, too.')}
      error={wrong && left ? t('A complete address begins with http:// or https://.') : error}
      id={`url-${source.id}`}
    >
      {(id, described) => (
        <input
          id={id}
          aria-describedby={described}
          type="url"
          inputMode="url"
          autoComplete="off"
          spellCheck={false}
          maxLength={2000}
          value={source.url}
          onBlur={() => {
            setLeft(true);
            // Many browsers show an address without its beginning, and so people type it.
            if (/^[\w-]+(\.[\w-]+)*\.[a-z]{2,}([/?#]\S*)?$/i.test(source.url.trim())) onChange({ url: `https://${source.url.trim()}` });
          }}
          onChange={(event) => onChange({ url: event.target.value })}
          onPaste={(event) => {
            const parts = takeApart(event.clipboardData.getData('text'));
            if (!parts || source.url) return;
            event.preventDefault();
            onChange({ ...parts, quote: source.quote || parts.quote || '' });
          }}
        />
      )}
    </Field>
  );
}
