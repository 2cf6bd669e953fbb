import { Link, useNavigate } from '@tanstack/react-router';
import { type DragEvent, useEffect, useRef, useState } from 'react';
import { run, touch } from '../api/client';
import type { ApiError } from '../api/errors';
import { usePlace } from '../app/session';
import { ArticlesByAddressDocument, type ArticlesByAddressQuery, ImportArticleDocument, type ImportArticleMutation } from '../gql/graphql';
import { count, t } from '../i18n';
import { Empty, ErrorNote, errorText, Field, Icon, say, Time, useTitle } from '../ui/parts';
import { type Converted, fromHtml, fromMarkdown, fromPlain, isHtml } from './html-text';

interface Draft {
  id: string;
  file?: string;
  title: string;
  body: string;
  url: string;
  publisher: string;
  author: string;
  language: string;
  publishedAt: string;
  dropped: Record<string, number>;
  state: 'new' | 'sending' | 'done' | 'failed';
  error?: ApiError;
  article?: string;
  /** Articles with the same address or the same words that the newsroom had before. */
  duplicates?: ImportArticleMutation['importArticle']['duplicates'];
}

const blank = (): Draft => ({ id: crypto.randomUUID(), title: '', body: '', url: '', publisher: '', author: '', language: '', publishedAt: '', dropped: {}, state: 'new' });
const MOST_BYTES = 1 << 20;
const size = ({ title, body }: Draft) => new TextEncoder().encode(`${title}\n\n${body}`).length;

/** Names of what is left out; the counts come from the conversion. */
const droppedName = (what: string): string =>
  ({
    scripts: t('scripts'),
    styles: t('styles'),
    'embedded pages': t('embedded pages'),
    pictures: t('pictures'),
    media: t('sound and film'),
    navigation: t('menus and footers'),
    'side boxes': t('side boxes'),
    forms: t('form fields'),
    'hidden parts': t('hidden parts'),
    surroundings: t('other parts of the page'),
    'front matter': t('front matter'),
    'link addresses': t('link addresses'),
  })[what] ?? what;

async function readFile(file: File): Promise<Converted> {
  const text = new TextDecoder('utf-8', { fatal: true }).decode(await file.arrayBuffer());
  if (/\.html?$/i.test(file.name) || isHtml(text)) return fromHtml(text);
  if (/\.(md|markdown)$/i.test(file.name)) return fromMarkdown(text);
  return fromPlain(text);
}

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

  const take = async (list: FileList | File[]) => {
    const added: Draft[] = [];
    const failed: string[] = [];
    for (const file of list) {
      try {
        const { title, body, language, url, dropped } = await readFile(file);
        added.push({ ...blank(), file: file.name, title: title.slice(0, 500), body, language, url: /^https?:/.test(url) ? url : '', dropped });
      } catch {
        failed.push(file.name);
      }
    }
    setUnreadable(failed);
    if (added.length === 0) return;
    const kept = drafts.filter((one) => one.title || one.body);
    setDrafts([...kept, ...added]);
    setCurrent(kept.length);
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
            publishedAt: one.publishedAt ? `${one.publishedAt}T00:00:00Z` : null,
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
  const takeHtml = (html: string) => {
    const { title, body, language, url, dropped: left } = fromHtml(html);
    const more = { language: draft.language || language, url: draft.url || (/^https?:/.test(url) ? url : ''), dropped: left };
    set(draft.title ? { ...more, body: draft.title === title ? body : `${title}\n${body}`.trim() } : { ...more, title: title.slice(0, 500), body });
  };
  const dropped = Object.entries(draft.dropped);
  const bytes = size(draft);
  const busy = drafts.some((one) => one.state === 'sending');
  return (
    <main id="main" className="page broad" onDragOver={(event) => { event.preventDefault(); setOver(true); }} onDragLeave={() => setOver(false)} onDrop={drop}>
      <h1>{t('Import articles')}</h1>
      <div className={over ? 'drop over' : 'drop'}>
        <p>{t('Drop files here: plain text, Markdown or HTML. Nothing is fetched from the web.')}</p>
        <button type="button" onClick={() => files.current?.click()}>{t('Choose files')}</button>
        <input ref={files} type="file" hidden multiple accept=".txt,.text,.md,.markdown,.html,.htm,text/plain,text/markdown,text/html" onChange={(event) => event.target.files && void take(event.target.files)} />
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
                <bdi>{one.title || one.file || t('Untitled')}</bdi>
              </button>
              {one.state === 'done' && one.article ? (
                <Link to="/n/$slug/articles/$article" params={{ slug, article: one.article }} search={{}}>{t('Open')}</Link>
              ) : (
                <span className={one.state === 'failed' ? 'bad-text' : 'quiet'}>{{ new: t('not imported yet'), sending: t('importing…'), failed: one.error ? errorText(one.error) : t('failed'), done: t('imported') }[one.state]}</span>
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
                  takeHtml(html);
                }}
              />
            )}
          </Field>
          {isHtml(draft.body) && (
            <div className="note warn">
              <p>{t('This is the source of a page, with its tags. They would be imported as words.')}</p>
              <button type="button" onClick={() => takeHtml(draft.body)}>{t('Take the words out of the tags')}</button>
            </div>
          )}
          {dropped.length > 0 && (
            <p className="note warn">
              {t('Left out:')} {dropped.map(([what, n]) => `${droppedName(what)} (${n})`).join(', ')}.
            </p>
          )}
          <p className="hint">{t('Everything below is optional.')}</p>
          <Field label={t('Address')} error={draft.error?.field === 'url' ? errorText(draft.error) : undefined}>
            {(id, described) => <input id={id} aria-describedby={described} type="url" placeholder="https://" value={draft.url} onChange={(event) => set({ url: event.target.value })} />}
          </Field>
          {draft.state !== 'done' && <Known url={draft.url} />}
          <div className="pair">
            <Field label={t('Publisher')}>{(id) => <input id={id} dir="auto" value={draft.publisher} onChange={(event) => set({ publisher: event.target.value })} />}</Field>
            <Field label={t('Published on')}>{(id) => <input id={id} type="date" value={draft.publishedAt} onChange={(event) => set({ publishedAt: event.target.value })} />}</Field>
          </div>
          <div className="pair">
            <Field label={t('Author')}>{(id) => <input id={id} dir="auto" value={draft.author} onChange={(event) => set({ author: event.target.value })} />}</Field>
            <Field label={t('Language')} hint={t('Such as en, fr-ML or ar.')}>{(id, described) => <input id={id} aria-describedby={described} value={draft.language} onChange={(event) => set({ language: event.target.value })} />}</Field>
          </div>
          {draft.error && !['title', 'body', 'url'].includes(draft.error.field ?? '') && <ErrorNote error={draft.error} />}
          <div className="actions">
            <button type="submit" className="primary" disabled={busy || waiting.length === 0 || bytes > MOST_BYTES}>
              {busy ? t('Importing…') : count(Math.max(1, waiting.length), 'Import the article', 'Import {n} articles')}
            </button>
          </div>
        </form>
        <section aria-label={t('Preview')}>
          <h2>{t('Preview')}</h2>
          {draft.title || draft.body ? (
            <div className="preview" tabIndex={0}>
              <div className="paper" lang={draft.language || undefined} dir="auto">
                <h1 className="block title" dir="auto">{draft.title}</h1>
                {blocks(draft.body).map(({ kind, text }, at) => {
                  const Tag = kind === 'heading' ? 'h2' : 'p';
                  return <Tag key={`${at}-${text.length}`} className={`block ${kind}`} dir="auto">{text}</Tag>;
                })}
              </div>
            </div>
          ) : (
            <Empty title={t('The article appears here as it will be read.')}>
              <p>{t('The server cuts it into headings, captions, paragraphs and sentences. Its text never changes after that.')}</p>
            </Empty>
          )}
        </section>
      </div>
    </main>
  );
}

type KnownArticles = NonNullable<ArticlesByAddressQuery['newsroom']>['articles']['nodes'];

/** Warns, before the import, that the newsroom has an article with this address. */
function Known({ url }: { url: string }) {
  const { slug } = usePlace();
  const [known, setKnown] = useState<KnownArticles>([]);
  useEffect(() => {
    setKnown([]);
    const address = url.trim();
    if (!/^https?:\/\/\S+\.\S/.test(address) || address.length > 2000) return;
    let here = true;
    const timer = setTimeout(() => {
      // An address that the server refuses is said when the article is sent.
      run(ArticlesByAddressDocument, { slug, url: address }).then(({ newsroom }) => here && setKnown(newsroom?.articles.nodes ?? []), () => undefined);
    }, 350);
    return () => {
      here = false;
      clearTimeout(timer);
    };
  }, [slug, url]);
  return (
    <div role="status">
      {known.length > 0 && (
        <div className="note warn">
          <p>{t('The newsroom has an article with this address already:')}</p>
          <ul>
            {known.map((article) => (
              <li key={article.id}>
                <Link to="/n/$slug/articles/$article" params={{ slug, article: article.id }} search={{}} target="_blank">
                  <bdi>{article.title}</bdi>
                </Link>{' '}
                <span className="quiet">
                  {t('Imported')} <Time at={article.importedAt} />
                </span>
              </li>
            ))}
          </ul>
        </div>
      )}
    </div>
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

/** The text's lines, as the server will most likely cut them. */
function blocks(body: string): { kind: 'heading' | 'caption' | 'paragraph'; text: string }[] {
  const lines = body.split(/\r\n?|\n/).map((line) => line.trim()).filter(Boolean).slice(0, 400);
  return lines.map((text, at) => {
    if (/^(photo|image|illustration)s?: |\((photo|image|illustration)[^)]*\)$/i.test(text)) return { kind: 'caption', text };
    const short = text.length <= 100 && text.split(' ').length <= 12;
    const heading = short && at + 1 < lines.length && !/[.!?…。؟:;]["”»)']*$/.test(text) && !/^([-–—−•*·‣▪●○◦+>→]|\d+[.)])/.test(text);
    return { kind: heading ? 'heading' : 'paragraph', text };
  });
}
