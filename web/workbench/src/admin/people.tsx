import { type FormEvent, type ReactNode, useRef, useState } from 'react';
import { run, useData } from '../api/client';
import { usePlace, useViewer } from '../app/session';
import {
  CreateApiTokenDocument, CreatePasswordResetDocument, DeactivateMemberDocument, InvitationsDocument, InviteMemberDocument, MailSettingsDocument, MembersDocument, type MembersQuery, ReactivateMemberDocument, RemoveMemberDocument, RevokeApiTokenDocument, RevokeInvitationDocument, type Role, SetRoleDocument, TokensDocument,
} from '../gql/graphql';
import { day, t, time } from '../i18n';
import { Dialog, Empty, ErrorNote, Icon, Loading, Menu, roleName, say, Time, useSending } from '../ui/parts';

const ROLES: Role[] = ['READER', 'REVIEWER', 'EDITOR', 'ADMIN'];

export function RoleSelect({ value, onChange, id, label }: { value: Role; onChange: (role: Role) => void; id?: string; label?: string }) {
  return (
    <select id={id} aria-label={label} value={value} onChange={(event) => onChange(event.target.value as Role)}>
      {ROLES.map((role) => (
        <option key={role} value={role}>
          {roleName(role)}
        </option>
      ))}
    </select>
  );
}

/** A secret that is shown once. */
export function Secret({ label, value, note }: { label: string; value: string; note: string }) {
  const field = useRef<HTMLInputElement>(null);
  // Without TLS the browser has no clipboard for pages, but still copies what is selected.
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(value);
    } catch {
      field.current?.select();
      if (!document.execCommand('copy')) return say(t('Press Ctrl and C to copy it.'));
    }
    say(t('Copied.'));
  };
  return (
    <div className="note warn" role="status">
      <strong>{label}</strong>
      <div className="secret">
        <input ref={field} readOnly aria-label={label} value={value} onFocus={(event) => event.target.select()} />
        <button type="button" onClick={() => void copy()}>{t('Copy')}</button>
      </div>
      <p>{note}</p>
    </div>
  );
}

function Table({ head, children, label }: { head: string[]; children: ReactNode; label: string }) {
  return (
    <div className="table-scroll">
      <table aria-label={label}>
        <thead>
          <tr>
            {head.map((one) =>
              one === '' ? <td key="actions" /> : <th key={one} scope="col" className={one === t('Member since') ? 'since' : undefined}>{one}</th>,
            )}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}

type Member = NonNullable<NonNullable<MembersQuery['newsroom']>['members']>['nodes'][number];

export function Members() {
  const { slug, newsroom } = usePlace();
  const viewer = useViewer();
  const { data, error, reload } = useData(MembersDocument, { slug, after: null });
  const { error: failed, send } = useSending();
  const [removing, setRemoving] = useState<Member>();
  const [reset, setReset] = useState<{ name: string; token: string; expiresAt: string }>();
  const members = data?.newsroom?.members?.nodes;
  const makeReset = ({ account }: Member) =>
    void send(async () => {
      const { createPasswordReset } = await run(CreatePasswordResetDocument, { input: { newsroom: newsroom.id, account: account.id } });
      setReset({ name: account.displayName, token: createPasswordReset.resetToken, expiresAt: createPasswordReset.expiresAt });
      window.scrollTo({ top: 0 });
    });
  const setActive = (member: Member, active: boolean) =>
    void send(async () => {
      const input = { newsroom: newsroom.id, account: member.account.id, expectedVersion: member.version };
      if (active) await run(ReactivateMemberDocument, { input });
      else await run(DeactivateMemberDocument, { input });
      say(active ? t('{name} can enter again.', { name: member.account.displayName }) : t('{name} cannot enter until they are activated again.', { name: member.account.displayName }));
      reload();
    });
  if (!members) return error ? <ErrorNote error={error} retry={reload} /> : <Loading />;
  return (
    <>
      <ErrorNote error={failed} />
      {reset && (
        <Secret
          label={t('Reset link for {name}', { name: reset.name })}
          value={`${window.location.origin}/reset#${reset.token}`}
          note={t('Hand this link to them yourself. It is shown once, and works once, until {time}. It ends their sessions and revokes their API tokens.', { time: time(reset.expiresAt) })}
        />
      )}
      <Table head={[t('Name'), t('Role'), t('Member since'), '']} label={t('Members')}>
        {members.map((member) => (
          <tr key={member.id} className={member.deactivatedAt ? 'off' : undefined}>
            <th scope="row">
              <bdi>{member.account.displayName}</bdi> {member.account.id === viewer.id && <span className="chip">{t('you')}</span>}{' '}
              {member.deactivatedAt && <span className="chip late" title={time(member.deactivatedAt)}>{t('Deactivated')}</span>}
              <span className="address">{member.account.email}</span>
            </th>
            <td>
              <RoleSelect
                label={t('Role of {name}', { name: member.account.displayName })}
                value={member.role}
                onChange={(role) =>
                  void send(async () => {
                    await run(SetRoleDocument, { input: { newsroom: newsroom.id, account: member.account.id, role, expectedVersion: member.version } });
                    say(t('The role is set.'));
                  })
                }
              />
            </td>
            <td className="since">{day(member.createdAt)}</td>
            <td>
              <Menu label={t('More about {name}', { name: member.account.displayName })} text={<Icon name="more" />}>
                {(close) => (
                  <>
                    {member.account.id !== viewer.id && <button type="button" onClick={() => { close(); makeReset(member); }}>{t('Make a password reset link')}</button>}
                    <button type="button" onClick={() => { close(); setActive(member, !!member.deactivatedAt); }}>{member.deactivatedAt ? t('Activate again') : t('Deactivate')}</button>
                    <button type="button" onClick={() => { close(); setRemoving(member); }}>{t('Remove')}</button>
                  </>
                )}
              </Menu>
            </td>
          </tr>
        ))}
      </Table>
      <Dialog open={!!removing} onClose={() => setRemoving(undefined)} title={t('Remove a member')}>
        {removing && (
          <div className="stack">
            <p>{t('{name} can no longer enter this newsroom. What they wrote stays.', { name: removing.account.displayName })} {!removing.deactivatedAt && t('To lock them out for a while only, deactivate them instead.')}</p>
            <div className="actions">
              <button
                type="button"
                className="danger"
                onClick={() =>
                  void send(async () => {
                    setRemoving(undefined);
                    await run(RemoveMemberDocument, { input: { newsroom: newsroom.id, account: removing.account.id, expectedVersion: removing.version } });
                    reload();
                  })
                }
              >
                {t('Remove {name}', { name: removing.account.displayName })}
              </button>
              <button type="button" onClick={() => setRemoving(undefined)}>{t('Cancel')}</button>
            </div>
          </div>
        )}
      </Dialog>
    </>
  );
}

export function Invitations() {
  const { slug, newsroom } = usePlace();
  const { data, error, reload } = useData(InvitationsDocument, { slug });
  const [email, setEmail] = useState('');
  const [role, setRole] = useState<Role>('REVIEWER');
  const [made, setMade] = useState<{ email: string; token: string; mailed: boolean }>();
  const [mail, setMail] = useState(true);
  const canMail = useData(MailSettingsDocument, {}, { still: true }).data?.viewer?.mailSettings?.available ?? false;
  const { sending, error: failed, send } = useSending();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void send(async () => {
      const { inviteMember } = await run(InviteMemberDocument, { input: { newsroom: newsroom.id, email, role, sendMail: canMail && mail } });
      setMade({ email, token: inviteMember.acceptToken, mailed: canMail && mail });
      setEmail('');
      reload();
    });
  };
  const invitations = data?.newsroom?.invitations?.nodes;
  return (
    <>
      <form className="filters card" onSubmit={submit}>
        <label className="filter">
          <span>{t('E-mail')}</span>
          <input type="email" required value={email} onChange={(event) => setEmail(event.target.value)} />
        </label>
        <label className="filter">
          <span>{t('Role')}</span>
          <RoleSelect value={role} onChange={setRole} />
        </label>
        {canMail && (
          <label className="filter">
            <span>{t('Send the link by mail')}</span>
            <input type="checkbox" checked={mail} onChange={(event) => setMail(event.target.checked)} />
          </label>
        )}
        <button type="submit" className="primary" disabled={sending}>{t('Invite')}</button>
      </form>
      <ErrorNote error={failed} />
      {made && (
        <Secret label={t('Invitation for {email}', { email: made.email })} value={`${window.location.origin}/invitation#${made.token}`} note={made.mailed ? t('The server sends them this link by mail. It works once, for seven days.') : t('Hand this link to them yourself. It is shown once, and works once, for seven days.')} />
      )}
      {!invitations ? (
        error ? <ErrorNote error={error} retry={reload} /> : <Loading />
      ) : invitations.length === 0 ? (
        <Empty title={t('Nobody has been invited yet.')}>
          <p>{t('Type an address and choose a role. You get a link to hand over.')}</p>
        </Empty>
      ) : (
        <Table head={[t('E-mail'), t('Role'), t('Invited'), t('State'), '']} label={t('Invitations')}>
          {invitations.map((one) => {
            const expired = new Date(one.expiresAt).getTime() < Date.now();
            const state = one.acceptedAt ? t('Accepted') : one.revokedAt ? t('Revoked') : expired ? t('Expired') : t('Waiting');
            return (
              <tr key={one.id}>
                <th scope="row">{one.email}</th>
                <td>{roleName(one.role)}</td>
                <td>
                  <Time at={one.createdAt} /> {one.invitedBy && <bdi className="quiet">{one.invitedBy.displayName}</bdi>}
                </td>
                <td>{state}</td>
                <td>
                  {!one.acceptedAt && !one.revokedAt && !expired && (
                    <button type="button" onClick={() => void send(async () => void (await run(RevokeInvitationDocument, { input: { invitation: one.id } })))}>{t('Revoke')}</button>
                  )}
                </td>
              </tr>
            );
          })}
        </Table>
      )}
    </>
  );
}

export function Tokens() {
  const { slug, newsroom } = usePlace();
  const { data, error, reload } = useData(TokensDocument, { slug });
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>('READER');
  const [expires, setExpires] = useState('');
  const [secret, setSecret] = useState<string>();
  const { sending, error: failed, send } = useSending();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void send(async () => {
      const { createApiToken } = await run(CreateApiTokenDocument, { input: { newsroom: newsroom.id, name, role, expiresAt: expires ? new Date(`${expires}T23:59:00`).toISOString() : null } });
      setSecret(createApiToken.secret);
      setName('');
      reload();
    });
  };
  const tokens = data?.newsroom?.apiTokens?.nodes;
  return (
    <>
      <p className="quiet">{t('A program uses a token to act for you, with at most the role that you give it.')}</p>
      <form className="filters card" onSubmit={submit}>
        <label className="filter">
          <span>{t('Name')}</span>
          <input required maxLength={100} dir="auto" placeholder={t('What uses it')} value={name} onChange={(event) => setName(event.target.value)} />
        </label>
        <label className="filter">
          <span>{t('Role')}</span>
          <RoleSelect value={role} onChange={setRole} />
        </label>
        <label className="filter">
          <span>{t('Until')}</span>
          <input type="date" value={expires} onChange={(event) => setExpires(event.target.value)} />
        </label>
        <button type="submit" className="primary" disabled={sending}>{t('Make a token')}</button>
      </form>
      <ErrorNote error={failed} />
      {secret && <Secret label={t('The token')} value={secret} note={t('Copy it now: it is shown once.')} />}
      {!tokens ? (
        error ? <ErrorNote error={error} retry={reload} /> : <Loading />
      ) : tokens.length === 0 ? (
        <Empty title={t('No program has a token yet.')}>
          <p>{t('Make one for each program, so that you can revoke one without the others.')}</p>
        </Empty>
      ) : (
        <Table head={[t('Name'), t('Role'), t('Made'), t('Last used'), t('Until'), '']} label={t('API tokens')}>
          {tokens.map((one) => (
            <tr key={one.id}>
              <th scope="row">
                <bdi>{one.name}</bdi>
              </th>
              <td>{roleName(one.role)}</td>
              <td>
                <Time at={one.createdAt} /> <bdi className="quiet">{one.account.displayName}</bdi>
              </td>
              <td>{one.lastUsedAt ? <Time at={one.lastUsedAt} /> : t('never')}</td>
              <td>{one.revokedAt ? t('Revoked') : day(one.expiresAt)}</td>
              <td>{!one.revokedAt && <button type="button" onClick={() => void send(async () => void (await run(RevokeApiTokenDocument, { input: { apiToken: one.id } })))}>{t('Revoke')}</button>}</td>
            </tr>
          ))}
        </Table>
      )}
    </>
  );
}

