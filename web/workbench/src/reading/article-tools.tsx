import { Link } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { atLeast, usePlace } from '../app/session';
import { day, t } from '../i18n';
import { Icon, Menu, OutLink } from '../ui/parts';
import type { ArticleTask } from './article-editing';
import type { Head } from './page';

const ArticleEditing = lazy(() => import('./article-editing'));

/** What is known of the article, and what an editor can do with it. */
export function ArticleTools({ article }: { article: Head }) {
  const { slug, role } = usePlace();
  const [task, setTask] = useState<ArticleTask>();
  const facts = [article.publisher, article.author, article.publishedAt && day(article.publishedAt)].filter(Boolean) as string[];
  return (
    <div className="article-tools">
      <p>
        {facts.map((fact) => (
          <bdi key={fact}>{fact}</bdi>
        ))}
        {article.url && <OutLink url={article.url}>{t('Original page')}</OutLink>}
      </p>
      <Link to="/n/$slug/articles/$article/revisions" params={{ slug, article: article.id }} className="button quiet-button">
        {t('Revision {number}', { number: article.revision.number })}
      </Link>
      {atLeast(role, 'EDITOR') && (
        <Menu label={t('More about the article')} text={<Icon name="more" />}>
          {(close) => (
            <>
              {!article.withdrawnAt && (
                <>
                  <Link to="/n/$slug/articles/$article/revisions" params={{ slug, article: article.id }} search={{ revise: true }} onClick={close}>{t('Revise the text')}</Link>
                  <button type="button" onClick={() => { close(); setTask('facts'); }}>{t('Edit publisher, author and date')}</button>
                </>
              )}
              {article.withdrawnAt ? (
                <button type="button" onClick={() => { close(); setTask('restore'); }}>{t('Restore the article')}</button>
              ) : (
                <button type="button" onClick={() => { close(); setTask('withdraw'); }}>{t('Withdraw the article')}</button>
              )}
            </>
          )}
        </Menu>
      )}
      <Suspense fallback={null}>{task && <ArticleEditing article={article} task={task} onClose={() => setTask(undefined)} />}</Suspense>
    </div>
  );
}
