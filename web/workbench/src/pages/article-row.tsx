import { Link } from '@tanstack/react-router';
import { usePlace } from '../app/session';
import type { ListedArticleFragment } from '../gql/graphql';
import { count, day, t } from '../i18n';
import { Time } from '../ui/parts';

export function ArticleRow({ article }: { article: ListedArticleFragment }) {
  const { slug } = usePlace();
  const { claimCount, judgedClaimCount, disputedClaimCount } = article.summary;
  return (
    <li className="article-row">
      <Link className="cover" to="/n/$slug/articles/$article" params={{ slug, article: article.id }} lang={article.language ?? undefined}>
        <span dir="auto">{article.title}</span>
      </Link>
      <p className="facts">
        {article.withdrawnAt && <span className="chip late">{t('Withdrawn')}</span>}
        {article.publisher && <bdi>{article.publisher}</bdi>}
        {article.publishedAt && <span>{day(article.publishedAt)}</span>}
        <span className="quiet">
          {t('Imported')} <Time at={article.importedAt} />
        </span>
      </p>
      <div className="coverage">
        <meter min={0} max={Math.max(1, claimCount)} value={judgedClaimCount} aria-label={t('Judged claims')} />
        <span>
          {claimCount === 0 ? t('No claims yet') : t('{judged} of {all} claims judged', { judged: judgedClaimCount, all: claimCount })}
          {disputedClaimCount > 0 && ` · ${count(disputedClaimCount, 'one disputed claim', '{n} disputed claims')}`}
        </span>
      </div>
    </li>
  );
}
