import { type FormEvent, useEffect, useState } from 'react';
import { run, sessionEnded, touch } from '../api/client';
import { flush } from '../api/outbox';
import { AcceptInvitationDocument, ResetPasswordDocument, type Role, SignInDocument } from '../gql/graphql';
import { t } from '../i18n';
import { ErrorNote, errorText, Field, roleMeaning, roleName, useSending, useTitle } from '../ui/parts';
import { LanguageSelect } from './preferences';
import { signedIn } from './session';

interface DemoAccount {
  name: string;
  role: Role;
  email: string;
  password: string;
}

/** The demo's accounts; any other server has none, and says so with 404. */
function useDemoAccounts(): DemoAccount[] {
  const [accounts, setAccounts] = useState<DemoAccount[]>([]);
  useEffect(() => {
    const ended = new AbortController();
    fetch('/workbench/config.json', { signal: ended.signal })
      .then((response) => (response.ok ? (response.json() as Promise<{ demo?: { accounts: DemoAccount[] } | null }>) : undefined))
      .then((config) => setAccounts(config?.demo?.accounts ?? []))
      .catch(() => undefined);
    return () => ended.abort();
  }, []);
  return accounts;
}

function SignInForm({ email: first = '', onDone }: { email?: string; onDone: (account: string) => void }) {
  const [email, setEmail] = useState(first);
  const [password, setPassword] = useState('');
  const { sending, error, send } = useSending();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void send(async () => {
      const answer = await run(SignInDocument, { input: { email, password } });
      onDone(answer.signIn.account.id);
    });
  };
  return (
    <form onSubmit={submit} className="stack">
      <Field label={t('E-mail')}>
        {(id) => <input id={id} type="email" autoComplete="username" required value={email} onChange={(event) => setEmail(event.target.value)} />}
      </Field>
      <Field label={t('Password')}>
        {(id) => (
          <input id={id} type="password" autoComplete="current-password" required value={password} onChange={(event) => setPassword(event.target.value)} />
        )}
      </Field>
      <ErrorNote error={error} />
      <button type="submit" className="primary" disabled={sending}>
        {sending ? t('Signing in…') : t('Sign in')}
      </button>
    </form>
  );
}

export function SignInPage() {
  useTitle(t('Sign in'));
  const accounts = useDemoAccounts();
  const { sending, error, send } = useSending();
  const enter = ({ email, password }: DemoAccount) =>
    void send(async () => {
      await run(SignInDocument, { input: { email, password } });
      signedIn();
    });
  return (
    <main className="gate">
      <div className="gate-card">
        <h1 className="wordmark">Claimspan</h1>
        <p className="lead">{t('Read an article, mark what it claims, judge it with sources.')}</p>
        {accounts.length > 0 && (
          <section className="demo" aria-labelledby="demo-title">
            <h2 id="demo-title">{t('This is a demo. Enter as:')}</h2>
            <ul>
              {accounts.map((account) => (
                <li key={account.email}>
                  <button type="button" disabled={sending} onClick={() => enter(account)}>
                    <strong>{roleName(account.role)}</strong>
                    <span>{account.name}</span>
                    <small>{roleMeaning(account.role)}</small>
                  </button>
                </li>
              ))}
            </ul>
            <ErrorNote error={error} />
            <p className="or">{t('or with an account of your own')}</p>
          </section>
        )}
        <SignInForm onDone={signedIn} />
        <p className="hint">{t('Forgot your password? An admin of your newsroom can make a link with which you set a new one.')}</p>
        <p className="hint">{t('There is no open sign-up: an admin of your newsroom invites you.')}</p>
        <LanguageSelect />
      </div>
    </main>
  );
}

/** Shown over the page when the session ends, so that nothing typed is lost. */
export function SignInAgain({ account, email }: { account: string; email: string }) {
  const again = (who: string) => {
    if (who !== account) {
      window.location.assign('/');
      return;
    }
    sessionEnded.set(false);
    touch();
    void flush();
  };
  return (
    <div className="veil">
      <div className="gate-card" role="dialog" aria-modal="true" aria-labelledby="again-title">
        <h2 id="again-title">{t('Your session has ended')}</h2>
        <p>{t('Sign in again. What you typed is still here.')}</p>
        <SignInForm email={email} onDone={again} />
      </div>
    </div>
  );
}

/** The page of the links that an admin hands out. The first letters of the token say what it is for. */
export function InvitationPage() {
  const isReset = window.location.hash.startsWith('#csr_');
  return isReset ? <ResetPage /> : <AcceptPage />;
}

export function ResetPage() {
  useTitle(t('Set a new password'));
  // The token stands behind `#`, so that it is in no server's log.
  const [resetToken, setToken] = useState(() => window.location.hash.slice(1));
  const [fromLink] = useState(resetToken !== '');
  const [newPassword, setPassword] = useState('');
  const [done, setDone] = useState(false);
  const { sending, error, send } = useSending();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void send(async () => {
      await run(ResetPasswordDocument, { input: { resetToken: resetToken.trim(), newPassword } });
      // The token is used up, so it need not stay in the address.
      window.history.replaceState(null, '', window.location.pathname);
      setDone(true);
    });
  };
  const errorAt = (name: string) => (error?.field === name ? errorText(error) : undefined);
  return (
    <main className="gate">
      <div className="gate-card">
        <h1>{t('Set a new password')}</h1>
        {done ? (
          <>
            <p role="status">{t('The password is set. All your sessions ended, and your API tokens are revoked.')}</p>
            <a className="button primary" href="/">{t('Sign in')}</a>
          </>
        ) : (
          <form onSubmit={submit} className="stack">
            {!fromLink && (
              <Field label={t('Reset token')} hint={t('An admin of your newsroom gave it to you. It works once, for a day.')} error={errorAt('resetToken')}>
                {(id, described) => <input id={id} aria-describedby={described} required value={resetToken} onChange={(event) => setToken(event.target.value)} autoComplete="off" spellCheck={false} />}
              </Field>
            )}
            <Field label={t('New password')} hint={t('At least 12 characters.')} error={errorAt('newPassword')}>
              {(id, described) => <input id={id} aria-describedby={described} type="password" autoComplete="new-password" required value={newPassword} onChange={(event) => setPassword(event.target.value)} />}
            </Field>
            {(!error?.field || (fromLink && errorAt('resetToken'))) && <ErrorNote error={error} />}
            <button type="submit" className="primary" disabled={sending}>
              {t('Set the password')}
            </button>
          </form>
        )}
        <p className="hint">
          <a href="/">{t('Sign in instead')}</a>
        </p>
      </div>
    </main>
  );
}

function AcceptPage() {
  useTitle(t('Accept an invitation'));
  // The token stands behind `#`, so that it is in no server's log.
  const [token, setToken] = useState(() => window.location.hash.slice(1));
  const [fromLink] = useState(token !== '');
  const [displayName, setDisplayName] = useState('');
  const [password, setPassword] = useState('');
  const { sending, error, send } = useSending();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void send(async () => {
      await run(AcceptInvitationDocument, {
        input: { acceptToken: token.trim(), password, displayName: displayName.trim() || null },
      });
      window.location.assign('/');
    });
  };
  return (
    <main className="gate">
      <div className="gate-card">
        <h1>{t('Accept an invitation')}</h1>
        <form onSubmit={submit} className="stack">
          {!fromLink && (
            <Field label={t('Invitation token')} hint={t('The admin who invited you has it.')}>
              {(id, described) => <input id={id} aria-describedby={described} required value={token} onChange={(event) => setToken(event.target.value)} autoComplete="off" spellCheck={false} />}
            </Field>
          )}
          <Field label={t('Your name')} hint={t('Others see it beside your verdicts. Leave it empty if you have an account already.')}>
            {(id, described) => <input id={id} aria-describedby={described} autoComplete="name" value={displayName} onChange={(event) => setDisplayName(event.target.value)} />}
          </Field>
          <Field label={t('Password')} hint={t('At least 12 characters. If you have an account already, its password.')}>
            {(id, described) => (
              <input id={id} aria-describedby={described} type="password" autoComplete="new-password" required value={password} onChange={(event) => setPassword(event.target.value)} />
            )}
          </Field>
          <ErrorNote error={error} />
          <button type="submit" className="primary" disabled={sending}>
            {t('Join')}
          </button>
        </form>
        <p className="hint">
          <a href="/">{t('Sign in instead')}</a>
        </p>
      </div>
    </main>
  );
}
