import { type FormEvent, useState } from 'react';
import { run, touch } from '../api/client';
import { EditArticleDocument, RestoreArticleDocument, WithdrawArticleDocument } from '../gql/graphql';
import { t } from '../i18n';
import { Dialog, ErrorNote, errorText, Field, say, useSending } from '../ui/parts';
import { ReasonForm } from '../ui/reason';
import type { Head } from './page';

export type ArticleTask = 'facts' | 'withdraw' | 'restore';

export default function ArticleEditing({ article, task, onClose }: { article: Head; task: ArticleTask; onClose: () => void }) {
  const titles = { facts: t('Edit publisher, author and date'), withdraw: t('Withdraw the article'), restore: t('Restore the article') };
  return (
    <Dialog open onClose={onClose} title={titles[task]}>
      {task === 'facts' && <Facts article={article} onClose={onClose} />}
      {task === 'withdraw' && (
        <ReasonForm
          hint={t('Every reader of the article can read the reason. Its text and its claims stay readable, and nothing about them can change.')}
          action={t('Withdraw the article')}
          danger
          onSend={async (reason) => {
            await run(WithdrawArticleDocument, { input: { article: article.id, reason, expectedVersion: article.version } });
            say(t('The article is withdrawn.'));
            onClose();
          }}
        />
      )}
      {task === 'restore' && (
        <ReasonForm
          hint={t('The reason is kept in the audit log. The article and its claims are as they were.')}
          action={t('Restore the article')}
          onSend={async (reason) => {
            await run(RestoreArticleDocument, { input: { article: article.id, reason, expectedVersion: article.version } });
            say(t('The article is restored.'));
            onClose();
          }}
        />
      )}
    </Dialog>
  );
}

type Name = 'url' | 'publisher' | 'author' | 'language' | 'publishedAt';

/** Only the fields that were changed are sent: a day that nobody touched keeps its hour. */
function Facts({ article, onClose }: { article: Head; onClose: () => void }) {
  const [before] = useState<Record<Name, string>>({
    url: article.url ?? '',
    publisher: article.publisher ?? '',
    author: article.author ?? '',
    language: article.language ?? '',
    publishedAt: article.publishedAt?.slice(0, 10) ?? '',
  });
  const [facts, setFacts] = useState(before);
  const { sending, error, setError, send } = useSending();
  const names = Object.keys(before) as Name[];
  const errorAt = (name: Name) => (error?.field && new RegExp(`(^|\\.)${name}$`).test(error.field) ? errorText(error) : undefined);
  const field = (name: Name, label: string, hint: string | undefined, attributes: React.ComponentProps<'input'>) => (
    <Field label={label} hint={hint} error={errorAt(name)}>
      {(id, described) => (
        <input
          id={id}
          aria-describedby={described}
          dir="auto"
          value={facts[name]}
          onChange={(event) => {
            setError(undefined);
            setFacts({ ...facts, [name]: event.target.value });
          }}
          {...attributes}
        />
      )}
    </Field>
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const changed = names.filter((name) => facts[name].trim() !== before[name]);
    if (changed.length === 0) return onClose();
    const value = (name: Name) => facts[name].trim() && (name === 'publishedAt' ? `${facts[name]}T00:00:00Z` : facts[name].trim());
    void send(async () => {
      await run(EditArticleDocument, { input: { article: article.id, expectedVersion: article.version, ...Object.fromEntries(changed.map((name) => [name, value(name) || null])) } });
      say(t('The article is changed. The audit log keeps what it said before.'));
      touch();
      onClose();
    });
  };
  return (
    <form className="stack" onSubmit={submit}>
      {field('url', t('Address'), undefined, { type: 'url', placeholder: 'https://', maxLength: 2000 })}
      <div className="pair">
        {field('publisher', t('Publisher'), undefined, { maxLength: 200 })}
        {field('publishedAt', t('Published on'), undefined, { type: 'date' })}
      </div>
      <div className="pair">
        {field('author', t('Author'), undefined, { maxLength: 200 })}
        {field('language', t('Language'), t('Such as en, fr-ML or ar.'), { maxLength: 35, dir: 'ltr' })}
      </div>
      <p className="hint">{t('To change the headline or the text, store a revision.')}</p>
      {!names.some(errorAt) && <ErrorNote error={error} />}
      <button type="submit" className="primary" disabled={sending}>{t('Save')}</button>
    </form>
  );
}
