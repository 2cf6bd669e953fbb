import { type FormEvent, useState } from 'react';
import { run, touch, useData } from '../api/client';
import { ChangePasswordDocument, RevokeSessionDocument, SessionsDocument, UpdateProfileDocument } from '../gql/graphql';
import { count, t } from '../i18n';
import { Dialog, ErrorNote, errorText, Field, Loading, say, Time, useSending, useTitle } from '../ui/parts';
import { MailSettings } from './mail';
import { signOutEverywhere, useViewer } from './session';

export default function AccountPage() {
  const viewer = useViewer();
  useTitle(t('Profile, password and sessions'));
  return (
    <main id="main" className="page narrow">
      <h1>
        <bdi>{viewer.displayName}</bdi>
      </h1>
      <p className="quiet">{viewer.email}</p>
      <Profile key={`${viewer.displayName} ${viewer.email}`} />
      <Password />
      <MailSettings />
      <Sessions />
    </main>
  );
}

function Profile() {
  const viewer = useViewer();
  const [displayName, setDisplayName] = useState(viewer.displayName);
  const [email, setEmail] = useState(viewer.email ?? '');
  const [currentPassword, setCurrent] = useState('');
  const { sending, error, send } = useSending();
  const changes = { ...(displayName.trim() !== viewer.displayName && { displayName: displayName.trim() }), ...(email.trim() !== viewer.email && { email: email.trim() }) };
  const changed = Object.keys(changes).length > 0;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void send(async () => {
      const { updateProfile } = await run(UpdateProfileDocument, { input: { currentPassword, ...changes } });
      setCurrent('');
      say(updateProfile.sessionsEnded > 0 ? count(updateProfile.sessionsEnded, 'Your profile is changed. One other session ended.', 'Your profile is changed. {n} other sessions ended.') : t('Your profile is changed.'));
      touch();
    });
  };
  const errorAt = (name: string) => (error?.field === name ? errorText(error) : undefined);
  return (
    <section className="card" aria-labelledby="profile-title">
      <h2 id="profile-title">{t('Your profile')}</h2>
      <form onSubmit={submit} className="stack">
        <Field label={t('Name that others see')} hint={t('Others see it next to your verdicts and comments, and next to earlier ones, too.')} error={errorAt('displayName')}>
          {(id, described) => <input id={id} aria-describedby={described} dir="auto" autoComplete="name" required maxLength={100} value={displayName} onChange={(event) => setDisplayName(event.target.value)} />}
        </Field>
        <Field label={t('E-mail')} hint={t('You sign in with it. Admins of your newsrooms can see it.')} error={errorAt('email')}>
          {(id, described) => <input id={id} aria-describedby={described} type="email" autoComplete="email" required value={email} onChange={(event) => setEmail(event.target.value)} />}
        </Field>
        {changed && (
          <Field label={t('Your password, to confirm')} error={errorAt('currentPassword')}>
            {(id, described) => <input id={id} aria-describedby={described} type="password" autoComplete="current-password" required value={currentPassword} onChange={(event) => setCurrent(event.target.value)} />}
          </Field>
        )}
        {!error?.field && <ErrorNote error={error} />}
        <button type="submit" className="primary" disabled={sending || !changed}>
          {t('Save the profile')}
        </button>
      </form>
    </section>
  );
}

/** Ends every session of the account, this one too. */
function EndAll() {
  const viewer = useViewer();
  const [asking, setAsking] = useState(false);
  const { sending, error, send } = useSending();
  return (
    <>
      <p>
        <button type="button" className="danger" onClick={() => setAsking(true)}>{t('End all sessions')}</button>
      </p>
      <Dialog open={asking} onClose={() => setAsking(false)} title={t('End all sessions')}>
        <div className="stack">
          <p>{t('You are signed out on every device, on this one too. Comments that you typed here and did not send are deleted from this browser. API tokens stay.')}</p>
          <ErrorNote error={error} />
          <div className="actions">
            <button type="button" className="danger" disabled={sending} onClick={() => void send(() => signOutEverywhere(viewer))}>{t('Sign out everywhere')}</button>
            <button type="button" onClick={() => setAsking(false)}>{t('Cancel')}</button>
          </div>
        </div>
      </Dialog>
    </>
  );
}

function Password() {
  const [currentPassword, setCurrent] = useState('');
  const [newPassword, setNew] = useState('');
  const { sending, error, send } = useSending();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void send(async () => {
      const { changePassword } = await run(ChangePasswordDocument, { input: { currentPassword, newPassword } });
      setCurrent('');
      setNew('');
      say(count(changePassword.sessionsEnded, 'The password is changed. One other session ended.', 'The password is changed. {n} other sessions ended.'));
    });
  };
  return (
    <section className="card">
      <h2>{t('Change your password')}</h2>
      <form onSubmit={submit} className="stack">
        <Field label={t('Current password')} error={error?.field === 'currentPassword' ? errorText(error) : undefined}>
          {(id) => <input id={id} type="password" autoComplete="current-password" required value={currentPassword} onChange={(event) => setCurrent(event.target.value)} />}
        </Field>
        <Field label={t('New password')} hint={t('At least 12 characters.')} error={error?.field === 'newPassword' ? errorText(error) : undefined}>
          {(id, described) => (
            <input id={id} aria-describedby={described} type="password" autoComplete="new-password" required value={newPassword} onChange={(event) => setNew(event.target.value)} />
          )}
        </Field>
        {!error?.field && <ErrorNote error={error} />}
        <button type="submit" className="primary" disabled={sending}>
          {t('Change the password')}
        </button>
      </form>
    </section>
  );
}

function Sessions() {
  const { data, error, reload } = useData(SessionsDocument, {}, { still: true });
  const { error: failed, send } = useSending();
  if (!data) return error ? <ErrorNote error={error} retry={reload} /> : <Loading />;
  return (
    <section className="card">
      <h2>{t('Where you are signed in')}</h2>
      <ErrorNote error={failed} />
      <ul className="rows">
        {data.viewer?.sessions?.map((session) => (
          <li key={session.id}>
            <div className="grow">
              <strong>{device(session.userAgent)}</strong>{' '}
              {session.current && <span className="chip">{t('This one')}</span>}
              <p className="quiet">
                {t('Last used')} <Time at={session.lastUsedAt} />
              </p>
            </div>
            {!session.current && (
              <button
                type="button"
                onClick={() =>
                  void send(async () => {
                    await run(RevokeSessionDocument, { input: { session: session.id } });
                    reload();
                  })
                }
              >
                {t('End')}
              </button>
            )}
          </li>
        ))}
      </ul>
      <EndAll />
    </section>
  );
}

function device(agent: string | null | undefined): string {
  if (!agent) return t('Unknown device');
  const browser = /(Firefox|Edg|OPR|Chrome|Safari)\/[\d.]+/.exec(agent)?.[1];
  const system = /\((?:X11; )?(Windows|Macintosh|Linux|iPhone|iPad|Android)/.exec(agent)?.[1];
  return [browser?.replace('Edg', 'Edge').replace('OPR', 'Opera'), system].filter(Boolean).join(', ') || agent.slice(0, 60);
}
