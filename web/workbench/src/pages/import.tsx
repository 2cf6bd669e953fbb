import { Link, useNavigate } from '@tanstack/react-router';
import { type DragEvent, useRef, useState } from 'react';
import { run, touch } from '../api/client';
import type { ApiError } from '../api/errors';
import { usePlace } from '../app/session';
import { type ArticleFormat, ImportArticleDocument } from '../gql/graphql';
import { count, t } from '../i18n';
import { ErrorNote, errorText, Field, Icon, say, Time, useTitle } from '../ui/parts';
import { ACCEPT, blank, type Draft, FORMATS, formatName, guessFormat, isHtml, readSource } from './import-draft';
import { Known, PreviewPane, usePreview } from './import-preview';

const MOST_BYTES = 1 << 20;
const size = ({ title, body }: Draft) => new TextEncoder().encode(`${title}\n\n${body}`).length;

export default function Import() {
  const { slug, newsroom } = usePlace();
  useTitle(t('Import articles'));
  const navigate = useNavigate();
  const [drafts, setDrafts] = useState<Draft[]>(() => [blank()]);
  const [current, setCurrent] = useState(0);
  const [over, setOver] = useState(false);
  const [unreadable, setUnreadable] = useState<string[]>([]);
  const files = useRef<HTMLInputElement>(null);
  const draft = drafts[Math.min(current, drafts.length - 1)] ?? blank();
  const update = (id: string, change: Partial<Draft>) => setDrafts((all) => all.map((one) => (one.id === id ? { ...one, ...change } : one)));
  const set = (change: Partial<Draft>) => update(draft.id, change);

  /** Reads the source of an article in a format, and fills in what it says. */
  const read = async (id: string, source: NonNullable<Draft['source']>) => {
    update(id, { source, state: 'reading', unread: undefined });
    try {
      update(id, { ...(await readSource(slug, source.format, source.text)), state: 'new' });
    } catch (error) {
      update(id, { ...blank(), id, source, unread: error as ApiError });
    }
  };
  const take = async (list: FileList | File[]) => {
    const added: (Draft & { source: NonNullable<Draft['source']> })[] = [];
    const failed: string[] = [];
    for (const file of list) {
      try {
        const text = new TextDecoder('utf-8', { fatal: true }).decode(await file.arrayBuffer());
        added.push({ ...blank(), source: { name: file.name, text, format: guessFormat(file.name, text) }, state: 'reading' });
      } catch {
        failed.push(file.name);
      }
    }
    setUnreadable(failed);
    if (added.length === 0) return;
    const kept = drafts.filter((one) => one.title || one.body);
    setDrafts([...kept, ...added]);
    setCurrent(kept.length);
    for (const one of added) await read(one.id, one.source);
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    if (event.dataTransfer.files.length > 0) void take(event.dataTransfer.files);
  };

  const send = async (one: Draft): Promise<{ article: string; isNew: boolean } | undefined> => {
    update(one.id, { state: 'sending' });
    try {
      const text = (value: string) => value.trim() || null;
      const { importArticle } = await run(
        ImportArticleDocument,
        {
          input: {
            newsroom: newsroom.id,
            title: one.title.trim(),
            body: one.body,
            url: text(one.url),
            publisher: text(one.publisher),
            author: text(one.author),
            language: text(one.language),
            publishedAt: one.publishedAt.length === 10 ? `${one.publishedAt}T00:00:00Z` : one.publishedAt || null,
          },
        },
        { key: one.id },
      );
      const { article, duplicates } = importArticle;
      update(one.id, { state: 'done', article: article.id, duplicates });
      return { article: article.id, isNew: duplicates.length === 0 };
    } catch (error) {
      // Another try is another request: its text may have changed.
      update(one.id, { id: crypto.randomUUID(), state: 'failed', error: error as ApiError });
      return undefined;
    }
  };
  const waiting = drafts.filter((one) => one.state !== 'done' && one.title.trim() && one.body.trim());
  const sendAll = async () => {
    const made: { article: string; isNew: boolean }[] = [];
    for (const one of waiting) {
      const done = await send(one);
      if (done) made.push(done);
    }
    touch();
    if (made.length > 0) say(count(made.length, 'One article is imported.', '{n} articles are imported.'));
    const [only] = made;
    // A duplicate is shown here first.
    if (only?.isNew && waiting.length === 1) void navigate({ to: '/n/$slug/articles/$article', params: { slug, article: only.article }, search: {} });
  };
  const takeHtml = async (html: string, plain: string) => {
    const { id, title } = draft;
    update(id, { state: 'reading' });
    try {
      const found = await readSource(slug, 'HTML', html, title.trim());
      const facts = { language: draft.language || found.language, url: draft.url || found.url, publisher: draft.publisher || found.publisher, author: draft.author || found.author, publishedAt: draft.publishedAt || found.publishedAt };
      update(id, { ...facts, title: title || found.title, body: found.body, dropped: found.dropped, state: 'new', error: undefined });
    } catch (error) {
      // The words are not lost, whatever the server says of the page.
      update(id, { body: plain, state: 'new', error: error as ApiError });
    }
  };
  const preview = usePreview(draft);
  const bytes = size(draft);
  const busy = drafts.some((one) => one.state === 'sending' || one.state === 'reading');
  const isReading = drafts.some((one) => one.state === 'reading');
  return (
    <main id="main" className="page broad" onDragOver={(event) => { event.preventDefault(); setOver(true); }} onDragLeave={() => setOver(false)} onDrop={drop}>
      <h1>{t('Import articles')}</h1>
      <div className={over ? 'drop over' : 'drop'}>
        <p>{t('Drop files here: plain text, HTML, Markdown, ninjs, NewsML-G2 or NITF. Nothing is fetched from the web.')}</p>
        <button type="button" onClick={() => files.current?.click()}>{t('Choose files')}</button>
        <input ref={files} type="file" hidden multiple accept={ACCEPT} onChange={(event) => event.target.files && void take(event.target.files)} />
      </div>
      {unreadable.length > 0 && (
        <p className="note bad" role="alert">
          {t('These files are not UTF-8 text, so they cannot be imported: {names}', { names: unreadable.join(', ') })}
        </p>
      )}
      {drafts.length > 1 && (
        <ul className="queue" aria-label={t('Articles to import')}>
          {drafts.map((one, at) => (
            <li key={one.id}>
              <button type="button" className="plain grow" aria-current={at === current} onClick={() => setCurrent(at)}>
                <bdi>{one.title || one.source?.name || t('Untitled')}</bdi>
              </button>
              {one.state === 'done' && one.article ? (
                <Link to="/n/$slug/articles/$article" params={{ slug, article: one.article }} search={{}}>{t('Open')}</Link>
              ) : (
                <span className={one.state === 'failed' || one.unread ? 'bad-text' : 'quiet'}>{{ new: one.unread ? t('not readable') : t('not imported yet'), reading: t('reading…'), sending: t('importing…'), failed: one.error ? errorText(one.error) : t('failed'), done: t('imported') }[one.state]}</span>
              )}
              <button type="button" className="plain" aria-label={t('Leave it out')} onClick={() => { setDrafts(drafts.length > 1 ? drafts.filter((other) => other.id !== one.id) : [blank()]); setCurrent(0); }}>
                <Icon name="close" />
              </button>
            </li>
          ))}
        </ul>
      )}
      {drafts.some((one) => one.duplicates?.length) && <Duplicates drafts={drafts} />}
      <div className="import-grid">
        <form
          className="stack"
          onSubmit={(event) => {
            event.preventDefault();
            void sendAll();
          }}
        >
          {draft.source && <SourceFormat draft={draft} source={draft.source} onChange={(format) => draft.source && void read(draft.id, { ...draft.source, format })} />}
          <Field label={t('Headline')} error={draft.error?.field === 'title' ? errorText(draft.error) : undefined}>
            {(id) => <input id={id} dir="auto" required maxLength={500} value={draft.title} onChange={(event) => set({ title: event.target.value })} />}
          </Field>
          <Field label={t('Text')} hint={t('One paragraph a line. Pasted web pages become plain text.')} error={bytes > MOST_BYTES ? t('The text is larger than 1 MiB.') : draft.error?.field === 'body' ? errorText(draft.error) : undefined}>
            {(id, described) => (
              <textarea
                id={id}
                className="body"
                dir="auto"
                aria-describedby={described}
                required
                value={draft.body}
                onChange={(event) => set({ body: event.target.value })}
                onPaste={(event) => {
                  const plain = event.clipboardData.getData('text/plain');
                  // A source that is copied from an editor is often coloured: its HTML shows the tags, and does not use them.
                  const html = isHtml(plain) ? plain : event.clipboardData.getData('text/html');
                  if (!html || draft.body.trim()) return;
                  event.preventDefault();
                  void takeHtml(html, plain);
                }}
              />
            )}
          </Field>
          {isHtml(draft.body) && (
            <div className="note warn">
              <p>{t('This is the source of a page, with its tags. They would be imported as words.')}</p>
              <button type="button" onClick={() => void takeHtml(draft.body, draft.body)}>{t('Take the words out of the tags')}</button>
            </div>
          )}
          {draft.dropped.length > 0 && (
            <div className="note warn">
              <p>{t('Left out:')}</p>
              <ul>
                {draft.dropped.map((what) => (
                  <li key={what}>{what}</li>
                ))}
              </ul>
            </div>
          )}
          <p className="hint">{t('Everything below is optional.')}</p>
          <Field label={t('Address')} error={draft.error?.field === 'url' ? errorText(draft.error) : undefined}>
            {(id, described) => <input id={id} aria-describedby={described} type="url" placeholder="https://" value={draft.url} onChange={(event) => set({ url: event.target.value })} />}
          </Field>
          {draft.state !== 'done' && <Known url={draft.url} sameWords={preview?.duplicates ?? []} />}
          <div className="pair">
            <Field label={t('Publisher')}>{(id) => <input id={id} dir="auto" value={draft.publisher} onChange={(event) => set({ publisher: event.target.value })} />}</Field>
            <Field label={t('Published on')}>{(id) => <input id={id} type="date" value={draft.publishedAt.slice(0, 10)} onChange={(event) => set({ publishedAt: event.target.value })} />}</Field>
          </div>
          <div className="pair">
            <Field label={t('Author')}>{(id) => <input id={id} dir="auto" value={draft.author} onChange={(event) => set({ author: event.target.value })} />}</Field>
            <Field label={t('Language')} hint={t('Such as en, fr-ML or ar.')}>{(id, described) => <input id={id} aria-describedby={described} value={draft.language} onChange={(event) => set({ language: event.target.value })} />}</Field>
          </div>
          {draft.error && !['title', 'body', 'url'].includes(draft.error.field ?? '') && <ErrorNote error={draft.error} />}
          <div className="actions">
            <button type="submit" className="primary" disabled={busy || waiting.length === 0 || bytes > MOST_BYTES}>
              {isReading ? t('Reading…') : busy ? t('Importing…') : count(Math.max(1, waiting.length), 'Import the article', 'Import {n} articles')}
            </button>
          </div>
        </form>
        <PreviewPane draft={draft} preview={preview} />
      </div>
    </main>
  );
}

/** The format that a file is read in: guessed by its name, and chosen by whoever knows better. */
function SourceFormat({ draft, source, onChange }: { draft: Draft; source: NonNullable<Draft['source']>; onChange: (format: ArticleFormat) => void }) {
  return (
    <Field label={t('Format of {name}', { name: source.name })} hint={t('Guessed by its name. Another format reads the file again.')} error={draft.unread && `${t('The file cannot be read in this format. Choose another.')} ${errorText(draft.unread)}`}>
      {(id, described) => (
        <select id={id} aria-describedby={described} value={source.format} disabled={draft.state !== 'new' && draft.state !== 'failed'} onChange={(event) => onChange(event.target.value as ArticleFormat)}>
          {FORMATS.map((format) => (
            <option key={format} value={format}>
              {formatName(format)}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

/** The imported articles that the newsroom already had, each with those before it. */
function Duplicates({ drafts }: { drafts: Draft[] }) {
  const { slug } = usePlace();
  return (
    <div className="note warn" role="alert">
      <p>
        <strong>{t('The newsroom already had an article with the same address or the same words.')}</strong> {t('The new one is imported all the same. Withdraw one of them, so that nobody checks it twice.')}
      </p>
      {drafts.map((one) => one.duplicates && one.duplicates.length > 0 && one.article && (
        <div key={one.id} className="stack tight">
          <Link className="button" to="/n/$slug/articles/$article" params={{ slug, article: one.article }} search={{}}>
            {t('Open the new one:')} <bdi>{one.title}</bdi>
          </Link>
          <ul>
            {one.duplicates.map((other) => (
              <li key={other.id}>
                {t('Imported')} <Time at={other.importedAt} />:{' '}
                <Link to="/n/$slug/articles/$article" params={{ slug, article: other.id }} search={{}}>
                  <bdi>{other.title}</bdi>
                </Link>{' '}
                {other.publisher && <bdi className="quiet">{other.publisher}</bdi>} {other.withdrawnAt && <span className="chip late">{t('Withdrawn')}</span>}
              </li>
            ))}
          </ul>
        </div>
      ))}
    </div>
  );
}
