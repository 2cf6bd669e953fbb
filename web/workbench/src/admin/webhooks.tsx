import { type FormEvent, useEffect, useState } from 'react';
import { run, useData } from '../api/client';
import { usePlace } from '../app/session';
import {
  CreateWebhookDocument, DeleteWebhookDocument, type EventKind, type HookFragment, SendWebhookEventDocument, UpdateWebhookDocument, type WebhookDisabledReason, WebhooksDocument, type WebhookState,
} from '../gql/graphql';
import { count, number, t, time } from '../i18n';
import { Dialog, Empty, ErrorNote, errorText, Field, Icon, Loading, Menu, say, Time, useSending } from '../ui/parts';
import { eventKinds, eventName } from './event-names';
import { Secret } from './people';

const stateName = (state: WebhookState): string =>
  ({ ACTIVE: t('Working'), RETRYING: t('Trying again'), DISABLED: t('Disabled'), WITHOUT_SECRET: t('Without a secret') })[state];

const reasonName = (reason: WebhookDisabledReason): string =>
  ({
    BY_ADMIN: t('An admin disabled it.'),
    GONE: t('The receiver answered 410 Gone, so it wants no more events.'),
    FAILED: t('Every attempt failed for more than three days.'),
  })[reason];

type Delivery = HookFragment['deliveries'][number];

const isSuccess = ({ status }: Delivery) => typeof status === 'number' && status >= 200 && status < 300;

/** Where the server sends what happens in the newsroom. */
export function Webhooks() {
  const { slug } = usePlace();
  const { data, error, reload } = useData(WebhooksDocument, { slug });
  const [secret, setSecret] = useState<{ url: string; value: string }>();
  const hooks = data?.newsroom?.webhooks;
  // Attempts are no events of the newsroom, so nothing says when there is another.
  useEffect(() => {
    const timer = setInterval(() => document.visibilityState === 'visible' && reload(), 5000);
    return () => clearInterval(timer);
  }, [reload]);
  const show = (url: string, value: string) => {
    setSecret({ url, value });
    window.scrollTo({ top: 0 });
  };
  return (
    <>
      <p className="quiet">{t('A webhook sends each event of the newsroom to an address, such as that of your web site. A message has ids and numbers only. The receiver reads the rest with rights of its own.')}</p>
      {secret && <Secret label={t('Secret for {url}', { url: secret.url })} value={secret.value} note={t('Give it to the receiver, which checks the messages with it. Copy it now: it is shown once.')} />}
      {!hooks ? (
        error ? <ErrorNote error={error} retry={reload} /> : <Loading />
      ) : hooks.length === 0 ? (
        <Empty title={t('Nothing is sent anywhere yet.')}>
          <p>{t('Type the address of a receiver that you trust. You get a secret, with which the receiver checks that messages are from here.')}</p>
        </Empty>
      ) : (
        <ul className="hooks" aria-label={t('Webhooks')}>
          {hooks.map((hook) => (
            <Hook key={hook.id} hook={hook} onSecret={show} onChange={reload} />
          ))}
        </ul>
      )}
      <Create onMade={show} onChange={reload} />
    </>
  );
}

/** Which kinds of events are sent: every one, or those that are ticked. */
function Kinds({ chosen, onChange }: { chosen: ReadonlySet<EventKind> | undefined; onChange: (next: ReadonlySet<EventKind> | undefined) => void }) {
  const toggle = (kind: EventKind, on: boolean) => {
    const next = new Set(chosen);
    if (on) next.add(kind);
    else next.delete(kind);
    onChange(next);
  };
  return (
    <fieldset className="choices">
      <legend>{t('Which events')}</legend>
      <label>
        <input type="radio" checked={!chosen} onChange={() => onChange(undefined)} />
        {t('Every kind, including those about members and tokens')}
      </label>
      <label>
        <input type="radio" checked={!!chosen} onChange={() => onChange(new Set<EventKind>(['RULING_PUBLISHED', 'RULING_CORRECTED']))} />
        {t('Only some')}
      </label>
      {chosen && (
        <div className="kinds">
          {eventKinds().map(([kind, name]) => (
            <label key={kind} className="tick">
              <input type="checkbox" checked={chosen.has(kind)} onChange={(event) => toggle(kind, event.target.checked)} />
              {name}
            </label>
          ))}
        </div>
      )}
    </fieldset>
  );
}

function Create({ onMade, onChange }: { onMade: (url: string, secret: string) => void; onChange: () => void }) {
  const { newsroom } = usePlace();
  const [url, setUrl] = useState('');
  const [description, setDescription] = useState('');
  const [kinds, setKinds] = useState<ReadonlySet<EventKind>>();
  const { sending, error, setError, send } = useSending();
  const atUrl = error?.field?.endsWith('url') ? error : undefined;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void send(async () => {
      const { createWebhook } = await run(CreateWebhookDocument, { input: { newsroom: newsroom.id, url: url.trim(), description: description.trim() || null, kinds: kinds ? [...kinds] : null } });
      onMade(createWebhook.webhook.url, createWebhook.secret);
      setUrl('');
      setDescription('');
      setKinds(undefined);
      onChange();
    });
  };
  return (
    <form className="card" onSubmit={submit}>
      <h2>{t('New webhook')}</h2>
      <Field label={t('Address')} hint={t('It begins with https:// and is open to everybody: the server sends nothing to private networks.')} error={atUrl && (atUrl.reason === 'INVALID_URL' ? t('The server cannot send there. The address must begin with https://, and belong to a public host.') : errorText(atUrl))}>
        {(id, described) => (
          <input
            id={id}
            aria-describedby={described}
            type="url"
            required
            maxLength={2000}
            placeholder="https://"
            spellCheck={false}
            value={url}
            onChange={(event) => {
              setError(undefined);
              setUrl(event.target.value);
            }}
          />
        )}
      </Field>
      <Field label={t('A note for admins')} hint={t('Such as what receives it. Optional.')}>
        {(id, described) => <input id={id} aria-describedby={described} dir="auto" maxLength={100} value={description} onChange={(event) => setDescription(event.target.value)} />}
      </Field>
      <Kinds chosen={kinds} onChange={setKinds} />
      {!atUrl && <ErrorNote error={error} />}
      <div className="actions">
        <button type="submit" className="primary" disabled={sending || !url.trim() || kinds?.size === 0}>{t('Make the webhook')}</button>
      </div>
    </form>
  );
}

/** What the receiver said last, or why there was no answer. */
function LastAnswer({ deliveries }: { deliveries: Delivery[] }) {
  const [last] = deliveries;
  if (!last) return <>{t('Nothing was sent yet.')}</>;
  return (
    <>
      {t('Last answer:')} <span className={isSuccess(last) ? 'good-text' : 'bad-text'}>{last.status ?? t('none')}</span> <Time at={last.attemptedAt} />
      {!isSuccess(last) && last.error && <bdi className="quiet"> {last.error}</bdi>}
    </>
  );
}

function Hook({ hook, onSecret, onChange }: { hook: HookFragment; onSecret: (url: string, secret: string) => void; onChange: () => void }) {
  const { sending, error, send } = useSending();
  const [deleting, setDeleting] = useState(false);
  const isOff = hook.state === 'DISABLED' || hook.state === 'WITHOUT_SECRET';
  const update = (change: { enabled?: boolean; rotateSecret?: boolean }, said: string) =>
    void send(async () => {
      const { updateWebhook } = await run(UpdateWebhookDocument, { input: { webhook: hook.id, expectedVersion: hook.version, ...change } });
      if (updateWebhook.secret) onSecret(hook.url, updateWebhook.secret);
      say(said);
      onChange();
    });
  return (
    <li className="card hook">
      <header className="section-head">
        <div>
          <h2 className="url">{hook.url}</h2>
          {hook.description && <p dir="auto">{hook.description}</p>}
        </div>
        <div className="actions">
          <span className={hook.state === 'ACTIVE' ? 'chip state-PUBLISHED' : isOff ? 'chip late' : 'chip due'}>{stateName(hook.state)}</span>
          <Menu label={t('More about {name}', { name: hook.url })} text={<Icon name="more" />}>
            {(close) => (
              <>
                <button type="button" onClick={() => { close(); update({ rotateSecret: true }, t('The webhook has a new secret. The old one works for 24 hours more.')); }}>{t('Make a new secret')}</button>
                <button type="button" onClick={() => { close(); setDeleting(true); }}>{t('Delete')}</button>
              </>
            )}
          </Menu>
        </div>
      </header>
      <p>
        <LastAnswer deliveries={hook.deliveries} />
      </p>
      <Trouble hook={hook} />
      <p className="facts">
        <span>{hook.kinds ? hook.kinds.map((kind) => eventName(kind)).join(', ') : t('Every kind of event')}</span>
        <span>
          {t('Made')} <Time at={hook.createdAt} /> {hook.createdBy && <bdi>{hook.createdBy.displayName}</bdi>}
        </span>
        {typeof hook.lastNumber === 'number' && <span>{t('Sent up to event {number}', { number: hook.lastNumber })}</span>}
      </p>
      <ErrorNote error={error} />
      <div className="actions">
        {hook.state !== 'WITHOUT_SECRET' && (
          <button type="button" disabled={sending} onClick={() => update({ enabled: isOff }, isOff ? t('The webhook is enabled.') : t('The webhook is disabled. Events wait until it is enabled again.'))}>{isOff ? t('Enable') : t('Disable')}</button>
        )}
        {hook.state === 'RETRYING' && <button type="button" disabled={sending} onClick={() => update({ enabled: true }, t('The server tries again now.'))}>{t('Try now')}</button>}
      </div>
      <Deliveries hook={hook} onChange={onChange} />
      <Delete hook={hook} open={deleting} onClose={() => setDeleting(false)} onChange={onChange} />
    </li>
  );
}

/** Why nothing is sent at this time. */
function Trouble({ hook }: { hook: HookFragment }) {
  return (
    <>
      {hook.disabledReason && (
        <p className="note warn">
          {reasonName(hook.disabledReason)} {hook.disabledAt && <Time at={hook.disabledAt} />} {t('Once it is enabled, it goes on where it stopped, and nothing is lost.')}
        </p>
      )}
      {hook.state === 'WITHOUT_SECRET' && <p className="note warn">{t('It came here with an archive, which has no secrets. Make a new secret, so that it sends again.')}</p>}
      {hook.state === 'RETRYING' && (
        <p className="note warn">
          {count(hook.failures, 'One attempt failed.', '{n} attempts failed.')} {hook.nextAttemptAt && <>{t('Next attempt:')} <Time at={hook.nextAttemptAt} />.</>} {t('Later events wait.')}
        </p>
      )}
    </>
  );
}

function Delete({ hook, open, onClose, onChange }: { hook: HookFragment; open: boolean; onClose: () => void; onChange: () => void }) {
  const { sending, error, send } = useSending();
  return (
    <Dialog open={open} onClose={onClose} title={t('Delete the webhook')}>
      <div className="stack">
        <p>
          <bdi className="url">{hook.url}</bdi>
        </p>
        <p>{t('It is deleted with its secret and its list of attempts. Its receiver gets nothing more. To stop it for a while only, disable it instead.')}</p>
        <ErrorNote error={error} />
        <div className="actions">
          <button
            type="button"
            className="danger"
            disabled={sending}
            onClick={() =>
              void send(async () => {
                await run(DeleteWebhookDocument, { input: { webhook: hook.id } });
                onClose();
                say(t('The webhook is deleted.'));
                onChange();
              })
            }
          >
            {t('Delete the webhook')}
          </button>
          <button type="button" onClick={onClose}>{t('Cancel')}</button>
        </div>
      </div>
    </Dialog>
  );
}

/** The attempts of late, and any event once more. */
function Deliveries({ hook, onChange }: { hook: HookFragment; onChange: () => void }) {
  const { sending, error, send } = useSending();
  const [asked, setAsked] = useState('');
  const again = (event: number) =>
    void send(async () => {
      await run(SendWebhookEventDocument, { input: { webhook: hook.id, number: event } });
      say(t('Event {number} is sent once more.', { number: event }));
      setAsked('');
      onChange();
    });
  return (
    <details>
      <summary>{hook.deliveries.length === 0 ? t('Attempts') : count(hook.deliveries.length, 'Last attempt', 'Last {n} attempts')}</summary>
      <div className="stack">
        {hook.waiting.length > 0 && <p className="quiet">{t('Waits to be sent again: {numbers}', { numbers: hook.waiting.map((one) => number(one)).join(', ') })}</p>}
        {hook.deliveries.length > 0 && (
          <div className="table-scroll">
            <table aria-label={t('Attempts')}>
              <thead>
                <tr>
                  <th scope="col" className="figure">{t('Event')}</th>
                  <th scope="col">{t('When')}</th>
                  <th scope="col">{t('Answer')}</th>
                  <td />
                </tr>
              </thead>
              <tbody>
                {hook.deliveries.map((one) => (
                  <tr key={`${one.number}-${one.attemptedAt}`}>
                    <th scope="row" className="figure">{one.number}</th>
                    <td>
                      {time(one.attemptedAt)} <span className="quiet small">{one.attempt === 0 ? t('asked for') : one.attempt > 1 ? t('attempt {n}', { n: one.attempt }) : ''}</span>
                    </td>
                    <td>
                      <span className={isSuccess(one) ? 'good-text' : 'bad-text'}>{one.status ?? t('none')}</span> <bdi className="quiet">{one.error}</bdi> <span className="quiet small">{t('{n} ms', { n: number(one.milliseconds) })}</span>
                    </td>
                    <td>
                      <button type="button" disabled={sending} aria-label={t('Send again: event {number}', { number: one.number })} onClick={() => again(one.number)}>{t('Send again')}</button>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
        <form
          className="filters"
          onSubmit={(event) => {
            event.preventDefault();
            again(Number(asked));
          }}
        >
          <label className="filter short">
            <span>{t('Number of an event')}</span>
            <input type="number" min={1} required value={asked} onChange={(event) => setAsked(event.target.value)} />
          </label>
          <button type="submit" disabled={sending || !asked}>{t('Send it')}</button>
        </form>
        <p className="hint">{t('The audit log has the numbers. The server makes one attempt, besides the others.')}</p>
        <ErrorNote error={error} />
      </div>
    </details>
  );
}
