import { t } from '../i18n';
import { kindName, OutLink, stanceMeaning, stanceName } from '../ui/parts';
import type { Verdict } from './verdict';

export function Citations({ citations }: { citations: Verdict['citations'] }) {
  if (citations.length === 0) return <p className="quiet small">{t('Cites no source.')}</p>;
  return (
    <ul className="citations">
      {citations.map((citation) => (
        <li key={citation.id}>
          <Cited citation={citation} />
        </li>
      ))}
    </ul>
  );
}

/** A source under its title, its address, or what it is found by. */
function Cited({ citation }: { citation: Verdict['citations'][number] }) {
  const { kind, url, description, doi, isbn, issn, source } = citation;
  const title = source.title ?? (kind === 'WEB' ? url : description) ?? description ?? url;
  const numbers = [isbn && `ISBN ${isbn}`, issn && `ISSN ${issn}`].filter(Boolean) as string[];
  return (
    <>
      <span className={`stance-tag ${citation.stance}`} title={stanceMeaning(citation.stance)}>{stanceName(citation.stance)}</span>{' '}
      {kind !== 'WEB' && <span className="chip">{kindName(kind)}</span>}{' '}
      {url ? (
        <OutLink url={url}>
          <bdi>{title}</bdi>
        </OutLink>
      ) : (
        <bdi className="cited-title">{title}</bdi>
      )}{' '}
      {source.publisher && <bdi className="quiet">{source.publisher}</bdi>}{' '}
      {description && title !== description && <bdi className="cited-where">{description}</bdi>}
      {(numbers.length > 0 || doi || citation.archiveUrl) && (
        <span className="cited-numbers">
          {numbers.map((one) => (
            <bdi key={one}>{one}</bdi>
          ))}
          {doi && <OutLink url={`https://doi.org/${encodeURI(doi)}`}>{`DOI ${doi}`}</OutLink>}
          {citation.archiveUrl && <OutLink url={citation.archiveUrl}>{t('Archived copy')}</OutLink>}
        </span>
      )}
      {citation.quote && <q dir="auto">{citation.quote}</q>}
      {citation.question && (
        <span className="answered">
          <b dir="auto">{citation.question}</b> <span dir="auto">{citation.answer ?? t('No answer was found')}</span>
        </span>
      )}
    </>
  );
}
