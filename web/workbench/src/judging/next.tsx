import { Link, useNavigate } from '@tanstack/react-router';
import { useData } from '../api/client';
import { usePlace } from '../app/session';
import { WorkDocument } from '../gql/graphql';
import { t } from '../i18n';
import { useKeys } from '../ui/parts';

/** After a verdict, the claim that waits for the viewer next: what is overdue first, then what is asked of them, then what nobody is asked to judge. */
export default function NextClaim({ claim }: { claim: string }) {
  const { slug, newsroom } = usePlace();
  const navigate = useNavigate();
  const { data } = useData(WorkDocument, { slug, newsroom: newsroom.id, unjudged: { notReviewedByMe: true, assignedToMe: false, states: ['OPEN', 'IN_REVIEW'] } });
  const work = data?.viewer?.work;
  const next = [work?.overdue, work?.dueSoon, work?.assigned, data?.newsroom?.unjudged].flatMap((list) => list?.nodes ?? []).find((one) => one.id !== claim);
  const to = next && ({ to: '/n/$slug/articles/$article', params: { slug, article: next.article.id }, search: { claim: next.id } } as const);
  useKeys((event) => {
    if (event.key === 'n' && to && !event.ctrlKey && !event.metaKey && !event.altKey) void navigate(to);
  });
  if (!next || !to) return null;
  return (
    <p className="next-claim">
      <span className="quiet small">{t('Next to judge:')} <kbd>n</kbd></span>
      <Link {...to} aria-keyshortcuts="n">
        <bdi>{next.statement}</bdi>
      </Link>
    </p>
  );
}
