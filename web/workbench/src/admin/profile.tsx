import { type FormEvent, useState } from 'react';
import { run, touch } from '../api/client';
import { usePlace } from '../app/session';
import { type ProfileFragment, UpdateNewsroomProfileDocument } from '../gql/graphql';
import { t } from '../i18n';
import { ErrorNote, errorText, Field, say, useSending } from '../ui/parts';

type Name = 'publicUrl' | 'logoUrl' | 'contact' | 'licence' | 'correctionsPolicyUrl';
const NAMES: Name[] = ['publicUrl', 'contact', 'licence', 'correctionsPolicyUrl', 'logoUrl'];

const label = (name: Name): string =>
  ({
    publicUrl: t('Site of the newsroom'),
    logoUrl: t('Address of the logo'),
    contact: t('Contact for readers'),
    licence: t('Licence of the rulings'),
    correctionsPolicyUrl: t('Page on corrections'),
  })[name];

const hint = (name: Name): string =>
  ({
    publicUrl: t('It begins with http:// or https://.'),
    logoUrl: t('Link previews show it. The public pages do not load it.'),
    contact: t('Such as an e-mail address.'),
    licence: t('A name such as CC-BY-4.0, or an address.'),
    correctionsPolicyUrl: t('It begins with http:// or https://.'),
  })[name];

/** What the public pages and the exports say about the newsroom. */
export function ProfileForm({ newsroom, version, profile, open }: { newsroom: string; version: number; profile: ProfileFragment; open: boolean }) {
  const { slug } = usePlace();
  const start = Object.fromEntries(NAMES.map((name) => [name, profile[name] ?? ''])) as Record<Name, string>;
  const [values, setValues] = useState(start);
  const { sending, error, send } = useSending();
  const changed = NAMES.filter((name) => values[name].trim() !== start[name]);
  const at = (name: Name) => (error?.field === name || error?.field === `input.${name}` ? errorText(error) : undefined);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void send(async () => {
      await run(UpdateNewsroomProfileDocument, { input: { newsroom, expectedVersion: version, ...Object.fromEntries(changed.map((name) => [name, values[name].trim() || null])) } });
      say(t('The public profile is changed.'));
      touch();
    });
  };
  return (
    <form className="card stack" onSubmit={submit}>
      <h2>{t('Public profile')}</h2>
      <p className="quiet">
        {open ? (
          <>
            {t('The public pages and exports show it.')} <a href={`/n/${slug}/feed.atom`} target="_blank" rel="noopener nofollow">{t('Feed of the rulings')}</a>
          </>
        ) : (
          t('Public pages show it, as soon as the policy has public reading.')
        )}
      </p>
      {NAMES.map((name) => (
        <Field key={name} label={label(name)} hint={hint(name)} error={at(name)}>
          {(id, described) => <input id={id} aria-describedby={described} dir="auto" type={name.endsWith('Url') ? 'url' : 'text'} maxLength={name.endsWith('Url') ? 2000 : 200} value={values[name]} onChange={(event) => setValues({ ...values, [name]: event.target.value })} />}
        </Field>
      ))}
      {!NAMES.some(at) && <ErrorNote error={error} />}
      <button type="submit" className="primary" disabled={sending || changed.length === 0}>{t('Save the profile')}</button>
    </form>
  );
}
