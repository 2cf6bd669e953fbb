import { useData } from '../api/client';
import { DiffDocument, type DiffQuery } from '../gql/graphql';

interface Words {
  exact: string;
  prefix: string;
  suffix: string;
  start: number;
  end: number;
}

/** At most this much of the paragraph is shown before and after the claim's words. */
const AROUND = 160;

type Parts = NonNullable<NonNullable<DiffQuery['article']>['diff']>;

interface Piece {
  kind: Parts[number]['kind'];
  text: string;
  inside: boolean;
}

/** The claim's words in its article, with what changed in them and around them since a revision. */
export function ChangedWords({ words, article, from, to }: { words: Words; article: string; from: number; to: number }) {
  const gone = words.start === words.end;
  const { data } = useData(DiffDocument, { id: article, from, to }, { still: true, pause: gone || from >= to });
  const pieces = data?.article?.diff && !gone ? excerpt(data.article.diff, words) : [];
  if (!pieces.some(({ kind }) => kind !== 'EQUAL')) {
    return (
      <span className="change" dir="auto">
        <span className="quiet">…{words.prefix}</span>
        <strong>{gone ? <del>{words.exact}</del> : words.exact}</strong>
        <span className="quiet">{words.suffix}…</span>
      </span>
    );
  }
  return (
    <span className="change" dir="auto">
      {pieces.map(({ kind, text, inside }, at) => {
        const Tag = kind === 'DELETE' ? 'del' : kind === 'INSERT' ? 'ins' : 'span';
        return <Tag key={at}>{inside ? <strong>{text}</strong> : text}</Tag>;
      })}
    </span>
  );
}

/** The parts of a comparison in the claim's paragraph. Offsets count in the newer text. */
function excerpt(parts: Parts, { start, end }: Words): Piece[] {
  const text = parts.map((part) => (part.kind === 'DELETE' ? '' : part.text)).join('');
  const first = text.lastIndexOf('\n', start - 1) + 1;
  const line = text.indexOf('\n', end);
  const last = line < 0 ? text.length : line;
  // A long paragraph is cut between words.
  const low = start - first <= AROUND ? first : Math.min(start, text.indexOf(' ', start - AROUND) + 1 || start);
  const high = last - end <= AROUND ? last : Math.max(end, text.lastIndexOf(' ', end + AROUND));
  const pieces: Piece[] = low > first ? [{ kind: 'EQUAL', text: '… ', inside: false }] : [];
  let at = 0;
  for (const { kind, text: whole } of parts) {
    if (kind === 'DELETE') {
      if (at >= low && at <= high) pieces.push({ kind, text: whole.replace(/\n/g, ' '), inside: at > start && at < end });
      continue;
    }
    // A part is cut where the claim's words begin and end.
    for (const [from, to, inside] of [[low, start, false], [start, end, true], [end, high, false]] as const) {
      const [begin, stop] = [Math.max(from, at), Math.min(to, at + whole.length)];
      if (begin < stop) pieces.push({ kind, text: whole.slice(begin - at, stop - at), inside });
    }
    at += whole.length;
  }
  if (high < last) pieces.push({ kind: 'EQUAL', text: ' …', inside: false });
  return pieces;
}

/** The oldest revision that a verdict on older words was read in; without one, the revision before the newest. */
export function readBefore(verdicts: { stale: boolean; readRevision: number }[], newest: number): number {
  const read = verdicts.filter((verdict) => verdict.stale).map((verdict) => verdict.readRevision);
  return read.length > 0 ? Math.min(...read) : Math.max(1, newest - 1);
}
